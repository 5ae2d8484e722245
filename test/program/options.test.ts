import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { type MockEngine, optionsOf } from "../support/mocks.ts";
import { ClusterRecords, runProgram } from "../support/program.ts";

const records = new ClusterRecords();
let engine: MockEngine;
before(async () => {
  ({ engine } = await runProgram({ preview: true }));
});
after(() => {
  records.remove();
});

describe("the options", () => {
  it("leave the sync where it is, whatever becomes of its resource, and of no other", () => {
    const retained = engine.names().filter((name) => optionsOf(name)?.retainOnDelete === true);
    assert.deepEqual(retained, ["flux-sync-patch"]);
  });

  it("keep the recorded identity over every change, and nothing else", () => {
    const ignoring = engine.names().filter((name) => optionsOf(name)?.ignoreChanges.length !== 0);
    assert.deepEqual(ignoring, ["cluster-identity"]);
    assert.deepEqual(optionsOf("cluster-identity")?.ignoreChanges, ["environment", "triggers"]);
  });

  it("make what every script prints secret", () => {
    for (const { name } of engine.registered.filter(
      ({ type }) => type === "command:local:Command",
    )) {
      assert.deepEqual(optionsOf(name)?.secretOutputs, ["stdout", "stderr"], name);
    }
  });

  it("give Flux the time to end Helm actions", () => {
    assert.equal(optionsOf("flux-instance-object")?.deleteTimeout, "20m");
  });
});
