import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { type MockEngine, optionsOf } from "../support/mocks.ts";
import { ClusterRecords } from "../support/program.ts";
import { embedded } from "../support/settings.ts";

const records = new ClusterRecords();
let engine: MockEngine;
after(() => {
  records.remove();
});

const protectedNames = () => engine.names().filter((name) => optionsOf(name)?.protect === true);

describe("the options", () => {
  before(async () => {
    ({ engine } = await records.run({ preview: true }));
  });

  it("leave the sync where it is, whatever becomes of its resource, and of no other", () => {
    const retained = engine.names().filter((name) => optionsOf(name)?.retainOnDelete === true);
    assert.deepEqual(retained, ["flux-sync-patch"]);
  });

  it("keep which cluster it is over every change, and nothing else", () => {
    const ignoring = engine.names().filter((name) => optionsOf(name)?.ignoreChanges.length !== 0);
    assert.deepEqual(ignoring, ["cluster-identity", "kubernetes"]);
    assert.deepEqual(optionsOf("cluster-identity")?.ignoreChanges, ["environment", "triggers"]);
    assert.deepEqual(optionsOf("kubernetes")?.ignoreChanges, ["clusterIdentifier"]);
  });

  it("make what every script prints secret", () => {
    for (const { name } of engine.registered.filter(
      ({ type }) => type === "command:local:Command",
    )) {
      assert.deepEqual(optionsOf(name)?.secretOutputs, ["stdout", "stderr"], name);
    }
  });

  it("protect nothing unless that is configured", () => {
    assert.deepEqual(protectedNames(), []);
  });

  it("give Flux the time to end Helm actions", () => {
    assert.equal(optionsOf("flux-instance-object")?.deleteTimeout, "20m");
  });
});

describe("the options of a protected stack", () => {
  before(async () => {
    ({ engine } = await records.run({ preview: true, config: { ...embedded, protect: true } }));
  });

  it("protect what holds the rest, and no script that is made to run again", () => {
    assert.deepEqual(protectedNames(), [
      "flux-instance",
      "flux-instance-object",
      "drain",
      "drain-script",
      "protection",
    ]);
  });
});
