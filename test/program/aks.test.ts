import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { sharedId, withAks } from "../support/aks.ts";
import { allBefore } from "../support/eks.ts";
import { Kubelogin } from "../support/kubelogin.ts";
import { isSecret, type MockEngine, optionsOf, plain } from "../support/mocks.ts";
import { runProgram } from "../support/program.ts";
import type { Values } from "../support/settings.ts";
import { TlsFront } from "../support/tls-front.ts";

const vault = sharedId("KeyVault/vaults/staging");
const identities = [
  { name: "external-secrets", grant: "secrets", resources: [vault] },
  { name: "sops", grant: "decrypt", resources: [`${vault}/keys/sops`] },
];
const settings = { ...withAks({ identities }), decryption: { provider: "azurekv" } };
const clusterName = "cluster-control-plane-cluster";
const incarnation = "uid-of-the-cluster";

let server: FakeApiServer;
let front: TlsFront;
let kubelogin: Kubelogin;
let engine: MockEngine;
let outputs: Readonly<Record<string, unknown>>;

const run = (config: Values = settings, preview = false) =>
  runProgram({
    ...{ config, preview },
    clouds: { server: front.url, authority: front.authority },
    stdout: { "scripts/identity.ts": { uid: FakeApiServer.uid } },
  });

describe("a stack with a cluster in Azure", () => {
  before(async () => {
    kubelogin = new Kubelogin();
    server = await FakeApiServer.start();
    front = await TlsFront.start(server.url);
    ({ engine, outputs } = await run());
  });
  after(async () => {
    kubelogin.remove();
    await front.stop();
    await server.stop();
  });

  const ofType = (prefix: string) =>
    engine.registered.filter(({ type }) => type.startsWith(prefix));

  describe("the program with a cluster in Azure", () => {
    it("makes everything in the subscription that is configured, whatever the machine says", () => {
      const { subscriptionId, location, tenantId } = engine.get("azure").inputs;
      assert.equal(subscriptionId, "11111111-1111-1111-1111-111111111111");
      assert.deepEqual([location, tenantId], ["westeurope", undefined]);
      const providers = new Set(ofType("azure-native:").map(({ provider }) => provider));
      assert.equal(providers.size, 1);
      assert.match([...providers][0] ?? "", /::azure::azure-id$/);
    });

    it("reaches the cluster by kubelogin and holds no credential, that of Azure's answer neither", () => {
      const { kubeconfig } = engine.get("kubernetes").inputs;
      assert.ok(isSecret(kubeconfig));
      const text = plain(kubeconfig) as string;
      assert.match(text, /"command":"kubelogin"/);
      assert.match(text, new RegExp(front.url));
      assert.doesNotMatch(JSON.stringify(plain(engine.registered)), /planted-token/);
    });

    it("waits once until the role assignments count before it looks at the cluster", () => {
      const ready = plain(engine.get("cluster-ready").inputs) as Values;
      assert.equal(ready["create"], "scripts/cluster-ready.ts");
      assert.deepEqual(ready["triggers"], [incarnation]);
      const { READY_TIMEOUT } = ready["environment"] as Values;
      assert.equal(READY_TIMEOUT, "15m");
      const identified = allBefore("cluster-identity");
      for (const name of ["cluster-ready", "cluster-access-22222222-2222-2222-2222-222222222222"]) {
        assert.ok(identified.has(name), name);
      }
    });

    it("makes nothing in the cluster before pods can run there and have their identities", () => {
      const all = allBefore("kubernetes");
      const needed = ["cluster-pools", "cluster-sops", "cluster-external-secrets"];
      const parts = [
        "cluster-pools-apps",
        "cluster-sops-credential",
        "cluster-external-secrets-credential",
      ];
      assert.deepEqual(
        [...needed, ...parts].filter((name) => !all.has(name)),
        [],
      );
      assert.ok(!allBefore("cluster-identity").has("cluster-pools-apps"));
    });

    it("lets what is in the cluster go with it, and empties it of Flux before", () => {
      const [marks, others] = [true, false].map((isMark) =>
        ofType("kubernetes:").filter(
          ({ inputs }) => JSON.stringify(inputs).includes('"in-use"') === isMark,
        ),
      );
      assert.ok(others !== undefined && others.length > 4);
      for (const { name } of others) assert.equal(optionsOf(name)?.deletedWith, clusterName, name);
      // Drain drains nothing while a mark stands.
      assert.equal(marks?.length, 1);
      for (const { name } of marks) assert.equal(optionsOf(name)?.deletedWith, "", name);
      assert.equal(optionsOf("drain-script")?.deletedWith, "");
      assert.ok(allBefore("drain-script").has(clusterName));
    });

    it("drains and looks again when the cluster is another of its own making", () => {
      for (const name of ["drain-script", "cluster-identity", "cluster-ready"]) {
        assert.deepEqual(plain(engine.get(name).inputs["triggers"]), [incarnation], name);
      }
    });

    it("tells Git where it runs and as what", () => {
      assert.deepEqual(plain(engine.get("flux-credentials-runtime-info").inputs["data"]), {
        CLUSTER_NAME: "staging",
        CLUSTER_KIND: "aks",
        ENVIRONMENT: "dev",
        AZURE_SUBSCRIPTION_ID: "11111111-1111-1111-1111-111111111111",
        AZURE_TENANT_ID: "99999999-9999-9999-9999-999999999999",
        AZURE_LOCATION: "westeurope",
        AZURE_RESOURCE_GROUP: "rg-staging",
        AZURE_LOG_WORKSPACE_ID:
          "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-staging/providers/Microsoft.OperationalInsights/workspaces/log-staging",
        EXTERNAL_SECRETS_CLIENT_ID: "client-of-id-staging-external-secrets",
        SOPS_CLIENT_ID: "client-of-id-staging-sops",
      });
    });

    it("ties the controller that decrypts to its identity, and no other", () => {
      const { spec } = engine.get("flux-instance-object").inputs as {
        spec: { kustomize: { patches: readonly { target: Values; patch: string }[] } };
      };
      const own = spec.kustomize.patches.filter(({ patch }) => patch.includes("workload.identity"));
      assert.deepEqual(
        own.map(({ target, patch }) => [target, JSON.parse(patch) as unknown]),
        [
          [
            { kind: "ServiceAccount", name: "kustomize-controller" },
            {
              apiVersion: "v1",
              kind: "ServiceAccount",
              metadata: {
                name: "kustomize-controller",
                annotations: { "azure.workload.identity/client-id": "client-of-id-staging-sops" },
              },
            },
          ],
          [
            { kind: "Deployment", name: "kustomize-controller" },
            {
              apiVersion: "apps/v1",
              kind: "Deployment",
              metadata: { name: "kustomize-controller" },
              spec: {
                template: { metadata: { labels: { "azure.workload.identity/use": "true" } } },
              },
            },
          ],
        ],
      );
    });

    it("tells a person how to reach it", () => {
      assert.equal(
        outputs["clusterAccess"],
        "az aks get-credentials --subscription 11111111-1111-1111-1111-111111111111 --resource-group rg-staging --name staging && kubelogin convert-kubeconfig --login azurecli",
      );
    });
  });

  describe("a preview with a cluster in Azure", () => {
    it("shows every step where there is no cluster yet, and no kubelogin", async () => {
      const { engine: previewed } = await kubelogin.without(() => run(settings, true));
      assert.deepEqual(previewed.names().toSorted(), engine.names().toSorted());
    });
  });
});
