import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { below, object, source, treeOf } from "../../support/tree.ts";

describe("Tree", () => {
  it("takes in what traces to the root, in any order, and nothing else", () => {
    const release = object("HelmRelease", "cart", { owner: "apps" });
    const foreign = object("HelmRelease", "foreign");
    const namespace = object("Namespace", "shop", { owner: "apps" });
    const root = object("Kustomization", "flux-system");
    const tree = treeOf(release, foreign, namespace, below("Kustomization", "apps"), source);
    assert.ok(!tree.nodes().has("GitRepository/flux-system/flux-system"));
    tree.seen(root);
    assert.deepEqual([...tree.nodes().keys()].sort(), [
      "GitRepository/flux-system/flux-system",
      "HelmRelease/flux-system/cart",
      "Kustomization/flux-system/apps",
      "Kustomization/flux-system/flux-system",
    ]);
  });

  it("takes in what a ResourceSet of the tree made", () => {
    const set = object("ResourceSet", "tenants", { owner: "flux-system" });
    const made = object("Kustomization", "tenant");
    const labels = {
      "resourceset.fluxcd.controlplane.io/name": "tenants",
      "resourceset.fluxcd.controlplane.io/namespace": "flux-system",
    };
    const metadata = { ...made.metadata, labels };
    const tree = treeOf(object("Kustomization", "flux-system"), set, { ...made, metadata });
    assert.ok(tree.nodes().has("Kustomization/flux-system/tenant"));
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
