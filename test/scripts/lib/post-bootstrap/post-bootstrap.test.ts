import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { GitRepository, HelmRelease, Kustomization, Pod } from "../../../../scripts/lib/kinds.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { namespace } from "../../support/flux.ts";
import { ownedBy, putKustomization, putRelease, putSync, ready } from "../../support/gitops.ts";
import { gaveUp, markerWrite, PostBootstrapStage } from "../../support/post-bootstrap.ts";

const apps = { resource: Kustomization, name: "apps", namespace };
const cart = { resource: HelmRelease, name: "cart", namespace: "shop" };
const nothingYet = { conditions: [] };

describe("postBootstrap", { timeout: 30_000 }, () => {
  let stage: PostBootstrapStage;
  let server: FakeApiServer;

  beforeEach(async () => {
    stage = await PostBootstrapStage.set();
    server = stage.server;
  });
  afterEach(async () => {
    await stage.strike();
  });

  it("follows the tree while it grows and resolves when all of it is Ready", async () => {
    putSync(server, [apps], { status: nothingYet });
    server.heard = (request) => {
      if (!/helmreleases.*watch=true/.test(request)) return;
      server.heard = () => undefined;
      putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
      server.merge({ resource: Kustomization, name: "flux-system", namespace }, { status: ready });
    };
    server.react(({ kind, metadata }, event) => {
      if (kind === "Kustomization" && metadata.name === "flux-system" && event === "MODIFIED") {
        putRelease(
          server,
          { name: "cart", namespace: "shop" },
          { owner: "apps", status: nothingYet },
        );
      }
      if (kind === "HelmRelease" && event === "ADDED") server.merge(cart, { status: ready });
    });
    const result = await stage.run();
    assert.deepEqual([result.ready, result.required, result.failed], [4, 4, 0]);
    assert.equal(result.seconds.all, 60);
    assert.deepEqual(server.writes, [markerWrite]);
  });

  it("does not pass while a release that an inventory names has not been seen", async () => {
    putSync(server, [apps]);
    putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
    const { message, details } = await stage.failed({ timeoutMilliseconds: 1_500 });
    assert.equal(message, "1 of 4 required objects are not Ready after 1.5s");
    assert.match(details.join("\n"), /missing: HelmRelease\/shop\/cart/);
  });

  it("does not pass while the root is Ready and has not written what it applied", async () => {
    const conditions = ready.conditions.map((one) => ({ ...one, observedGeneration: 1 }));
    putSync(server, [], { status: { conditions, observedGeneration: -1 } });
    putKustomization(server, "apps", { owner: "flux-system" });
    const { message } = await stage.failed({ timeoutMilliseconds: 1_500 });
    assert.equal(message, "1 of 3 required objects are not Ready after 1.5s");
  });

  it("fails before the time-out when a required release gave up, with the report", async () => {
    putSync(server, [apps]);
    putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
    const message = "password=planted-secret is wrong";
    putRelease(
      server,
      { name: "cart", namespace: "shop" },
      { owner: "apps", status: gaveUp(message) },
    );
    const failure = await stage.failed({});
    assert.equal(failure.message, "1 of 4 required objects are not Ready and will not become so");
    assert.match(failure.details[0] ?? "", /stuck: HelmRelease\/shop\/cart/);
    assert.match(failure.next ?? "", /HelmRelease\/shop\/cart|helmrelease cart/);
    assert.equal(failure.report, join(stage.directory, "report.json"));
    const { schemaVersion, outcome, objects, counts } = await stage.report();
    assert.deepEqual(
      [schemaVersion, outcome, counts],
      [2, "failed", { required: 4, ready: 3, failed: 1, suspended: 0, notRequired: 0 }],
    );
    assert.equal(objects.find(({ standing }) => standing === "stuck")?.name, "cart");
    const files = (await readdir(stage.directory)).sort();
    assert.deepEqual(files, ["recording.jsonl", "report.html", "report.json", "report.md"]);
    for (const file of files) {
      assert.doesNotMatch(await readFile(join(stage.directory, file), "utf8"), /planted-secret/);
    }
  });

  it("only reports what is not required", async () => {
    putSync(server, [apps]);
    putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
    putRelease(server, { name: "cart", namespace: "shop" }, { owner: "apps", status: gaveUp("x") });
    assert.equal((await stage.run({ requirement: ["flux-system/apps"] })).failed, 0);
    const other = (await stage.report()).objects.find(({ name }) => name === "cart");
    assert.deepEqual([other?.required, other?.standing], [false, "stuck"]);
  });

  it("fails with the state of what is not Ready in time", async () => {
    putSync(server, [apps]);
    const conditions = [
      { type: "Ready", status: "False", reason: "BuildFailed", message: "no such path" },
    ];
    putKustomization(server, "apps", { owner: "flux-system", status: { conditions } });
    const { details, next } = await stage.failed({ timeoutMilliseconds: 1_500 });
    assert.match(details.join("\n"), /failing: Kustomization\/flux-system\/apps\n.*no such path/);
    assert.match(next ?? "", /apps/);
  });

  it("goes on when Flux takes up something new while the log of a pod is read", async () => {
    putSync(server, [apps]);
    putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
    putRelease(server, { name: "cart", namespace: "shop" }, { owner: "apps" });
    const waiting = { waiting: { reason: "CrashLoopBackOff" } };
    const terminated = { terminated: { reason: "Error", exitCode: 1 } };
    const container = { name: "app", ready: false, restartCount: 5, state: waiting };
    server.put(Pod, {
      metadata: { name: "cart-1", namespace: "shop", labels: ownedBy("helm", "cart", "shop") },
      spec: { nodeName: "node-1", containers: [{ name: "app" }] },
      status: { phase: "Running", containerStatuses: [{ ...container, lastState: terminated }] },
    });
    const asked: string[] = [];
    server.heard = (request) => {
      if (!request.includes("/pods/cart-1/log")) return;
      asked.push(request);
      if (asked.length > 1) return;
      const unknown = { type: "Ready", status: "Unknown", reason: "Progressing" };
      server.merge(cart, { metadata: { generation: 2 }, status: { conditions: [unknown] } });
      setTimeout(() => {
        server.merge(cart, { status: { ...ready, observedGeneration: 2 } });
      }, 1_500).unref();
    };
    // So that the change is seen before the log is.
    const busy = { code: 429, reason: "TooManyRequests", retryAfter: "1", times: 1 };
    server.faults.refuse(/\/pods\/cart-1\/log/, busy);
    assert.equal((await stage.run()).failed, 0);
    assert.notEqual(asked.length, 0);
  });

  it("fails at once when the source gave up", async () => {
    putSync(server, [], { status: nothingYet });
    putKustomization(server, "apps", { owner: "flux-system" });
    const source = { resource: GitRepository, name: "flux-system", namespace };
    server.merge(source, { status: gaveUp("URL invalid") });
    const conditions = [
      { type: "Ready", status: "False", reason: "ArtifactFailed", message: "no artifact" },
    ];
    const root = { resource: Kustomization, name: "flux-system", namespace };
    server.merge(root, { status: { conditions } });
    const { details } = await stage.failed({});
    assert.match(
      details.join("\n"),
      /stuck: GitRepository\/flux-system\/flux-system\n.*URL invalid/,
    );
  });
});
