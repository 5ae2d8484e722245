import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import type { DrainReport } from "../../../../scripts/lib/drain/report/drain-report.ts";
import { GitRepository } from "../../../../scripts/lib/kinds.ts";
import { apps, cart, failed, root, run, setUp, shop } from "../../support/drain.ts";
import { namespace, putController } from "../../support/flux.ts";
import { runFlux } from "../../support/fake-flux.ts";
import { ownedBy } from "../../support/gitops.ts";

// Each waits for a time-out, so all wait at the same time.
describe("a drain that cannot finish", { timeout: 60_000, concurrency: true }, () => {
  it("fails and names the Flux object that stays, with what holds it", async (t) => {
    const server = await setUp(t);
    runFlux(server, { dead: ["HelmRelease"] });
    const conditions = [
      { type: "Ready", status: "False", reason: "UninstallFailed", message: "a hook failed" },
    ];
    server.merge(cart, { status: { conditions } });
    const { message, details, next } = await failed(server, { timeoutMilliseconds: 5_000 });
    assert.match(message, /^the drain is not finished after 5\.0s; 0 of 3 objects are gone$/);
    assert.match(
      details.join("\n"),
      /^HelmRelease\/shop\/cart: deleting for \d\.\ds, finalizers finalizers\.fluxcd\.io, Ready=False UninstallFailed: a hook failed$/m,
    );
    assert.equal(next, "kubectl -n shop describe helmrelease cart");
  });

  it("fails and names an object of an inventory that stays", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge(shop, { metadata: { finalizers: ["kubernetes"] } });
    const { details } = await failed(server, { timeoutMilliseconds: 5_000 });
    assert.match(
      details.join("\n"),
      /^Namespace\/shop: deleting for \d\.\ds, finalizers kubernetes$/m,
    );
  });

  it("names what is left when all that was planned is gone, in the report too", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    const finalizers = ["finalizers.fluxcd.io", "example.com/backup"];
    const labels = ownedBy("kustomize", "apps");
    server.put(GitRepository, { metadata: { name: "forgotten", namespace, labels, finalizers } });
    const reportDirectory = await mkdtemp(join(tmpdir(), "destroy-"));
    t.after(() => rm(reportDirectory, { recursive: true, force: true }));
    const { message, details, next } = await failed(server, {
      ...{ timeoutMilliseconds: 5_000, reportDirectory },
    });
    assert.match(message, /^the drain is not finished after 5\.0s: 1 GitRepository left after/);
    const held = /^GitRepository\/flux-system\/forgotten: deleting for .*example\.com\/backup/m;
    assert.match(details.join("\n"), held);
    assert.equal(next, "kubectl -n flux-system describe gitrepository forgotten");
    const { left } = JSON.parse(
      await readFile(join(reportDirectory, "destroy.json"), "utf8"),
    ) as DrainReport;
    assert.match(left.join("\n"), held);
  });

  it("still waits for what an interrupted drain left on its way", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge(shop, { metadata: { finalizers: ["kubernetes"] } });
    const killed = new AbortController();
    server.react(({ kind, metadata }) => {
      if (kind === "Namespace" && metadata.deletionTimestamp !== undefined) killed.abort();
    });
    await assert.rejects(run(server, { signal: killed.signal }), /was cancelled; 1 of 3/);
    assert.equal(server.get(apps), undefined);
    const again = await failed(server, { timeoutMilliseconds: 5_000 });
    assert.match(again.details.join("\n"), /^Namespace\/shop: /);
    server.merge(shop, { metadata: { finalizers: null } });
    assert.equal((await run(server)).drained, true);
  });

  it("refuses when a controller that would remove things does not answer, and detaches nothing", async (t) => {
    const server = await setUp(t);
    putController(server, "helm-controller", { holder: "helm-controller-old99_1" });
    const { message, details } = await failed(server, {});
    assert.match(message, /^helm-controller cannot remove what Flux made\./);
    assert.match(
      details.join("\n"),
      /^helm-controller: its lease is held by helm-controller-old99_1/,
    );
    assert.ok(!server.writes.some((write) => write.includes("fluxinstances")));
    assert.notEqual(server.get(root), undefined);
  });
});
