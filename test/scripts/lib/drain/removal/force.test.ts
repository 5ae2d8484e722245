import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { HelmRelease } from "../../../../../scripts/lib/kinds.ts";
import { cart, cartWorkload, failed, root, run, setUp } from "../../../support/drain.ts";
import { runFlux } from "../../../support/fake-flux.ts";
import { putController } from "../../../support/flux.ts";
import { ownedBy, putRelease } from "../../../support/gitops.ts";
import type { FakeApiServer } from "../../../../support/api-server.ts";

/** A release whose uninstall fails for ever, and which lets go only when it is suspended. */
function runBrokenUninstall(server: FakeApiServer): void {
  runFlux(server, { dead: ["HelmRelease"] });
  server.merge(cart, { spec: { uninstall: { timeout: "1s" } } });
  server.react(({ metadata, spec }) => {
    if (metadata.name !== "cart" || metadata.deletionTimestamp === undefined) return;
    if ((spec as { suspend?: boolean } | undefined)?.suspend !== true) return;
    server.merge(cart, { metadata: { finalizers: null } });
  });
}

describe("a drain that is forced", { timeout: 60_000, concurrency: 4 }, () => {
  it("lets a release go that cannot be uninstalled, says so, and leaves its objects", async (t) => {
    const server = await setUp(t);
    runBrokenUninstall(server);
    const lines: string[] = [];
    await run(server, { force: true }, lines);
    assert.equal(server.get(root), undefined);
    assert.match(
      lines.join("\n"),
      /^forced: HelmRelease\/shop\/cart goes without removing its 1 objects$/m,
    );
  });

  it("is the only one that does: otherwise the release is named and everything behind it stays", async (t) => {
    const server = await setUp(t);
    runBrokenUninstall(server);
    const { message, details, next } = await failed(server, {});
    assert.equal(message, "the drain cannot go on: 1 stuck, 2 behind; 0 of 3 objects are gone");
    assert.match(
      details.join("\n"),
      /^HelmRelease\/shop\/cart: deleting for .*finalizers\.fluxcd\.io/m,
    );
    assert.equal(next, "kubectl -n shop describe helmrelease cart");
    assert.notEqual(server.get(cartWorkload), undefined);
    assert.notEqual(server.get(root), undefined);
  });

  it("says what of a person's it leaves behind before it begins", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    putRelease(server, { name: "mine", namespace: "default" });
    const lines: string[] = [];
    await run(server, { force: true }, lines);
    const said = lines.findIndex((line) => line.startsWith("forced: HelmRelease/default/mine"));
    const deleting = lines.findIndex((line) => line.startsWith("► deleting"));
    assert.ok(said !== -1 && said < deleting, lines.join("\n"));
    assert.deepEqual(
      server.all(HelmRelease).map(({ metadata }) => metadata.name),
      ["mine"],
    );
  });

  it("goes on without a controller", async (t) => {
    const server = await setUp(t);
    runBrokenUninstall(server);
    putController(server, "helm-controller", { holder: "helm-controller-old99_1" });
    await run(server, { force: true });
    assert.equal(server.get(cart), undefined);
  });

  /** Somebody else holds what the release installed. */
  function holdWorkload(server: FakeApiServer): void {
    runFlux(server);
    server.merge(cart, { spec: { uninstall: { timeout: "1s" } } });
    const labels = ownedBy("helm", "cart", "shop");
    server.merge(cartWorkload, { metadata: { labels, finalizers: ["example.com/hold"] } });
  }

  it("goes on past what somebody else holds, and names it", async (t) => {
    const server = await setUp(t);
    holdWorkload(server);
    const lines: string[] = [];
    const reportDirectory = mkdtempSync(join(tmpdir(), "flux-bootstrap-force-"));
    t.after(() => {
      rmSync(reportDirectory, { recursive: true });
    });
    await run(server, { force: true, graceMilliseconds: 300, reportDirectory }, lines);
    assert.match(lines.join("\n"), /^forced: Deployment\/shop\/cart is left behind$/m);
    assert.deepEqual(server.get(cartWorkload)?.metadata.finalizers, ["example.com/hold"]);
    assert.equal(server.get(root), undefined);
    const report = readFileSync(join(reportDirectory, "destroy.md"), "utf8");
    assert.match(report, /Deployment\/shop\/cart: deleting for .* finalizers example\.com\/hold/);
  });

  it("is the only one that goes past it", async (t) => {
    const server = await setUp(t);
    holdWorkload(server);
    const { details } = await failed(server, { graceMilliseconds: 300 });
    assert.match(details.join("\n"), /^Deployment\/shop\/cart: deleting for /m);
    assert.notEqual(server.get(root), undefined);
  });

  it("strips no finalizer: what nobody lets go stays, and is named", async (t) => {
    const server = await setUp(t);
    runFlux(server, { dead: ["HelmRelease"] });
    server.merge(cart, { spec: { uninstall: { timeout: "1s" } } });
    const { details } = await failed(server, { force: true, graceMilliseconds: 300 });
    assert.deepEqual(server.get(cart)?.metadata.finalizers, ["finalizers.fluxcd.io"]);
    assert.match(
      details.join("\n"),
      /^HelmRelease\/shop\/cart: .*finalizers finalizers\.fluxcd\.io/m,
    );
    assert.notEqual(server.get(root), undefined);
  });
});
