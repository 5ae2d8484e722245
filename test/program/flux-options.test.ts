import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { isSecret, type MockEngine, optionsOf, ownership, plain } from "../support/mocks.ts";
import { ClusterRecords, ended } from "../support/program.ts";
import { embedded, type Values } from "../support/settings.ts";

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
const run = async (more: Values) =>
  (await records.run({ config: { ...embedded, ...more }, stdout })).engine;
const inputsOf = (engine: MockEngine, name: string) =>
  plain(engine.get(name).inputs) as Readonly<Record<string, unknown>>;
const environmentOf = (engine: MockEngine, name: string) =>
  inputsOf(engine, name)["environment"] as Readonly<Record<string, unknown>>;

const chart = {
  chart: "oci://example.com/charts/cilium",
  version: "1.19.0",
  namespace: "kube-system",
  values: { token: "planted" },
};
const manifests = "test/program/support/prerequisite.yaml";
const prerequisites = [
  { name: "cni", chart, timeout: "3m" },
  { name: "first", manifests },
];

describe("prerequisites", () => {
  it("are a release of a chart, whose values are secret", async () => {
    const engine = await run({ prerequisites });
    const name = "prerequisite-cni-release";
    assert.equal(engine.get(name).type, "kubernetes:helm.sh/v3:Release");
    assert.ok(isSecret(engine.get(name).inputs["values"]));
    const { compat, ...inputs } = inputsOf(engine, name);
    assert.equal(compat, "true");
    assert.deepEqual(inputs, {
      name: "cni",
      ...chart,
      createNamespace: true,
      timeout: 180,
      maxHistory: 5,
      atomic: false,
      skipAwait: false,
      replace: true,
    });
  });

  it("are the objects of files, as they stand there, owned by the stack", async () => {
    const engine = await run({ prerequisites });
    const name = "prerequisite-first-configmap-default-first";
    const { type, provider } = engine.get(name);
    assert.equal(type, "kubernetes:core/v1:ConfigMap");
    assert.match(provider ?? "", /pulumi:providers:kubernetes::kubernetes::/);
    assert.deepEqual(inputsOf(engine, name), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "first", namespace: "default", annotations: ownership },
      data: { key: "value" },
    });
    assert.equal(optionsOf(name)?.createTimeout, "10m");
  });

  const steps = [
    "flux-operator-namespace",
    "prerequisite-cni-release",
    "prerequisite-first-configmap-default-first",
    "flux-operator-release",
  ];
  for (const [index, held] of steps.slice(0, -1).entries()) {
    it(`of later steps wait while ${held} is being made`, async () => {
      const config = { ...embedded, prerequisites };
      const { engine } = await records.start({ config, hold: held, preview: true, stdout });
      await engine.registration(held);
      await engine.idle();
      const later = steps.slice(index + 1);
      assert.deepEqual(
        engine.names().filter((name) => later.includes(name)),
        [],
      );
      engine.release();
      await ended(engine);
      assert.ok(later.every((name) => engine.names().includes(name)));
    });
  }
});

describe("gates", () => {
  const object = { apiVersion: "v1", kind: "Secret", namespace: "apps", name: "web" };
  const gates = [
    { name: "secrets-ready", object, timeout: "1m" },
    { name: "storage-ready", object: { ...object, name: "disk" }, condition: "Ready" },
  ];

  it("are a watch each", async () => {
    const engine = await run({ gates });
    const { NAMED_GATE: gate, GATE_TIMEOUT } = environmentOf(engine, "gate-secrets-ready-script");
    assert.deepEqual(JSON.parse(String(gate)), { name: "secrets-ready", object, wanted: {} });
    assert.equal(GATE_TIMEOUT, "1m");
    assert.ok(engine.names().includes("gate-storage-ready-script"));
  });

  it("begin once the sync is attached, and do not wait for each other", async () => {
    const config = { ...embedded, gates };
    const { engine } = await records.start({
      config,
      hold: "flux-sync-patch",
      preview: true,
      stdout,
    });
    await engine.registration("flux-sync-patch");
    await engine.idle();
    assert.ok(!engine.names().some((name) => /^gate-.*-script$/.test(name)));
    engine.release();
    await engine.registration("gate-secrets-ready-script");
    await engine.registration("gate-storage-ready-script");
    await ended(engine);
  });

  it("watch again for something else, and not for another time-out", async () => {
    const triggersOf = async (gate: object) => {
      const engine = await run({ gates: [{ ...gates[0], ...gate }] });
      return inputsOf(engine, "gate-secrets-ready-script")["triggers"];
    };
    const before = await triggersOf({});
    assert.deepEqual(await triggersOf({ timeout: "9m" }), before);
    assert.notDeepEqual(await triggersOf({ object: { ...object, name: "other" } }), before);
  });
});

describe("other settings of Flux", () => {
  it("let the gate prove the controllers of every shard", async () => {
    const engine = await run({ flux: { shards: ["a", "b"] } });
    const { GATE_SHARDS, GATE_SHARD_KEY } = environmentOf(engine, "reconcile-gate-script");
    assert.deepEqual([GATE_SHARDS, GATE_SHARD_KEY], ["a,b", "sharding.fluxcd.io/key"]);
  });

  it("reach the probe of the source, which is tried with them", async () => {
    const verify = { mode: "HEAD", secretName: "keys" };
    const sync = { path: "./clusters/dev", proxySecret: "proxy", verify };
    const engine = await run({ sync });
    const { PROBE_SOURCE } = environmentOf(engine, "flux-sync-probe");
    const { fields } = JSON.parse(String(PROBE_SOURCE)) as { fields: unknown };
    assert.deepEqual(fields, {
      proxySecretRef: { name: "proxy" },
      verify: { mode: "HEAD", secretRef: { name: "keys" } },
    });
  });

  it("make no Secret of keys where a cloud decrypts", async () => {
    const engine = await run({ decryption: { provider: "awskms" } });
    assert.ok(!engine.names().includes("flux-credentials-age"));
  });

  it("open the namespace for the network of the nodes", async () => {
    const engine = await run({ flux: { beforeNetwork: { apiServerHost: "10.0.0.10" } } });
    const { labels } = inputsOf(engine, "flux-operator-namespace")["metadata"] as Values;
    assert.equal((labels as Values)["pod-security.kubernetes.io/enforce"], "privileged");
  });
});
