import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { Failure } from "../../../../scripts/lib/failure.ts";
import { GitRepository, HelmRelease, Kustomization } from "../../../../scripts/lib/kinds.ts";
import { postBootstrap } from "../../../../scripts/lib/post-bootstrap/post-bootstrap.ts";
import type { Report } from "../../../../scripts/lib/post-bootstrap/report.ts";
import { Redactor } from "../../../../scripts/lib/redact.ts";
import type { Requirement } from "../../../../scripts/lib/tree/requirement.ts";
import { FakeApiServer } from "../../../support/api-server.ts";
import { namespace, recordingLog } from "../../support/flux.ts";
import { putKustomization, putRelease, putSync, ready } from "../../support/gitops.ts";

const apps = { resource: Kustomization, name: "apps", namespace };
const cart = { resource: HelmRelease, name: "cart", namespace: "shop" };
const nothingYet = { conditions: [] };
const gaveUp = (message: string) => ({
  conditions: ["Ready", "Stalled"].map((type) => ({
    type,
    status: type === "Ready" ? "False" : "True",
    reason: "RetriesExceeded",
    message,
  })),
});

describe("postBootstrap", { timeout: 30_000 }, () => {
  let server: FakeApiServer;
  let directory: string;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    directory = await mkdtemp(join(tmpdir(), "report-"));
  });
  afterEach(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const run = async (more: { requirement?: Requirement; timeoutMilliseconds?: number } = {}) => {
    const { requirement = "all", timeoutMilliseconds = 20_000 } = more;
    const cluster = new Cluster(server.kubeconfig(), "post-bootstrap");
    const connection = { cluster, namespace, uid: FakeApiServer.uid };
    const gate = {
      token: `gate-${Date.parse("2026-01-01T00:00:00Z")}-abcdef`,
      seconds: 2,
      controllers: [],
    };
    const options = {
      connection,
      requirement,
      kustomizations: ["flux-system/apps"],
      timeoutMilliseconds,
    };
    return postBootstrap(
      { ...options, reportDirectory: directory, gate },
      { log: recordingLog().log, signal: new AbortController().signal, redactor: new Redactor() },
    );
  };
  const failed = async (more: Parameters<typeof run>[0]): Promise<Failure> => {
    try {
      await run(more);
    } catch (error) {
      assert.ok(error instanceof Failure, String(error));
      return error;
    }
    throw new Error("it passed");
  };
  const report = async () =>
    JSON.parse(await readFile(join(directory, "report.json"), "utf8")) as Report;

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
    const result = await run();
    assert.deepEqual([result.ready, result.required, result.failed], [4, 4, 0]);
    assert.equal(result.seconds.all, 60);
    assert.deepEqual(server.writes, []);
  });

  it("does not pass while a release that an inventory names has not been seen", async () => {
    putSync(server, [apps]);
    putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
    const { message, details } = await failed({ timeoutMilliseconds: 1_500 });
    assert.equal(message, "1 of 4 required objects are not Ready after 1.5s");
    assert.deepEqual(details, ["missing: HelmRelease/shop/cart"]);
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
    const failure = await failed({});
    assert.equal(failure.message, "1 of 4 required objects are not Ready and will not become so");
    assert.match(failure.details[0] ?? "", /^stalled: HelmRelease\/shop\/cart \(RetriesExceeded: /);
    assert.equal(failure.next, "kubectl -n shop describe helmrelease cart");
    assert.equal(failure.report, join(directory, "report.json"));
    const { schemaVersion, outcome, objects, counts } = await report();
    assert.deepEqual(
      [schemaVersion, outcome, counts],
      [1, "failed", { required: 4, ready: 3, failed: 1 }],
    );
    assert.equal(objects.find(({ state }) => state === "stalled")?.name, "cart");
    const files = (await readdir(directory)).sort();
    assert.deepEqual(files, ["report.json", "report.md"]);
    for (const file of files) {
      assert.doesNotMatch(await readFile(join(directory, file), "utf8"), /planted-secret/);
    }
  });

  it("only reports what is not required", async () => {
    putSync(server, [apps]);
    putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
    putRelease(server, { name: "cart", namespace: "shop" }, { owner: "apps", status: gaveUp("x") });
    assert.equal((await run({ requirement: ["flux-system/apps"] })).failed, 0);
    const other = (await report()).objects.find(({ name }) => name === "cart");
    assert.deepEqual([other?.required, other?.state], [false, "stalled"]);
  });

  it("fails with the state of what is not Ready in time", async () => {
    putSync(server, [apps]);
    const conditions = [
      { type: "Ready", status: "False", reason: "BuildFailed", message: "no such path" },
    ];
    putKustomization(server, "apps", { owner: "flux-system", status: { conditions } });
    const { details, next } = await failed({ timeoutMilliseconds: 1_500 });
    assert.deepEqual(details, [
      "not ready: Kustomization/flux-system/apps (BuildFailed: no such path)",
    ]);
    assert.equal(next, "kubectl -n flux-system describe kustomization apps");
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
    const { details } = await failed({});
    assert.match(
      details[0] ?? "",
      /^stalled: GitRepository\/flux-system\/flux-system \(RetriesExceeded: URL invalid\)$/,
    );
  });
});
