import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import type { DestroyMode } from "../../../../scripts/lib/drain/decision.ts";
import { drain } from "../../../../scripts/lib/drain/drain.ts";
import { Failure } from "../../../../scripts/lib/failure.ts";
import {
  ConfigMap,
  Deployment,
  FluxInstance,
  HelmRelease,
  Kustomization,
  Namespace,
} from "../../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../../support/api-server.ts";
import { fakeApiServer } from "../../support/fake.ts";
import { namespace, putController, recordingLog, runControllers } from "../../support/flux.ts";
import {
  ownedBy,
  putKustomization,
  putRelease,
  putSync,
  putWorkload,
  runFlux,
} from "../../support/gitops.ts";

const kinds = [Kustomization, HelmRelease];
const shop = { resource: Namespace, name: "shop" };
const cart = { resource: HelmRelease, name: "cart", namespace: "shop" };
const cartWorkload = { resource: Deployment, name: "cart", namespace: "shop" };
const apps = { resource: Kustomization, name: "apps", namespace };
const root = { resource: Kustomization, name: "flux-system", namespace };

interface Options {
  readonly mode?: DestroyMode;
  readonly force?: boolean;
  readonly timeoutMilliseconds?: number;
  readonly uid?: string;
}

async function setUp(test: TestContext): Promise<FakeApiServer> {
  const server = await fakeApiServer(test);
  putController(server, "kustomize-controller");
  putController(server, "helm-controller");
  runControllers(server, kinds);
  putSync(server, [apps]);
  putKustomization(server, "apps", { owner: "flux-system", applied: [shop, cart] });
  putRelease(
    server,
    { name: "cart", namespace: "shop" },
    { owner: "apps", applied: [cartWorkload] },
  );
  putWorkload(server, "cart", "shop");
  server.put(Namespace, { metadata: { name: "shop", labels: ownedBy("kustomize", "apps") } });
  return server;
}

describe("drain", { timeout: 60_000, concurrency: true }, () => {
  const run = async (server: FakeApiServer, more: Options = {}, lines: string[] = []) => {
    const { log, lines: written } = recordingLog();
    const cluster = new Cluster(server.kubeconfig(), "drain");
    const connection = { cluster, namespace, uid: more.uid ?? FakeApiServer.uid };
    const { mode = "drain", force = false, timeoutMilliseconds = 20_000 } = more;
    const limits = { timeoutMilliseconds, canaryMilliseconds: 3_000, volumes: "keep" } as const;
    const options = { connection, mode, force, ...limits };
    try {
      return await drain(options, { log, signal: new AbortController().signal });
    } finally {
      lines.push(...written);
    }
  };
  const failed = async (server: FakeApiServer, more: Options): Promise<Failure> => {
    try {
      await run(server, more);
    } catch (error) {
      assert.ok(error instanceof Failure, String(error));
      return error;
    }
    throw new Error("the drain passed");
  };

  it("removes all that Flux made and touches nothing else", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.put(ConfigMap, { metadata: { name: "foreign", namespace: "default" } });
    const result = await run(server);
    assert.deepEqual(result.drained && [result.mode, result.removed], [
      "drain",
      { Kustomization: 2, HelmRelease: 1, GitRepository: 1 },
    ]);
    assert.deepEqual([...server.all(Kustomization), ...server.all(HelmRelease)], []);
    assert.equal(server.get(shop), undefined);
    assert.equal(server.get(cartWorkload), undefined);
    assert.equal(server.all(ConfigMap).length, 1);
  });

  it("resumes what is suspended right before, so that it removes its objects too", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge(cart, { spec: { suspend: true } });
    const lines: string[] = [];
    await run(server, {}, lines);
    assert.equal(server.get(cartWorkload), undefined);
    assert.ok(lines.some((line) => line.startsWith("resuming HelmRelease/shop/cart")));
  });

  it("waits for an object of an inventory that takes its time", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge(shop, { metadata: { finalizers: ["kubernetes"] } });
    server.heard = (request) => {
      if (!/\/namespaces\?.*watch=true/.test(request)) return;
      server.merge(shop, { metadata: { finalizers: null } });
    };
    assert.equal((await run(server)).drained, true);
    assert.equal(server.get(shop), undefined);
  });

  it("fails and names the Flux object that stays, with what holds it", async (t) => {
    const server = await setUp(t);
    runFlux(server, ["HelmRelease"]);
    const conditions = [
      { type: "Ready", status: "False", reason: "UninstallFailed", message: "a hook failed" },
    ];
    server.merge(cart, { status: { conditions } });
    const { message, details, next } = await failed(server, { timeoutMilliseconds: 3_000 });
    assert.match(
      message,
      /^everything that Flux made from the sync is not gone after 3\.0s: 1 HelmRelease left$/,
    );
    assert.match(
      details.join("\n"),
      /^HelmRelease\/shop\/cart: deleting for \d\.\ds, finalizers finalizers\.fluxcd\.io, Ready=False UninstallFailed: a hook failed$/,
    );
    assert.equal(next, "kubectl -n shop describe helmrelease cart");
  });

  it("fails and names an object of an inventory that stays", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge(shop, { metadata: { finalizers: ["kubernetes"] } });
    const { details } = await failed(server, { timeoutMilliseconds: 3_000 });
    assert.match(
      details.join("\n"),
      /^Namespace\/shop: deleting for \d\.\ds, finalizers kubernetes$/,
    );
  });

  it("still waits for what an interrupted drain left on its way", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge(shop, { metadata: { finalizers: ["kubernetes"] } });
    await failed(server, { timeoutMilliseconds: 3_000 });
    assert.deepEqual(server.all(Kustomization), []);
    const again = await failed(server, { timeoutMilliseconds: 3_000 });
    assert.match(again.details.join("\n"), /^Namespace\/shop: /);
    server.merge(shop, { metadata: { finalizers: null } });
    assert.equal((await run(server)).drained, true);
  });

  it("does not take what a person's Kustomization applied for such a leftover", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge({ resource: FluxInstance, name: "flux", namespace }, { spec: { sync: null } });
    putKustomization(server, "mine");
    const labels = ownedBy("kustomize", "mine");
    server.put(ConfigMap, { metadata: { name: "mine", namespace: "default", labels } });
    assert.equal((await run(server, { force: true })).drained, true);
    assert.equal(server.all(ConfigMap).length, 1);
  });

  it("does not wait for what says itself that it stays", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge(shop, {
      metadata: {
        annotations: { "kustomize.toolkit.fluxcd.io/prune": "disabled" },
        finalizers: ["kubernetes"],
      },
    });
    assert.equal((await run(server)).drained, true);
    assert.notEqual(server.get(shop), undefined);
  });

  it("refuses a HelmRelease that a person made, and changes nothing", async (t) => {
    const server = await setUp(t);
    putRelease(server, { name: "mine", namespace: "default" });
    const { message } = await failed(server, {});
    assert.match(message, /^HelmRelease\/default\/mine did not come from the sync/);
    assert.deepEqual(server.writes, []);
  });

  it("leaves a HelmRelease that a person made alone when forced", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    putRelease(server, { name: "mine", namespace: "default" });
    assert.equal((await run(server, { force: true })).drained, true);
    assert.deepEqual(
      server.all(HelmRelease).map(({ metadata }) => metadata.name),
      ["mine"],
    );
  });

  it("refuses a repository that would prune Flux itself", async (t) => {
    const server = await setUp(t);
    putKustomization(server, "flux-system", {
      applied: [apps, { resource: Namespace, name: namespace }],
    });
    server.put(Namespace, { metadata: { name: namespace } });
    const { message } = await failed(server, {});
    assert.match(message, /contains Namespace\/flux-system: Flux would delete itself/);
    assert.deepEqual(server.writes, []);
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

  it("leaves the workloads with mode orphan", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    const result = await run(server, { mode: "orphan" });
    assert.equal(result.drained && result.mode, "orphan");
    assert.equal(server.get(root), undefined);
    assert.notEqual(server.get(apps), undefined);
    assert.notEqual(server.get(cartWorkload), undefined);
  });

  it("touches nothing with mode skip, another cluster, or without a FluxInstance", async (t) => {
    const server = await setUp(t);
    const skipped = await run(server, { mode: "skip" });
    const foreign = await run(server, { uid: "another" });
    server.remove({ resource: FluxInstance, name: "flux", namespace });
    const empty = await run(server);
    assert.deepEqual(
      [skipped, foreign, empty].map(({ drained }) => drained),
      [false, false, false],
    );
    assert.deepEqual(server.writes, []);
  });

  it("does not take an outage for a cluster that is gone", async (t) => {
    const server = await setUp(t);
    await server.stop();
    const { message, next } = await failed(server, {});
    assert.match(message, /an outage does not mean that it is gone/);
    assert.equal(next, "kubectl cluster-info");
  });
});
