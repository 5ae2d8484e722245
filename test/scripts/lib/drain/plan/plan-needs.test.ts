import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { DrainPlan, DrainStep } from "../../../../../scripts/lib/drain/plan/drain-plan.ts";
import { needsOfPlan } from "../../../../../scripts/lib/drain/plan/plan-needs.ts";
import { Namespace } from "../../../../../scripts/lib/kinds.ts";
import { describeNeed } from "../../../../../scripts/lib/repair/rights.ts";

const fluxNamespace = "flux-system";

const step: DrainStep = {
  key: "HelmRelease/shop/cart",
  kind: "HelmRelease",
  namespace: "shop",
  name: "cart",
  uid: "1",
  stage: 0,
  after: [],
  suspended: false,
  deletedSuspended: false,
  inventory: [],
  addresses: [],
  volumes: [],
  budgetSeconds: 60,
  estimateSeconds: 1,
};

const empty: DrainPlan = {
  cluster: { uid: "uid", endpoint: "https://127.0.0.1" },
  steps: [],
  stopped: [],
  kept: [],
  blockers: [],
  estimateSeconds: 0,
};

const volume = {
  namespace: "shop",
  name: "data-0",
  uid: "2",
  volume: "pv-1",
  size: "1Gi",
  reclaimPolicy: "Delete",
  ofStatefulSet: true,
  fate: "deleted",
} as const;

const needs = (plan: Partial<DrainPlan>) =>
  needsOfPlan({ ...empty, ...plan }, { fluxNamespace, served: [Namespace] }).map(describeNeed);

const always = needs({});
const more = (plan: Partial<DrainPlan>) => needs(plan).filter((need) => !always.includes(need));

describe("what a plan needs", () => {
  it("is at least what a drain keeps of itself in the namespace of Flux", () => {
    const [resources] = [always.map((need) => need.replace(/^\w+ | in .*/g, ""))];
    assert.deepEqual([...new Set(resources)].sort(), [
      "configmaps",
      "fluxinstances.fluxcd.controlplane.io",
      "helmreleases.helm.toolkit.fluxcd.io",
      "kustomizations.kustomize.toolkit.fluxcd.io",
      "leases.coordination.k8s.io",
    ]);
    assert.ok(always.every((need) => need.endsWith(` in namespace ${fluxNamespace}`)));
  });

  const cases: readonly (readonly [what: string, Partial<DrainPlan>, readonly string[]])[] = [
    [
      "to stop and delete what goes, where it is, once for all of a kind",
      { steps: [step, { ...step, name: "other" }], stopped: ["HelmRelease/shop/cart"] },
      [
        "patch helmreleases.helm.toolkit.fluxcd.io in namespace shop",
        "delete helmreleases.helm.toolkit.fluxcd.io in namespace shop",
      ],
    ],
    [
      "to delete the sources of what goes without them",
      { steps: [{ ...step, namespace: fluxNamespace, deletedSuspended: true }] },
      ["gitrepositories", "ocirepositories", "buckets", "helmrepositories", "helmcharts"].map(
        (plural) => `delete ${plural}.source.toolkit.fluxcd.io in all namespaces`,
      ),
    ],
    [
      "to stop what commits to the repository",
      { stopped: ["ImageUpdateAutomation/shop/images", "FluxInstance/flux-system/flux"] },
      ["patch imageupdateautomations.image.toolkit.fluxcd.io in namespace shop"],
    ],
    [
      "to delete the claims of StatefulSets that go",
      { steps: [{ ...step, kind: "Kustomization", namespace: fluxNamespace, volumes: [volume] }] },
      ["delete persistentvolumeclaims in namespace shop"],
    ],
    [
      "no claim of what its controller deletes by itself",
      {
        steps: [
          {
            ...step,
            kind: "Kustomization",
            namespace: fluxNamespace,
            volumes: [{ ...volume, ofStatefulSet: false }],
          },
        ],
      },
      [],
    ],
    [
      "to change volumes that are kept",
      {
        steps: [
          {
            ...step,
            kind: "Kustomization",
            namespace: fluxNamespace,
            volumes: [{ ...volume, fate: "kept" }],
          },
        ],
      },
      ["patch persistentvolumes in all namespaces"],
    ],
    [
      "no volume that stays by itself",
      {
        steps: [
          {
            ...step,
            kind: "Kustomization",
            namespace: fluxNamespace,
            volumes: [{ ...volume, fate: "kept", reclaimPolicy: "Retain" }],
          },
        ],
      },
      [],
    ],
    [
      "to annotate what an inventory holds and must not take",
      {
        kept: [
          {
            key: "Namespace//shop",
            reason: "others live there",
            protect: {
              entry: { group: "", kind: "Namespace", name: "shop", namespace: undefined },
              annotation: "kustomize.toolkit.fluxcd.io/prune",
            },
          },
        ],
      },
      ["patch namespaces in all namespaces"],
    ],
    [
      "nothing for what stays by itself",
      { kept: [{ key: "Namespace//shop", reason: "marked" }] },
      [],
    ],
  ];
  for (const [what, plan, expected] of cases) {
    it(`is ${what}`, () => {
      const found = more(plan).filter((need) => !need.includes(`in namespace ${fluxNamespace}`));
      assert.deepEqual(found, expected);
    });
  }
});
