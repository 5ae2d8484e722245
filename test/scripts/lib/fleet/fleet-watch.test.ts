import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { replay } from "../../../../scripts/lib/fleet/recording.ts";
import { GitRepository, Lease } from "../../../../scripts/lib/kinds.ts";
import { Flight } from "./support/flight.ts";
import { fluxNamespace, kinds, one, turn, WatchScene } from "./support/watch-scene.ts";

describe("FleetWatch", { timeout: 30_000 }, () => {
  let scene: WatchScene;

  beforeEach(async () => {
    scene = await WatchScene.prepare();
  });
  afterEach(async () => {
    await scene.end();
  });

  it("knows what exists, what comes, what changes and what goes", async () => {
    scene.put("one");
    assert.equal(scene.watch.listed, false);
    await scene.listed();
    assert.deepEqual(scene.names, ["HelmRelease/apps/one"]);
    scene.put("two");
    await scene.until(() => scene.names.length === 2);
    scene.server.merge(one, { status: { observedGeneration: 1 } });
    await scene.until(() => scene.watch.get("HelmRelease/apps/one")?.status !== undefined);
    scene.server.remove(one);
    await scene.until(() => scene.watch.get("HelmRelease/apps/one") === undefined);
    assert.deepEqual(scene.names, ["HelmRelease/apps/two"]);
  });

  it("is told once of all that arrives together", async () => {
    for (let release = 0; release < 200; release += 1) scene.put(`release-${release}`);
    await scene.listed();
    assert.equal(scene.watch.snapshot().objects.length, 200);
    assert.ok(scene.changes <= 2 * kinds.length, `${scene.changes} changes`);
  });

  it("shares its objects between snapshots and leaves those taken before as they were", async () => {
    scene.put("one");
    await scene.listed();
    const before = scene.watch.snapshot();
    assert.equal(scene.watch.snapshot().objects, before.objects);
    scene.server.remove(one);
    await scene.until(() => scene.watch.snapshot().objects.length === 0);
    assert.equal(before.objects.length, 1);
  });

  it("says nothing of a leader that renews its lease, and knows the time of it all the same", async () => {
    const lease = { resource: Lease, name: "helm-controller", namespace: fluxNamespace };
    const renewed = (renewTime: string, holderIdentity = "pod-1") => {
      scene.server.put(Lease, {
        metadata: { name: lease.name, namespace: fluxNamespace },
        spec: { holderIdentity, renewTime },
      });
    };
    renewed("2026-01-01T00:00:00.000000Z");
    await scene.listed();
    const before = scene.changes;
    const again = "2026-01-01T00:00:02.000000Z";
    renewed(again);
    const spec = () => scene.watch.get("Lease/flux-system/helm-controller")?.spec;
    while ((spec() as { renewTime: string }).renewTime !== again) await turn();
    await turn();
    assert.equal(scene.changes, before);
    renewed("2026-01-01T00:00:04.000000Z", "pod-2");
    await scene.until(() => scene.changes > before);
  });

  it("keeps all it knows while the server is away, and learns what happened meanwhile", async () => {
    scene.put("one");
    scene.put("two");
    await scene.listed();
    await scene.server.down();
    await scene.until(() => scene.watch.lost !== undefined);
    assert.equal(scene.names.length, 2);
    scene.server.remove(one);
    scene.put("three");
    await scene.server.up();
    await scene.until(() => scene.names.includes("HelmRelease/apps/three"));
    assert.deepEqual(scene.names, ["HelmRelease/apps/three", "HelmRelease/apps/two"]);
    await scene.until(() => scene.watch.lost === undefined);
  });

  it("notices what went while it was away for so long that nobody remembers", async () => {
    scene.put("one");
    scene.put("two");
    await scene.listed();
    await scene.server.down();
    await scene.until(() => scene.watch.lost !== undefined);
    scene.server.remove(one);
    scene.server.compact();
    await scene.server.up();
    await scene.until(() => scene.watch.get("HelmRelease/apps/one") === undefined);
    assert.deepEqual(scene.names, ["HelmRelease/apps/two"]);
  });

  it("carries what was learned beside the objects", async () => {
    await scene.listed();
    const before = scene.watch.snapshot();
    const answers = new Map([["helm-controller", "silent"] as const]);
    scene.watch.learn({ answers, logs: new Map([["apps/a/app", ["why"]]]) });
    await scene.until(() => scene.watch.snapshot().answers.size === 1);
    assert.deepEqual(scene.watch.snapshot().logs.get("apps/a/app"), ["why"]);
    assert.equal(before.answers.size, 0);
  });

  it("records all it sees, so that a replay gives the same", async () => {
    const flight = await Flight.prepare();
    try {
      flight.now = Date.now();
      const recorder = flight.open();
      scene.recordTo(recorder);
      scene.server.missing.add(GitRepository.plural);
      scene.put("one");
      scene.put("two", { observedGeneration: 1 });
      await scene.listed();
      scene.server.remove(one);
      await scene.until(() => scene.watch.snapshot().objects.length === 1);
      scene.watch.learn({ answers: new Map([["helm-controller", "answered"]]) });
      await scene.until(() => scene.unread.length === 1);
      recorder.close();
      const now = { ...scene.watch.snapshot(), at: flight.now, limits: [] };
      assert.deepEqual(await replay(flight.path), now);
    } finally {
      await flight.remove();
    }
  });

  it("tells nothing more after it was ended", async () => {
    await scene.listed();
    scene.done.abort();
    const before = scene.changes;
    scene.watch.learn({ answers: new Map() });
    await turn();
    assert.equal(scene.changes, before);
  });
});
