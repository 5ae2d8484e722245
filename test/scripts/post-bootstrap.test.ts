import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { putKustomization, putSync } from "./support/gitops.ts";
import { type Finished, runHosted, runScript } from "./support/run.ts";

describe("node scripts/post-bootstrap.ts", { timeout: 60_000, concurrency: true }, () => {
  let server: FakeApiServer;
  let directory: string;

  before(async () => {
    server = await FakeApiServer.start();
    directory = await mkdtemp(join(tmpdir(), "report-"));
    putSync(server, []);
    putKustomization(server, "apps", { owner: "flux-system", status: { conditions: [] } });
  });
  after(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const run = async (
    name: string,
    more: Record<string, string> = {},
    start: typeof runScript = runHosted,
  ) => {
    const report = join(directory, name, "report.json");
    const finished: Finished = await start("post-bootstrap.ts", {
      KUBECONFIG_CONTENT: server.kubeconfig(),
      CLUSTER_UID: FakeApiServer.uid,
      REPORT_DIRECTORY: join(directory, name),
      POST_BOOTSTRAP_TIMEOUT: "3s",
      ...more,
    });
    return { ...finished, report, last: finished.stderr.trimEnd().split("\n").at(-1) };
  };

  it("prints the counts as one JSON line, and the report's path last on stderr", async () => {
    const { code, stdout, stderr, report, last } = await run(
      "passes",
      { REQUIRED: "none" },
      runScript,
    );
    assert.equal(code, 0, stderr);
    const { ready, required, failed, report: path } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([ready, required, failed, path], [0, 0, 0, report]);
    assert.equal(last, report);
  });

  it("exits 1 when something required is not Ready, with the report's path last", async () => {
    const { code, stdout, stderr, report, last } = await run("fails");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /✗ 1 of 3 required objects are not Ready after 3\.0s/);
    assert.match(stderr, /Kustomization\/flux-system\/apps/);
    assert.equal(last, report);
  });

  it("refuses every input that it cannot read", async () => {
    const bad = {
      REQUIRED: "some",
      EXPECT_KUSTOMIZATIONS: '["apps"]',
      GATE_RESULT: "{}",
      REPAIR: "perhaps",
      AUTO_FIX_PODS: "some",
      AUTO_FIX_NAMESPACES: "shop",
      AUTO_FIX_LIMIT: "0",
      RESTORE: "{}",
    };
    const { code, stderr } = await run("bad", bad);
    assert.equal(code, 2);
    for (const name of Object.keys(bad)) assert.match(stderr, new RegExp(`✗ ${name} must `));
  });
});
