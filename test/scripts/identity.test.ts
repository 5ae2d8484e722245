import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { runScript } from "./support/run.ts";

describe("node scripts/identity.ts and keep.ts", { timeout: 60_000, concurrency: true }, () => {
  let server: FakeApiServer;
  before(async () => {
    server = await FakeApiServer.start();
  });
  after(async () => {
    await server.stop();
  });
  const identity = async (more: Record<string, string> = {}) =>
    runScript("identity.ts", { KUBECONFIG_CONTENT: server.kubeconfig(), ...more });

  it("prints the UID on create", async () => {
    const { code, stdout } = await identity();
    assert.deepEqual([code, stdout], [0, `{"uid":"${FakeApiServer.uid}"}\n`]);
  });

  it("fails on update when the cluster is another", async () => {
    const { code, stdout } = await identity({ RECORDED_UID: "another" });
    assert.deepEqual([code, stdout], [1, ""]);
  });

  it("prints what the last run printed", async () => {
    const { code, stdout } = await runScript("keep.ts", { PULUMI_COMMAND_STDOUT: '{"a":1}' });
    assert.deepEqual([code, stdout], [0, '{"a":1}\n']);
  });

  it("fails without a last output", async () => {
    const { code, stdout } = await runScript("keep.ts", {});
    assert.deepEqual([code, stdout], [2, ""]);
  });
});
