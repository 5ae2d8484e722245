import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  aroundSeconds,
  budgetOf,
  budgetsOf,
  estimateOf,
} from "../../../../../scripts/lib/drain/plan/estimate.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { layers, planOf, planScene, root, stepOf } from "../../../support/drain-plan.ts";
import { layer, within } from "../../../../support/destroy/fleet.ts";
import { loadBalancer, statefulSet } from "../../../../support/destroy/manifests.ts";
import { namespaceManifest, release } from "../../../../support/stuck/manifest.ts";

const nothing = { inventory: [], addresses: [], volumes: [] };

describe("the budget of a step", () => {
  const table: readonly (readonly [string, object, object, number])[] = [
    ["Kustomization", { timeout: "2m" }, {}, 120],
    ["Kustomization", {}, {}, 300],
    ["HelmRelease", { timeout: "3m" }, {}, 180],
    ["HelmRelease", { timeout: "3m", uninstall: { timeout: "1m30s" } }, {}, 90],
    ["ResourceSet", { timeout: "2m" }, { "fluxcd.controlplane.io/reconcileTimeout": "7m" }, 420],
    ["ResourceSet", {}, {}, 300],
    ["Kustomization", { timeout: "soon" }, {}, 300],
  ];
  for (const [kind, spec, annotations, seconds] of table) {
    it(`is ${seconds} s for a ${kind} with ${JSON.stringify({ ...spec, ...annotations })}`, () => {
      const metadata = { name: "x", annotations };
      const object = { apiVersion: "v1", kind, metadata, spec } as KubernetesObject;
      assert.equal(budgetOf(object, nothing, budgetsOf("embedded")), seconds);
    });
  }

  const kinds: readonly (readonly [string | undefined, number])[] = [
    ["embedded", 120],
    ["aks", 600],
    ["eks", 600],
    ["existing", 600],
    [undefined, 600],
  ];
  for (const [kind, seconds] of kinds) {
    it(`grows by ${seconds} s for addresses and for volumes on ${kind ?? "a cluster of unknown kind"}`, () => {
      const { address, volume } = budgetsOf(kind);
      assert.deepEqual([address.budgetSeconds, volume.budgetSeconds], [seconds, seconds]);
    });
  }

  it("grows for addresses and for volumes that go, and not for those that stay", () => {
    const fleet = layers({ apps: within("shop", [loadBalancer("door"), statefulSet("store")]) });
    const apps = "Kustomization/flux-system/apps";
    const budget = (volumes: "delete" | "keep") =>
      stepOf(planOf(fleet, { volumes }), apps).budgetSeconds;
    assert.deepEqual([budget("delete"), budget("keep")], [30 + 120 + 120, 30 + 120]);
  });
});

describe("the estimate", () => {
  it("of a step is that of its slowest object, and of what is released with it", () => {
    const object = { apiVersion: "v1", kind: "Kustomization", metadata: { name: "x" } };
    const entry = (kind: string) => ({ group: "", kind, name: "x", namespace: undefined });
    const budgets = budgetsOf("embedded");
    const bare = estimateOf(object, nothing, budgets);
    const inventory = [entry("ConfigMap"), entry("Namespace"), entry("Job")];
    assert.ok(estimateOf(object, { ...nothing, inventory }, budgets) > bare + 3);
    assert.equal(
      estimateOf(object, { ...nothing, inventory: [entry("ConfigMap")] }, budgets),
      bare,
    );
  });

  it("of a drain is that of its slowest chain, not the sum of all", () => {
    const plan = planOf({
      cluster: [layer("base"), layer("apps", { dependsOn: [{ name: "base" }] })],
      base: [namespaceManifest("shop")],
      apps: within("shop", [release("web"), release("db"), release("cart")]),
    });
    const chain = [
      "HelmRelease/shop/web",
      "Kustomization/flux-system/apps",
      "Kustomization/flux-system/base",
      root,
    ].map((key) => stepOf(plan, key).estimateSeconds);
    const sum = chain.reduce((total, seconds) => total + seconds, 0);
    assert.equal(plan.estimateSeconds, sum + aroundSeconds);
  });

  it("of nothing is nothing", () => {
    const empty = { uid: "", endpoint: "", fluxNamespace: "flux-system", flux: [], objects: [] };
    assert.equal(planScene(empty).estimateSeconds, 0);
  });
});
