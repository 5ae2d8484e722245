import assert from "node:assert/strict";
import { it } from "node:test";

import type { Blocker } from "../../../scripts/lib/drain/plan/drain-plan.ts";
import { configMap, release } from "../../support/stuck/manifest.ts";
import type { Fleet } from "../../support/destroy/fleet.ts";
import { inShop, layers, type PlanAround, planOf } from "./drain-plan.ts";

/** What may be in the way of a drain, and how it is told. */
export interface BlockerCase {
  readonly when: string;
  readonly around?: PlanAround;
  /** @default `smallFleet` */
  readonly of?: Fleet;
  /** Nothing is in the way without it. */
  readonly expected?: {
    readonly key: string;
    readonly problem: RegExp;
    readonly next: RegExp;
  };
}

export const note = configMap("note", {});
export const noteKey = "ConfigMap/shop/note";
export const web = "HelmRelease/shop/web";
export const apps = "Kustomization/flux-system/apps";

/** A layer with an object and a release. */
export const smallFleet: Fleet = layers({ apps: inShop(note, release("web")) });

/** One test for each of the cases, all of which refuse, or none. */
export function testBlockers(cases: readonly BlockerCase[], refuses: boolean): void {
  for (const { when, around = {}, of = smallFleet, expected } of cases) {
    it(when, () => {
      const { blockers } = planOf(of, around);
      if (expected === undefined) assert.deepEqual(blockers, []);
      else {
        assert.equal(blockers.length, 1, JSON.stringify(blockers));
        const [blocker] = blockers as [Blocker];
        assert.deepEqual([blocker.key, blocker.refuses], [expected.key, refuses]);
        assert.match(blocker.problem, expected.problem);
        assert.match(blocker.next, expected.next);
      }
    });
  }
}
