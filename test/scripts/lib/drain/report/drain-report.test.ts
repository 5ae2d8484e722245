import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";

import {
  type DrainReport,
  drainReport,
} from "../../../../../scripts/lib/drain/report/drain-report.ts";
import { renderDrainMarkdown } from "../../../../../scripts/lib/drain/report/drain-report-markdown.ts";
import { ConfigMap } from "../../../../../scripts/lib/kinds.ts";
import { cart, failed, run, setUp } from "../../../support/drain.ts";
import { runFlux } from "../../../support/fake-flux.ts";

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "destroy-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "dev");
}

async function read(directory: string): Promise<DrainReport> {
  return JSON.parse(await readFile(join(directory, "destroy.json"), "utf8")) as DrainReport;
}

describe("the report of a destroy", { timeout: 60_000, concurrency: 4 }, () => {
  it("says what went when, what was kept and why, and is its owner's alone", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.put(ConfigMap, { metadata: { name: "by-hand", namespace: "shop" } });
    const reportDirectory = await temporary(t);
    const result = await run(server, { reportDirectory });
    assert.equal(result.drained && result.report, join(reportDirectory, "destroy.md"));
    const report = await read(reportDirectory);
    assert.deepEqual([report.outcome, report.left, report.reason], ["drained", [], undefined]);
    assert.deepEqual(
      report.steps.map(({ object, outcome }) => [object, outcome]),
      [
        ["HelmRelease/shop/cart", "gone"],
        ["Kustomization/flux-system/apps", "gone"],
        ["Kustomization/flux-system/flux-system", "gone"],
      ],
    );
    assert.deepEqual(report.kept, [
      {
        object: "Namespace/shop",
        reason: "holds ConfigMap/shop/by-hand, which Flux did not make",
      },
    ]);
    for (const file of await readdir(reportDirectory)) {
      assert.equal((await stat(join(reportDirectory, file))).mode & 0o777, 0o600);
    }
  });

  it("is written where the drain does not finish, too, and named last by the failure", async (t) => {
    const server = await setUp(t);
    runFlux(server, { dead: ["HelmRelease"] });
    const reportDirectory = await temporary(t);
    server.merge(cart, { spec: { uninstall: { timeout: "1s" } } });
    const failure = await failed(server, { reportDirectory });
    assert.equal(failure.report, join(reportDirectory, "destroy.md"));
    const { outcome, left, next, steps } = await read(reportDirectory);
    assert.equal(outcome, "unfinished");
    assert.match(left.join("\n"), /^HelmRelease\/shop\/cart: deleting for /);
    assert.equal(next, "kubectl -n shop describe helmrelease cart");
    assert.deepEqual(
      steps.map((step) => step.outcome),
      ["stuck", "not reached", "not reached"],
    );
    const page = await readFile(failure.report, "utf8");
    assert.match(page, /^# ✗ The drain is not finished$/m);
    assert.match(page, /^## What is left$/m);
  });

  it("keeps what an object says out of the page's markup", () => {
    const report = drainReport({
      clusterName: "a|b<script>",
      plan: {
        cluster: { uid: "one", endpoint: "https://api.example" },
        ...{ steps: [], stopped: [], kept: [], blockers: [], estimateSeconds: 1 },
      },
      ...{ records: [], started: Date.now(), resumedFrom: undefined, forced: true },
      left: ["Service/shop/`x`: line\nbreak"],
      failure: undefined,
    });
    const page = renderDrainMarkdown(report);
    assert.match(page, /a\\\|b\\<script\\>/);
    assert.match(page, /- Service\/shop\/\\`x\\`: line break$/m);
    assert.match(page, /, forced\./);
  });
});
