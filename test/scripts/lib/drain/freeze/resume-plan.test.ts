import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { DrainPlan, DrainStep } from "../../../../../scripts/lib/drain/plan/drain-plan.ts";
import { resumePlan } from "../../../../../scripts/lib/drain/freeze/resume-plan.ts";

function step(name: string, more: Partial<DrainStep> = {}): DrainStep {
  return {
    key: `HelmRelease/shop/${name}`,
    kind: "HelmRelease",
    namespace: "shop",
    name,
    uid: name,
    stage: 0,
    after: [],
    suspended: false,
    deletedSuspended: false,
    inventory: [],
    addresses: [],
    volumes: [],
    budgetSeconds: 1,
    estimateSeconds: 1,
    ...more,
  };
}

function plan(steps: readonly DrainStep[], more: Partial<DrainPlan> = {}): DrainPlan {
  return {
    cluster: { uid: "one", endpoint: "https://api.example" },
    steps,
    stopped: [],
    kept: [],
    blockers: [],
    estimateSeconds: 0,
    ...more,
  };
}

const object = { kind: "Service", group: "", namespace: "shop", name: "web" };
const after = (name: string) => [
  { key: `HelmRelease/shop/${name}`, because: "dependsOn" as const },
];

describe("resumePlan", () => {
  it("goes on with what an object that is gone has left behind, before what comes after it", () => {
    const recorded = plan([step("a", { inventory: [object] }), step("b", { after: after("a") })]);
    const { steps } = resumePlan(recorded, plan([step("b")]));
    assert.deepEqual(
      steps.map(({ name, after: before, inventory }) => [name, before.length, inventory.length]),
      [
        ["a", 0, 1],
        ["b", 1, 0],
      ],
    );
  });

  it("adds no edge between objects that are there: their order is without cycles", () => {
    const recorded = plan([step("a", { after: after("b") }), step("b")]);
    const { steps } = resumePlan(recorded, plan([step("a"), step("b", { after: after("a") })]));
    assert.deepEqual(
      steps.map(({ name, after: before }) => [name, before.length]),
      [
        ["a", 0],
        ["b", 1],
      ],
    );
  });

  it("knows what an object had applied before", () => {
    const recorded = plan([step("a", { inventory: [object] })]);
    const [first] = resumePlan(recorded, plan([step("a")])).steps;
    assert.deepEqual(first?.inventory, [object]);
  });

  it("remembers what the drain before protected, where it looks like a person's mark by now", () => {
    const entry = { kind: "Namespace", group: "", namespace: undefined, name: "shop" };
    const key = "Namespace//shop";
    const ours = { key, reason: "holds a", protect: { entry, annotation: "prune" } };
    const recorded = plan([], { kept: [ours] });
    const { kept } = resumePlan(recorded, plan([], { kept: [{ key, reason: "marked" }] }));
    assert.deepEqual(kept, [ours]);
  });

  it("takes nothing from the record of another cluster, nor from none", () => {
    const fresh = plan([step("a")]);
    const other = plan([step("b")], { cluster: { uid: "two", endpoint: "" } });
    assert.deepEqual([resumePlan(other, fresh), resumePlan(undefined, fresh)], [fresh, fresh]);
  });
});
