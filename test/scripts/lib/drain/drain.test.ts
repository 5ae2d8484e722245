import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  ConfigMap,
  FluxInstance,
  HelmRelease,
  Kustomization,
  Lease,
  Namespace,
} from "../../../../scripts/lib/kinds.ts";
import { cart, apps, cartWorkload, failed, root, run, setUp, shop } from "../../support/drain.ts";
import { namespace } from "../../support/flux.ts";
import { runFlux } from "../../support/fake-flux.ts";
import { ownedBy, putKustomization, putRelease } from "../../support/gitops.ts";

describe("drain", { timeout: 60_000 }, () => {
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

  it("keeps Flux where the repository contains it", async (t) => {
    const server = await setUp(t);
    const fluxNamespace = { resource: Namespace, name: namespace };
    putKustomization(server, "flux-system", { applied: [apps, fluxNamespace] });
    server.put(Namespace, {
      metadata: { name: namespace, labels: ownedBy("kustomize", "flux-system") },
    });
    runFlux(server);
    assert.equal((await run(server)).drained, true);
    assert.equal(server.get(root), undefined);
    assert.notEqual(server.get(fluxNamespace), undefined);
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

  it("touches nothing with mode skip, or without a FluxInstance", async (t) => {
    const server = await setUp(t);
    const skipped = await run(server, { mode: "skip" });
    server.remove({ resource: FluxInstance, name: "flux", namespace });
    const empty = await run(server);
    assert.deepEqual(
      [skipped, empty].map(({ drained }) => drained),
      [false, false],
    );
    assert.deepEqual(server.writes, []);
  });

  for (const mode of ["drain", "orphan", "skip"] as const) {
    it(`stops a destroy with mode ${mode} of another cluster, whose Flux would be deleted by name`, async (t) => {
      const server = await setUp(t);
      const { message, next } = await failed(server, { mode, uid: "another" });
      assert.match(message, /must be the recorded one, got another: nothing was drained/);
      assert.equal(next, "pulumi stack rm --force --preserve-config STACK");
      assert.deepEqual(server.writes, []);
    });
  }

  it("touches nothing with mode skip when no server answers", async (t) => {
    const server = await setUp(t);
    await server.stop();
    assert.equal((await run(server, { mode: "skip" })).drained, false);
  });

  it("does not take an outage for a cluster that is gone", async (t) => {
    const server = await setUp(t);
    await server.stop();
    const { message, next } = await failed(server, {});
    assert.match(message, /an outage does not mean that it is gone/);
    assert.equal(next, "kubectl cluster-info");
  });

  it("refuses, and deletes nothing, while a repair is at work", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    const renewTime = new Date().toISOString();
    server.put(Lease, {
      metadata: { name: "flux-bootstrap-repair", namespace },
      spec: { holderIdentity: "other/1/ann_x", leaseDurationSeconds: 30, renewTime },
    });
    const { message } = await failed(server, {});
    assert.match(
      message,
      /^no other repair of this cluster must run .* got one by other\/1\/ann_x/,
    );
    assert.ok(!server.writes.some((write) => write.includes("helmreleases/cart")));
  });
});
