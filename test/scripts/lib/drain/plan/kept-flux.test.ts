import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { DrainPlan } from "../../../../../scripts/lib/drain/plan/drain-plan.ts";
import {
  goingWith,
  inShop,
  keptOf,
  layers,
  planOf,
  type PlanAround,
  stepOf,
} from "../../../support/drain-plan.ts";
import { loadBalancer, statefulSet } from "../../../../support/destroy/manifests.ts";
import { configMap, namespaceManifest, release } from "../../../../support/stuck/manifest.ts";

const apps = "Kustomization/flux-system/apps";
const web = "HelmRelease/shop/web";
const note = configMap("note", {});
const [made = note] = inShop(note);

const fleet = layers({ apps: [namespaceManifest("shop"), ...inShop(release("web"))] });

function planWith(mark: string, key: string, around: PlanAround = {}): DrainPlan {
  const [name = "", value] = mark.split(": ");
  const patches = { [key]: { metadata: { annotations: { [name]: value } } } };
  return planOf(fleet, { charts: { "shop/web": [made] }, ...around, patches });
}

describe("a Flux object that is marked to be kept", () => {
  const marks = [
    "kustomize.toolkit.fluxcd.io/prune: disabled",
    "fluxcd.controlplane.io/prune: disabled",
    "helm.sh/resource-policy: keep",
  ];
  for (const mark of marks) {
    it(`goes all the same, and what it applied stays: ${mark}`, () => {
      const plan = planWith(mark, web);
      assert.equal(stepOf(plan, web).deletedSuspended, true);
      assert.deepEqual(goingWith(plan, web), []);
      assert.equal(keptOf(plan)[web], `marked ${mark}: its 1 objects stay`);
    });
  }

  for (const mark of [
    "kustomize.toolkit.fluxcd.io/reconcile: disabled",
    "kustomize.toolkit.fluxcd.io/ssa: Ignore",
  ]) {
    it(`is none whose updates somebody has ended: ${mark}`, () => {
      const plan = planWith(mark, web);
      assert.equal(stepOf(plan, web).deletedSuspended, false);
      assert.deepEqual(goingWith(plan, web), ["ConfigMap/shop/note"]);
    });
  }

  it("keeps what the Flux objects applied that it applied", () => {
    const plan = planWith("kustomize.toolkit.fluxcd.io/prune: disabled", apps);
    assert.deepEqual(
      [apps, web].map((key) => stepOf(plan, key).deletedSuspended),
      [true, true],
    );
    assert.match(
      keptOf(plan)[web] ?? "",
      /^Kustomization\/flux-system\/apps is marked kustomize.*: its 1 objects stay$/,
    );
  });

  it("keeps no more than that", () => {
    const plan = planWith("kustomize.toolkit.fluxcd.io/prune: disabled", web);
    assert.equal(stepOf(plan, apps).deletedSuspended, false);
  });

  it("keeps the namespace of what stays", () => {
    const plan = planWith("kustomize.toolkit.fluxcd.io/prune: disabled", web);
    assert.equal(keptOf(plan)["Namespace//shop"], "holds ConfigMap/shop/note, which stays");
    assert.deepEqual(goingWith(plan, apps), []);
  });

  it("keeps its addresses and volumes", () => {
    const charts = { "shop/web": inShop(loadBalancer("door"), statefulSet("store")) };
    const marked = stepOf(planWith("helm.sh/resource-policy: keep", web, { charts }), web);
    assert.deepEqual([marked.addresses, marked.volumes], [[], []]);
    const plain = stepOf(planOf(fleet, { charts }), web);
    assert.deepEqual([plain.addresses.length, plain.volumes.length], [1, 1]);
  });
});
