import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import {
  GitRepository,
  HelmRelease,
  Kustomization,
  type Resource,
} from "../../../../scripts/lib/kinds.ts";
import { one, WatchScene } from "./support/watch-scene.ts";

describe("FleetWatch of a kind that cannot be read", { timeout: 30_000 }, () => {
  let scene: WatchScene;

  beforeEach(async () => {
    scene = await WatchScene.prepare();
  });
  afterEach(async () => {
    await scene.end();
  });

  it("says so, counts it as listed and asks no more at once", async () => {
    const heard: string[] = [];
    scene.server.heard = (request) => heard.push(request);
    scene.server.missing.add(Kustomization.plural);
    scene.server.faults.forbid("list", GitRepository);
    scene.put("one");
    await scene.listed();
    await scene.until(() => scene.unread.length === 2);
    assert.deepEqual(scene.unread, ["GitRepository forbidden", "Kustomization absent"]);
    const asked = ({ plural }: Resource) => heard.filter((request) => request.includes(plural));
    scene.put("two");
    await scene.until(() => scene.names.length === 2);
    assert.equal(asked(Kustomization).length, 1);
    assert.equal(asked(GitRepository).length, 1);
  });

  it("reads it once it can be read", async (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    scene.server.missing.add(HelmRelease.plural);
    const end = scene.server.faults.forbid("list", Kustomization);
    await scene.listed();
    await scene.until(() => scene.unread.length === 2);
    scene.server.missing.clear();
    end();
    scene.put("one");
    test.mock.timers.tick(15_000);
    await scene.until(() => scene.unread.length === 0);
    assert.deepEqual(scene.names, ["HelmRelease/apps/one"]);
  });

  it("knows of none of its objects when the kind itself was removed", async () => {
    scene.put("one");
    await scene.listed();
    scene.server.missing.add(HelmRelease.plural);
    await scene.server.down();
    scene.server.compact();
    await scene.server.up();
    await scene.until(() => scene.unread.length === 1);
    assert.deepEqual(scene.names, []);
  });

  it("lists it anew from time to time when only the watch is forbidden", async (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    scene.server.faults.forbid("watch", HelmRelease);
    scene.put("one");
    scene.put("two");
    await scene.listed();
    await scene.until(() => scene.names.length === 2 && scene.watch.lost !== undefined);
    scene.server.remove(one);
    scene.put("three");
    test.mock.timers.tick(15_000);
    await scene.until(() => !scene.names.includes("HelmRelease/apps/one"));
    assert.deepEqual(scene.names, ["HelmRelease/apps/three", "HelmRelease/apps/two"]);
    assert.deepEqual(scene.unread, []);
  });
});
