import assert from "node:assert/strict";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { ConfigMap, HelmRelease, Kustomization } from "../../../../scripts/lib/kinds.ts";
import { parseRestore } from "../../../../scripts/lib/restore/settings.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { namespace } from "../../support/flux.ts";
import { putKustomization, putRelease, putSync, revision } from "../../support/gitops.ts";
import {
  fetchWrite,
  gaveUp,
  markerWrite,
  PostBootstrapStage,
} from "../../support/post-bootstrap.ts";

const apps = { resource: Kustomization, name: "apps", namespace };
const cart = { resource: HelmRelease, name: "cart", namespace: "shop" };

describe("postBootstrap with repair", { timeout: 30_000 }, () => {
  let stage: PostBootstrapStage;
  let server: FakeApiServer;

  beforeEach(async () => {
    stage = await PostBootstrapStage.set();
    server = stage.server;
  });
  afterEach(async () => {
    await stage.strike();
  });

  /** A release that gave up, and a controller that brings it up when it is asked with its failures reset. */
  const stuckRelease = () => {
    putSync(server, [apps]);
    putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
    const status = {
      ...gaveUp("install failed: context deadline exceeded"),
      observedGeneration: 1,
      installFailures: 1,
    };
    putRelease(server, { name: "cart", namespace: "shop" }, { owner: "apps", status });
  };

  it("passes when one reset of a release that gave up is enough, and reports it", async () => {
    stuckRelease();
    stage.fetches(revision);
    stage.heals(cart);
    const { failed: left, ready: count } = await stage.run({ repair: true });
    assert.deepEqual([left, count], [0, 4]);
    const { repairs } = await stage.report();
    assert.deepEqual(
      repairs.map(({ object, action, attempt, outcome }) => [object, action, attempt, outcome]),
      [["HelmRelease/shop/cart", "reset", 1, "effective"]],
    );
    assert.deepEqual(stage.patches, [
      fetchWrite,
      "PATCH /apis/helm.toolkit.fluxcd.io/v2/namespaces/shop/helmreleases/cart",
    ]);
  });

  it("repairs it though the API server failed to give the lease at first", async () => {
    stuckRelease();
    stage.fetches(revision);
    stage.heals(cart);
    const failing = { code: 500, reason: "InternalError", times: 8 };
    server.faults.refuse(/^POST .*\/leases/, failing);
    const { failed: left } = await stage.run({ repair: true });
    assert.equal(left, 0);
  });

  it("ends in time though nothing can be written", async () => {
    stuckRelease();
    stage.fetches(revision);
    server.faults.refuse(/^POST .*\/leases/, { code: 500, reason: "InternalError" });
    const { message } = await stage.failed({ repair: true, timeoutMilliseconds: 2_000 });
    assert.match(message, /^1 of 4 required objects are not Ready/);
    const { repairs } = await stage.report();
    assert.deepEqual(
      repairs.map(({ outcome }) => outcome),
      ["failed"],
    );
  });

  it("writes nothing to it when repair is off", async () => {
    stuckRelease();
    await stage.failed({});
    assert.deepEqual(server.writes, [markerWrite]);
  });
});

describe("postBootstrap with a restore", { timeout: 30_000 }, () => {
  let stage: PostBootstrapStage;
  let server: FakeApiServer;

  beforeEach(async () => {
    stage = await PostBootstrapStage.set();
    server = stage.server;
  });
  afterEach(async () => {
    await stage.strike();
  });

  const restore = (verify: string) =>
    parseRestore({
      kind: "command",
      find: ["echo", JSON.stringify({ id: "b1", takenAt: new Date().toISOString() })],
      restore: ["true"],
      verify: [verify],
    });

  it("passes only when the data is back, and leaves the marker", async () => {
    putSync(server, []);
    putKustomization(server, "apps", { owner: "flux-system" });
    await stage.run({ settings: restore("true") });
    const cluster = new Cluster(server.kubeconfig(), "test");
    const marker = { resource: ConfigMap, name: "flux-restore", namespace };
    const found = (await cluster.get(marker)) as unknown as { data: Record<string, string> };
    assert.deepEqual(
      [found.data["RESTORE_STATE"], found.data["RESTORE_BACKUP"]],
      ["restored", "b1"],
    );
  });

  it("fails when it cannot be verified, though all is Ready, with the report", async () => {
    putSync(server, []);
    putKustomization(server, "apps", { owner: "flux-system" });
    const { report: path } = await stage.failed({ settings: restore("false") });
    assert.equal(path, join(stage.directory, "report.json"));
    assert.equal((await stage.report()).outcome, "failed");
  });
});
