import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { assess, progressText } from "../../../../scripts/lib/tree/assessment.ts";
import { requiredNow, type Requirement } from "../../../../scripts/lib/tree/requirement.ts";
import type { Tree } from "../../../../scripts/lib/tree/tree.ts";
import { below, object, type Parts, source, treeOf } from "../../support/tree.ts";

function assessed(
  tree: Tree,
  requirement: Requirement = "all",
  kustomizations: readonly string[] = [],
) {
  const nodes = tree.nodes();
  return assess(nodes, requiredNow(tree, nodes, { requirement, kustomizations }));
}

function summary(
  tree: Tree,
  requirement: Requirement = "all",
  kustomizations: readonly string[] = [],
) {
  const { settled, met, missing } = assessed(tree, requirement, kustomizations);
  return { settled, met, missing };
}

describe("assess", () => {
  const root = (parts: Parts = {}) => object("Kustomization", "flux-system", parts);
  const dependsOn = [{ name: "base" }];
  const table: [string, Tree, Requirement, boolean, boolean][] = [
    ["nothing is there", treeOf(), "none", false, false],
    ["the source is missing", treeOf(root()), "none", false, false],
    ["both tops exist, not ready", treeOf(root({ state: "silent" }), source), "none", true, true],
    [
      "both tops exist, and all is wanted",
      treeOf(root({ state: "silent" }), source),
      "all",
      false,
      false,
    ],
    ["all is Ready", treeOf(root(), source, below("HelmRelease", "a")), "all", true, true],
    [
      "a child of an inventory is not seen",
      treeOf(root({ applied: ["HelmRelease/a"] }), source),
      "all",
      false,
      false,
    ],
    [
      "a release is failing and retried",
      treeOf(root(), source, below("HelmRelease", "a", { state: "failing" })),
      "all",
      false,
      false,
    ],
    [
      "a release gave up",
      treeOf(root(), source, below("HelmRelease", "a", { state: "stalled" })),
      "all",
      true,
      false,
    ],
    [
      "one gave up and another works",
      treeOf(
        root(),
        source,
        below("HelmRelease", "a", { state: "stalled" }),
        below("HelmRelease", "b", { state: "silent" }),
      ),
      "all",
      false,
      false,
    ],
    [
      "the other waits for the one that gave up",
      treeOf(
        root(),
        source,
        below("HelmRelease", "base", { state: "stalled" }),
        below("HelmRelease", "b", {
          state: "failing",
          reason: "DependencyNotReady",
          spec: { dependsOn },
        }),
      ),
      "all",
      true,
      false,
    ],
    [
      "a parent's health check fails for it",
      treeOf(
        source,
        root({ state: "failing", reason: "HealthCheckFailed", applied: ["HelmRelease/a"] }),
        below("HelmRelease", "a", { state: "stalled" }),
      ),
      "all",
      true,
      false,
    ],
    [
      "the source gave up",
      treeOf(
        object("GitRepository", "flux-system", { state: "stalled" }),
        root({ state: "failing", reason: "ArtifactFailed" }),
      ),
      "all",
      true,
      false,
    ],
    ["the layer does not exist yet", treeOf(root(), source), "infrastructure", false, false],
    [
      "the layer is Ready and an app gave up",
      treeOf(
        root(),
        source,
        below("Kustomization", "infrastructure"),
        below("HelmRelease", "a", { state: "stalled" }),
      ),
      "infrastructure",
      true,
      true,
    ],
    [
      "something below the layer gave up",
      treeOf(
        root(),
        source,
        below("Kustomization", "infrastructure"),
        object("HelmRelease", "a", { owner: "infrastructure", state: "stalled" }),
      ),
      "infrastructure",
      true,
      false,
    ],
    [
      "a named one is Ready",
      treeOf(
        root(),
        source,
        below("HelmRelease", "a"),
        below("HelmRelease", "b", { state: "silent" }),
      ),
      ["flux-system/a"],
      true,
      true,
    ],
    ["a named one does not exist", treeOf(root(), source), ["flux-system/a"], false, false],
    [
      "one is suspended",
      treeOf(
        root(),
        source,
        below("HelmRelease", "a", { state: "silent", spec: { suspend: true } }),
      ),
      "all",
      true,
      true,
    ],
  ];
  for (const [when, tree, requirement, settled, met] of table) {
    it(`is ${settled ? "" : "not "}settled and ${met ? "" : "not "}met when ${when} (${String(requirement)})`, () => {
      const { missing: _missing, ...actual } = summary(tree, requirement);
      assert.deepEqual(actual, { settled, met }, JSON.stringify(_missing));
    });
  }

  it("names an expected Kustomization that does not exist", () => {
    const tree = treeOf(root(), source);
    assert.deepEqual(summary(tree, "none", ["flux-system/apps"]).missing, [
      "Kustomization/flux-system/apps",
    ]);
    tree.seen(below("Kustomization", "apps", { state: "silent" }));
    assert.deepEqual(summary(tree, "none", ["flux-system/apps"]), {
      settled: true,
      met: true,
      missing: [],
    });
  });

  it("says how far it is and what it waits for", () => {
    const tree = treeOf(
      root(),
      source,
      below("HelmRelease", "a"),
      below("HelmRelease", "b", { state: "failing" }),
    );
    assert.equal(
      progressText(assessed(tree)),
      "1 of 1 GitRepositories Ready, 1 of 2 HelmReleases Ready, 1 of 1 Kustomizations Ready; " +
        "waiting for HelmRelease/flux-system/b (InstallFailed: m)",
    );
  });
});
