import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { runScript } from "./support/run.ts";

describe("node scripts/drain.ts", { timeout: 60_000, concurrency: true }, () => {
  it("does nothing on create and update", async () => {
    const { code, stdout } = await runScript("drain.ts", { DRAIN_ACTION: "record" });
    assert.deepEqual([code, stdout], [0, '{"recorded":true}\n']);
  });

  it("lists all problems of its input and exits 2", async () => {
    const { code, stderr } = await runScript("drain.ts", {
      FLUX_BOOTSTRAP_DESTROY_MODE: "burn",
      FLUX_BOOTSTRAP_FORCE: "yes",
      DRAIN_TIMEOUT: "0s",
    });
    assert.equal(code, 2);
    const problems = stderr.split("\n").filter((line) => line.startsWith("✗ "));
    assert.deepEqual(
      problems.map((line) => line.split(" ")[1]),
      [
        "KUBECONFIG_CONTENT",
        "CLUSTER_UID",
        "FLUX_BOOTSTRAP_DESTROY_MODE",
        "FLUX_BOOTSTRAP_FORCE",
        "DRAIN_TIMEOUT",
      ],
    );
  });

  it("fails with the endpoint and a next command when no API server answers", async () => {
    const server = await FakeApiServer.start();
    const environment = { KUBECONFIG_CONTENT: server.kubeconfig(), CLUSTER_UID: FakeApiServer.uid };
    await server.stop();
    const { code, stdout, stderr } = await runScript("drain.ts", environment);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, new RegExp(`✗ ${server.url} does not answer`));
    assert.match(stderr, /^Next: kubectl cluster-info$/m);
    const skip = { ...environment, FLUX_BOOTSTRAP_DESTROY_MODE: "skip" };
    const skipped = await runScript("drain.ts", skip);
    assert.equal(skipped.code, 0, skipped.stderr);
  });
});
