import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Output } from "@pulumi/pulumi";

import { FakeApiServer } from "../support/api-server.ts";
import { isSecret, plain, type Registered, valueOf } from "../support/mocks.ts";
import { ClusterRecords } from "../support/program.ts";
import { embedded, existing } from "../support/settings.ts";

const records = new ClusterRecords();
let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
  records.add("dev", server.kubeconfig());
});
after(async () => {
  records.remove();
  await server.stop();
});

const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };

const everything = [
  "command:local:Command cluster-identity",
  "command:local:Command drain-script",
  "command:local:Command flux-operator-crds",
  "command:local:Command flux-sync-probe",
  "command:local:Command post-bootstrap-script",
  "command:local:Command reconcile-gate-script",
  "flux-bootstrap:drain:Drain drain",
  "flux-bootstrap:flux:FluxCredentials flux-credentials",
  "flux-bootstrap:flux:FluxInstance flux-instance",
  "flux-bootstrap:flux:FluxOperator flux-operator",
  "flux-bootstrap:flux:FluxSync flux-sync",
  "flux-bootstrap:flux:ReconcileGate reconcile-gate",
  "flux-bootstrap:post-bootstrap:PostBootstrap post-bootstrap",
  "flux-bootstrap:protection:Protection protection",
  "kubernetes:core/v1:ConfigMap flux-credentials-runtime-info",
  "kubernetes:core/v1:ConfigMap flux-sync-in-use",
  "kubernetes:core/v1:Namespace flux-operator-namespace",
  "kubernetes:core/v1:Secret flux-credentials-age",
  "kubernetes:fluxcd.controlplane.io/v1:FluxInstance flux-instance-object",
  "kubernetes:fluxcd.controlplane.io/v1:FluxInstancePatch flux-sync-patch",
  "kubernetes:helm.sh/v3:Release flux-operator-release",
  "pulumi:providers:kubernetes kubernetes",
];

const listed = (registered: readonly Registered[]) =>
  registered.map(({ type, name }) => `${type} ${name}`).toSorted();

const phases = (registered: readonly Registered[]) =>
  registered.filter(({ type }) => type.startsWith("flux-bootstrap:")).map(({ name }) => name);

describe("the program", () => {
  for (const preview of [false, true]) {
    it(`makes exactly this in ${preview ? "a preview" : "an up"} of an embedded cluster`, async () => {
      const { engine } = await records.run({ preview, stdout });
      assert.deepEqual(listed(engine.registered), everything);
    });
  }

  it("previews an embedded cluster that does not exist", async () => {
    const cluster = { kind: "embedded", name: "nowhere" };
    const config = { cluster, sync: { path: "./" } };
    const { engine } = await records.run({ config, preview: true });
    assert.deepEqual(listed(engine.registered), everything);
  });

  it("makes the same for an existing cluster, without age keys that nobody configured", async () => {
    const config = { ...existing, kubeconfig: server.kubeconfig(), ...cluster("fake") };
    const { engine } = await records.run({ config, stdout, stack: "prod" });
    const age = "kubernetes:core/v1:Secret flux-credentials-age";
    assert.deepEqual(
      listed(engine.registered),
      everything.filter((name) => name !== age),
    );
  });

  it("takes the phases in this order", async () => {
    const { engine } = await records.run({ stdout });
    assert.deepEqual(phases(engine.registered), [
      "flux-operator",
      "flux-credentials",
      "flux-instance",
      "reconcile-gate",
      "drain",
      "flux-sync",
      "post-bootstrap",
      "protection",
    ]);
  });

  it("puts every Kubernetes object through the one provider", async () => {
    const { engine } = await records.run({ stdout });
    const objects = engine.registered.filter(({ type }) => type.startsWith("kubernetes:"));
    for (const { name, provider } of objects) {
      assert.match(provider ?? "", /pulumi:providers:kubernetes::kubernetes::/, name);
    }
  });

  it("gives the stack outputs that hold no credential", async () => {
    const { outputs } = await records.run({ stdout });
    const values = await Promise.all(
      Object.entries(outputs).map(async ([name, value]) => [name, await known(value)]),
    );
    assert.deepEqual(Object.fromEntries(values), {
      clusterName: "dev",
      clusterAccess: "npm run shell",
      fluxNamespace: "flux-system",
      fluxVersion: "2.9.4",
      gateSeconds: 0.2,
      deployKey: "none",
      bootstrapReport: "report.json",
      expiresAt: "never",
    });
  });

  it("tells when the stack may be destroyed, in its outputs and in the cluster", async () => {
    const time = "2026-01-31T12:00:00Z";
    const { engine, outputs } = await records.run({
      config: { ...embedded, expiresAt: time },
      stdout,
    });
    assert.equal(outputs["expiresAt"], time);
    const { metadata } = engine.get("flux-operator-namespace").inputs as { metadata: object };
    const { annotations } = metadata as { annotations: unknown };
    assert.deepEqual(annotations, { "flux-bootstrap.dev/expires-at": time });
  });
});

describe("the Kubernetes provider", () => {
  it("keeps its identity over every change of the kubeconfig, which is secret", async () => {
    const { engine } = await records.run({ stdout });
    const { inputs } = engine.get("kubernetes");
    assert.equal(inputs["clusterIdentifier"], "embedded/dev");
    assert.equal(inputs["enableSecretMutable"], "true");
    assert.ok(isSecret(inputs["kubeconfig"]));
    assert.equal(plain(inputs["kubeconfig"]), server.kubeconfig());
    assert.equal("context" in inputs, false);
  });

  it("uses the context that is configured, never the current one", async () => {
    const config = { ...existing, kubeconfig: server.kubeconfig(), ...cluster("fake") };
    const { engine } = await records.run({ config, stdout });
    const { inputs } = engine.get("kubernetes");
    assert.equal(inputs["context"], "fake");
    assert.equal(inputs["clusterIdentifier"], "existing/prod");
  });
});

function cluster(context: string) {
  return { cluster: { kind: "existing", name: "prod", context } };
}

/** The value of an export; an output of it must not be secret. */
async function known(value: unknown): Promise<unknown> {
  const { isSecret: secret } = value as { isSecret?: Promise<boolean> };
  if (secret === undefined) return value;
  assert.equal(await secret, false);
  return valueOf(value as Output<unknown>);
}
