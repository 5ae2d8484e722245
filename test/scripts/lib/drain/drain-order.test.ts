import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { frozenAnnotation } from "../../../../scripts/lib/drain/freeze/original.ts";
import {
  ConfigMap,
  FluxInstance,
  HelmRelease,
  ImageUpdateAutomation,
  Kustomization,
  Lease,
} from "../../../../scripts/lib/kinds.ts";
import { apps, cart, cartWorkload, root, run, setUp, shop } from "../../support/drain.ts";
import { type FluxPlay, runFlux } from "../../support/fake-flux.ts";
import { namespace } from "../../support/flux.ts";
import { ownedBy, putKustomization, putRelease, putWorkload } from "../../support/gitops.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";

const instance = { resource: FluxInstance, name: "flux", namespace };
const web = { resource: HelmRelease, name: "web", namespace: "shop" };

/** A second release, which needs the first. */
function putWeb(server: FakeApiServer): void {
  putKustomization(server, "apps", { owner: "flux-system", applied: [shop, cart, web] });
  putRelease(
    server,
    { name: "web", namespace: "shop" },
    { owner: "apps", spec: { dependsOn: [{ name: "cart" }] }, applied: [] },
  );
}

function untouched(play: FluxPlay): void {
  assert.deepEqual([play.recreated, play.upgraded], [[], []]);
}

describe("the order of a drain", { timeout: 60_000, concurrency: 4 }, () => {
  it("is the reverse of what depends and of what applied, and nothing comes back", async (t) => {
    const server = await setUp(t);
    putWeb(server);
    const play = runFlux(server);
    const lines: string[] = [];
    await run(server, {}, lines);
    assert.deepEqual(play.gone, [
      "HelmRelease/shop/web",
      "HelmRelease/shop/cart",
      "Kustomization/flux-system/apps",
      "Kustomization/flux-system/flux-system",
    ]);
    untouched(play);
    assert.deepEqual(
      lines.filter((line) => line.startsWith("► deleting")),
      [
        "► deleting HelmRelease/shop/web (1 of 4)",
        "► deleting HelmRelease/shop/cart (2 of 4)",
        "► deleting Kustomization/flux-system/apps (3 of 4)",
        "► deleting Kustomization/flux-system/flux-system (4 of 4)",
      ],
    );
  });

  it("needs the freeze: what is deleted without one comes back", async (t) => {
    const server = await setUp(t);
    const play = runFlux(server);
    const { uid } = server.get(cart)?.metadata ?? {};
    const back = new Promise<void>((resolve) => {
      server.react(({ kind, metadata }, event) => {
        if (kind === "HelmRelease" && event === "ADDED" && metadata.uid !== uid) resolve();
      });
    });
    server.remove(cart);
    await back;
    assert.deepEqual(play.recreated, ["HelmRelease/shop/cart"]);
  });

  it("leaves no trace of the freeze behind", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    await run(server);
    const { annotations = {} } = server.get(instance)?.metadata ?? {};
    assert.equal(annotations["fluxcd.controlplane.io/reconcile"], undefined);
    assert.equal(annotations[frozenAnnotation], undefined);
    assert.deepEqual(
      [...server.all(ConfigMap), ...server.all(Lease)].filter(({ metadata }) =>
        metadata.name.includes("drain"),
      ),
      [],
    );
  });

  it("removes what a suspended release made, without a new revision of it", async (t) => {
    const server = await setUp(t);
    const play = runFlux(server);
    server.merge(cart, { spec: { suspend: true } });
    await run(server);
    assert.equal(server.get(cartWorkload), undefined);
    untouched(play);
  });

  it("removes what a suspended Kustomization made", async (t) => {
    const server = await setUp(t);
    const play = runFlux(server);
    server.merge(apps, { spec: { suspend: true } });
    server.merge(root, { spec: { suspend: true } });
    await run(server);
    assert.equal(server.get(shop), undefined);
    assert.equal(server.get(apps), undefined);
    untouched(play);
  });

  it("takes in what was still being applied when it began", async (t) => {
    const server = await setUp(t);
    const play = runFlux(server);
    server.react(({ kind, metadata }, event) => {
      const isStopped = metadata.annotations?.[frozenAnnotation] !== undefined;
      if (kind !== "FluxInstance" || event !== "MODIFIED" || !isStopped) return;
      if (server.get(web) !== undefined || play.gone.length > 0) return;
      putWeb(server);
      putWorkload(server, "web", "shop");
    });
    await run(server);
    assert.deepEqual(server.all(HelmRelease), []);
    assert.deepEqual(play.gone.slice(0, 2), ["HelmRelease/shop/web", "HelmRelease/shop/cart"]);
  });

  it("suspends image automation that came with the sync", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.put(ImageUpdateAutomation, {
      metadata: { name: "images", namespace, labels: ownedBy("kustomize", "flux-system") },
      spec: { sourceRef: { kind: "GitRepository", name: "flux-system" } },
    });
    await run(server);
    const automation = server.get({ resource: ImageUpdateAutomation, name: "images", namespace });
    assert.deepEqual((automation?.spec as { suspend?: boolean } | undefined)?.suspend, true);
  });

  it("lets the release of flux-operator go without uninstalling it", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    const operator = { resource: HelmRelease, name: "flux-operator", namespace };
    const workload = putWorkload(server, "flux-operator", namespace);
    putRelease(
      server,
      { name: "flux-operator", namespace },
      { owner: "apps", applied: [workload] },
    );
    await run(server);
    assert.equal(server.get(operator), undefined);
    assert.notEqual(server.get(workload), undefined);
  });

  it("deletes again what somebody else creates again", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    let times = 0;
    server.react(({ kind }, event) => {
      if (kind !== "HelmRelease" || event !== "DELETED" || times >= 2) return;
      times += 1;
      putRelease(server, { name: "cart", namespace: "shop" }, { owner: "apps" });
    });
    await run(server);
    assert.equal(times, 2);
    assert.equal(server.get(cart), undefined);
  });

  it("goes through a root that a person suspended and an instance without a sync", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.remove(root);
    server.merge(root, { metadata: { finalizers: null } });
    server.merge(instance, { spec: { sync: null } });
    await run(server);
    assert.deepEqual(server.all(Kustomization), []);
  });
});
