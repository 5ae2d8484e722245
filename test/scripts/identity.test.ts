import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { runHosted, runScript } from "./support/run.ts";

describe("node scripts/identity.ts and keep.ts", { timeout: 60_000, concurrency: true }, () => {
  let server: FakeApiServer;
  before(async () => {
    server = await FakeApiServer.start();
  });
  after(async () => {
    await server.stop();
  });
  const identity = async (more: Record<string, string> = {}) =>
    runHosted("identity.ts", { KUBECONFIG_CONTENT: server.kubeconfig(), ...more });

  it("prints on create which cluster it is, who holds it from now on, and what was there", async () => {
    const adopts = { objects: ["Namespace/flux-system"], sync: false };
    const { code, stdout } = await runScript("identity.ts", {
      KUBECONFIG_CONTENT: server.kubeconfig(),
      ADOPTS: JSON.stringify(adopts),
      FORCED: "true",
    });
    assert.equal(code, 0);
    const { owner, ...others } = JSON.parse(stdout) as { owner: Record<string, string> };
    assert.deepEqual(others, { uid: FakeApiServer.uid, adopts, forced: true });
    assert.match(owner["id"] ?? "", /^[0-9a-f-]{36}$/);
    assert.match(owner["by"] ?? "", /^.+@.+$/);
    assert.match(owner["since"] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(server.writes, []);
  });

  it("makes another owner each time it runs", async () => {
    const runs = await Promise.all([identity(), identity()]);
    const ids = runs.map(
      ({ stdout }) => (JSON.parse(stdout) as { owner: { id: string } }).owner.id,
    );
    assert.equal(new Set(ids).size, 2);
  });

  it("refuses what it cannot read, without showing it", async () => {
    const { code, stderr } = await identity({ ADOPTS: '{"objects":"planted"}' });
    assert.equal(code, 2);
    assert.match(stderr, /ADOPTS must be \{objects, sync\}, got something else/);
    assert.doesNotMatch(stderr, /planted/);
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
    const { code, stdout } = await runHosted("keep.ts", {});
    assert.deepEqual([code, stdout], [2, ""]);
  });
});
