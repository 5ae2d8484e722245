import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { type MockEngine, optionsOf, plain } from "../support/mocks.ts";
import { ClusterRecords } from "../support/program.ts";
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

const owner = { id: "one", by: "ada@laptop", since: "2026-01-01T00:00:00Z" };
const run = (recorded: Values) =>
  records.run({
    config: { ...embedded, gitToken: "token" },
    stdout: { "scripts/identity.ts": { uid: FakeApiServer.uid, owner, ...recorded } },
  });

const metadataOf = (engine: MockEngine, name: string) =>
  (plain(engine.get(name).inputs) as { metadata: { annotations?: Values } }).metadata;
const isForced = (engine: MockEngine, name: string) =>
  metadataOf(engine, name).annotations?.["pulumi.com/patchForce"] === "true";
const kubernetes = ({ registered }: MockEngine) =>
  registered.filter(({ type, inputs }) => type.startsWith("kubernetes:") && "metadata" in inputs);
const retained = (engine: MockEngine) =>
  engine.registered
    .map(({ name }) => name)
    .filter((name) => optionsOf(name)?.retainOnDelete === true);

const flux = [
  "Namespace/flux-system",
  "FluxInstance/flux-system/flux",
  "Secret/flux-system/sops-age",
];

describe("a stack", () => {
  const managers = async (adopts: Values, forced: boolean) => {
    const { engine } = await run({ adopts, forced });
    return Object.fromEntries(
      kubernetes(engine).map(({ name }) => [
        name,
        metadataOf(engine, name).annotations?.["pulumi.com/patchFieldManager"],
      ]),
    );
  };

  it("sets fields as the same owner as every other, but those of the namespace, by which two are told apart", async () => {
    const { "flux-operator-namespace": namespace, ...others } = await managers(
      { objects: [], sync: false },
      false,
    );
    assert.equal(namespace, undefined);
    assert.deepEqual(others, {
      "flux-credentials-age": "flux-bootstrap",
      "flux-credentials-source": "flux-bootstrap",
      "flux-credentials-runtime-info": "flux-bootstrap",
      // It has one owner for its sync, and no second name fits beside that.
      "flux-instance-object": undefined,
      "flux-sync-in-use": "flux-bootstrap",
      "flux-sync-patch": "flux-bootstrap-sync",
    });
  });

  it("marks a namespace that it adopted as the same owner as every other, so that no mark outlives the last", async () => {
    const { "flux-operator-namespace": namespace } = await managers(
      { objects: flux, sync: false },
      true,
    );
    assert.equal(namespace, "flux-bootstrap");
  });
});

describe("a stack that found nothing", () => {
  it("takes no field from anybody, and leaves but the sync to Drain", async () => {
    const { engine } = await run({ adopts: { objects: [], sync: false }, forced: false });
    for (const { name } of kubernetes(engine)) assert.ok(!isForced(engine, name), name);
    assert.deepEqual(retained(engine), ["flux-sync-patch"]);
    assert.equal(engine.get("flux-operator-namespace").type, "kubernetes:core/v1:Namespace");
  });
});

describe("a stack that adopted a Flux", () => {
  const adopts = { objects: flux, sync: false };

  it("takes the fields that others own", async () => {
    const { engine } = await run({ adopts, forced: true });
    assert.ok(kubernetes(engine).length > 5);
    for (const { name } of kubernetes(engine)) assert.ok(isForced(engine, name), name);
  });

  it("leaves Flux and what it found when it goes, and takes its own marks along", async () => {
    const { engine } = await run({ adopts, forced: true });
    assert.deepEqual(retained(engine).toSorted(), [
      "flux-credentials-age",
      "flux-instance-object",
      "flux-operator-release",
      "flux-sync-patch",
    ]);
    // The end of a patch gives back what it set, and no more.
    assert.equal(engine.get("flux-operator-namespace").type, "kubernetes:core/v1:NamespacePatch");
    const { annotations } = metadataOf(engine, "flux-operator-namespace");
    assert.equal(annotations?.["flux-bootstrap.dev/adopted"], JSON.stringify(adopts));
  });

  it("tells Drain what was there before", async () => {
    const { engine } = await run({ adopts, forced: true });
    const { CLUSTER_OWNER, ADOPTS } = plain(
      engine.get("drain-script").inputs["environment"],
    ) as Record<string, string>;
    assert.equal(CLUSTER_OWNER, "one");
    assert.deepEqual(JSON.parse(ADOPTS ?? ""), adopts);
  });
});

describe("a stack that adopted an empty namespace", () => {
  it("leaves the namespace, and nothing of the Flux that it made", async () => {
    const adopts = { objects: ["Namespace/flux-system"], sync: false };
    const { engine } = await run({ adopts, forced: true });
    assert.deepEqual(retained(engine), ["flux-sync-patch"]);
    assert.equal(engine.get("flux-operator-namespace").type, "kubernetes:core/v1:NamespacePatch");
  });
});

describe("a stack that took the cluster from another", () => {
  it("takes the fields of that one, and everything along when it goes", async () => {
    const { engine } = await run({ adopts: { objects: [], sync: false }, forced: true });
    for (const { name } of kubernetes(engine)) assert.ok(isForced(engine, name), name);
    assert.deepEqual(retained(engine), ["flux-sync-patch"]);
    assert.equal(engine.get("flux-operator-namespace").type, "kubernetes:core/v1:Namespace");
  });
});
