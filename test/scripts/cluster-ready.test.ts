import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { runScript } from "./support/run.ts";

describe("node scripts/cluster-ready.ts", { timeout: 60_000 }, () => {
  let server: FakeApiServer;
  before(async () => {
    server = await FakeApiServer.start();
  });
  after(async () => {
    await server.stop();
  });
  const run = (more: Record<string, string> = {}) =>
    runScript("cluster-ready.ts", { KUBECONFIG_CONTENT: server.kubeconfig(), ...more });

  it("prints how long the API server took to answer", async () => {
    const { code, stdout, stderr } = await run();
    assert.equal(code, 0);
    assert.deepEqual(Object.keys(JSON.parse(stdout) as object), ["seconds"]);
    assert.match(stderr, /✔ API server answers in 0\.\ds/);
    assert.deepEqual(server.writes, []);
  });

  it("fails with the last reason and the command of the cloud, without the credential", async () => {
    const refusal = { code: 401, reason: "Unauthorized", message: "Unauthorized" };
    const end = server.faults.refuse(/kube-system/, refusal);
    const { code, stdout, stderr } = await run({ READY_TIMEOUT: "1s", READY_NEXT: "aws eks help" });
    end();
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /not reached after 1\.0s: GET .* failed: 401 Unauthorized/);
    assert.match(stderr, /Next: aws eks help/);
    assert.doesNotMatch(stderr, /planted/);
  });
});
