import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { below, object, source, treeOf } from "../../support/tree.ts";

describe("Tree", () => {
  it("takes in what traces to the root, in any order, and nothing else", () => {
    const release = object("HelmRelease", "cart", { owner: "apps" });
    const foreign = object("HelmRelease", "foreign");
    const root = object("Kustomization", "flux-system");
    const tree = treeOf(release, foreign, below("Kustomization", "apps"), source);
    assert.ok(!tree.nodes().has("GitRepository/flux-system/flux-system"));
    tree.seen(root);
    assert.deepEqual([...tree.nodes().keys()].sort(), [
      "GitRepository/flux-system/flux-system",
      "HelmRelease/flux-system/cart",
      "Kustomization/flux-system/apps",
      "Kustomization/flux-system/flux-system",
    ]);
  });

  it("keeps an object ready that was Ready once at its generation", () => {
    const key = "Kustomization/flux-system/flux-system";
    const tree = treeOf(object("Kustomization", "flux-system"));
    tree.seen(object("Kustomization", "flux-system", { state: "failing" }));
    const node = tree.nodes().get(key);
    assert.deepEqual([node?.health.state, node?.readyAt], ["ready", "2026-01-01T00:00:09Z"]);
    tree.seen(object("Kustomization", "flux-system", { state: "failing", generation: 2 }));
    assert.equal(tree.nodes().get(key)?.health.state, "failing");
  });

  it("does not call an object ready that stalled after it was Ready", () => {
    const tree = treeOf(object("Kustomization", "flux-system"));
    tree.seen(object("Kustomization", "flux-system", { state: "stalled" }));
    assert.equal(tree.nodes().get(tree.root)?.health.state, "stalled");
  });

  it("forgets what is gone", () => {
    const tree = treeOf(object("Kustomization", "flux-system"), below("HelmRelease", "cart"));
    tree.gone(below("HelmRelease", "cart"));
    assert.equal(tree.nodes().size, 1);
  });
});
