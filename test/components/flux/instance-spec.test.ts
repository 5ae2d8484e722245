import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { KustomizePatch } from "../../../components/flux/api.ts";
import { instanceSpec } from "../../../components/flux/instance-spec.ts";
import { embedded, existing, good, type Values } from "../../support/settings.ts";

const specOf = async (values: Values) => instanceSpec(await good(values));

/** The patches as `Kind/name` -> what they hold. */
async function patchesOf(values: Values): Promise<Readonly<Record<string, unknown>>> {
  const { kustomize } = await specOf(values);
  const named = ({ target = {}, patch }: KustomizePatch) => [
    `${target["kind"] ?? ""}/${target["name"] ?? ""}`,
    JSON.parse(patch) as unknown,
  ];
  return Object.fromEntries(kustomize.patches.map(named)) as Readonly<Record<string, unknown>>;
}

const retry = { op: "add", path: "/spec/retryInterval", value: "30s" };
const role = "arn:aws:iam::111122223333:role/flux";

describe("the FluxInstance", () => {
  it("has no more patches than that of the root where nothing is set", async () => {
    assert.deepEqual(await patchesOf(existing), { "Kustomization/flux-system": [retry] });
  });

  const decryptions: readonly (readonly [what: string, values: Values, decryption: object])[] = [
    ["age keys", embedded, { provider: "sops", secretRef: { name: "sops-age" } }],
    [
      "a Secret that is made elsewhere",
      { ...existing, decryption: { provider: "secret", secretName: "keys" } },
      { provider: "sops", secretRef: { name: "keys" } },
    ],
    [
      "a cloud, as the controller itself",
      { ...existing, decryption: { provider: "awskms" } },
      { provider: "sops" },
    ],
    [
      "a cloud, as another ServiceAccount",
      {
        ...existing,
        flux: { objectLevelWorkloadIdentity: true },
        decryption: { provider: "azurekv", serviceAccountName: "keys" },
      },
      { provider: "sops", serviceAccountName: "keys" },
    ],
  ];
  for (const [what, values, value] of decryptions) {
    it(`has a root that decrypts by ${what}`, async () => {
      const { "Kustomization/flux-system": root } = await patchesOf(values);
      assert.deepEqual(root, [retry, { op: "add", path: "/spec/decryption", value }]);
    });
  }

  it("ties the controller that decrypts to its role in AWS", async () => {
    const patches = await patchesOf({
      ...existing,
      decryption: { provider: "awskms", roleArn: role },
    });
    const name = "kustomize-controller";
    assert.deepEqual(Object.keys(patches), ["Kustomization/flux-system", `ServiceAccount/${name}`]);
    assert.deepEqual(patches[`ServiceAccount/${name}`], {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, annotations: { "eks.amazonaws.com/role-arn": role } },
    });
  });

  it("ties the controller that decrypts to its identity in Azure, pod and account", async () => {
    const clientId = "8d1f0a52-6a3c-4bb3-9f4e-0c8f0b7c1d2e";
    const patches = await patchesOf({
      ...existing,
      decryption: { provider: "azurekv", clientId },
    });
    const name = "kustomize-controller";
    assert.deepEqual(patches[`ServiceAccount/${name}`], {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, annotations: { "azure.workload.identity/client-id": clientId } },
    });
    assert.deepEqual(patches[`Deployment/${name}`], {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: { template: { metadata: { labels: { "azure.workload.identity/use": "true" } } } },
    });
  });

  it("patches what `spec.sync` cannot say into the source", async () => {
    const verify = { provider: "cosign", secretName: "cosign-keys" };
    const sync = {
      kind: "OCIRepository",
      url: "oci://example.com/fleet",
      path: "./",
      proxySecret: "proxy",
      verify,
    };
    assert.deepEqual((await patchesOf({ ...existing, sync }))["OCIRepository/flux-system"], [
      { op: "add", path: "/spec/proxySecretRef", value: { name: "proxy" } },
      {
        op: "add",
        path: "/spec/verify",
        value: { provider: "cosign", secretRef: { name: "cosign-keys" } },
      },
    ]);
  });

  it("has the fields that it has for tenants, images, shards and storage", async () => {
    const flux = {
      multitenant: true,
      tenantServiceAccount: "tenant",
      objectLevelWorkloadIdentity: true,
      imagePullSecret: "registry",
      shards: ["a", "b"],
      storage: { class: "fast", size: "20Gi" },
    };
    const { distribution, cluster, sharding, storage } = await specOf({ ...existing, flux });
    assert.deepEqual(
      { distribution, sharding, storage },
      {
        distribution: { version: "2.9.4", registry: "ghcr.io/fluxcd", imagePullSecret: "registry" },
        sharding: { key: "sharding.fluxcd.io/key", shards: ["a", "b"] },
        storage: { class: "fast", size: "20Gi" },
      },
    );
    assert.deepEqual(cluster, {
      type: "kubernetes",
      size: "medium",
      multitenant: true,
      tenantDefaultServiceAccount: "tenant",
      objectLevelWorkloadIdentity: true,
      networkPolicy: true,
      domain: "cluster.local",
    });
  });

  it("lets a person's patches have the last word", async () => {
    const flux = {
      controllers: { all: { priorityClassName: "flux" } },
      controllerPatches: [{ patch: "mine" }],
    };
    const { kustomize } = await specOf({ ...existing, flux });
    assert.deepEqual(kustomize.patches.at(-1), { patch: "mine" });
    assert.ok(kustomize.patches.length > 2);
  });
});
