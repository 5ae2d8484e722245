import type { StateId } from "../../../scripts/lib/classify/states.ts";
import { Kustomization } from "../../../scripts/lib/kinds.ts";
import { kustomization, repository } from "./manifest.ts";
import { condition, failed, type Scenario, type Test } from "./scenario.ts";

/** The Kustomization `tree` in the state. */
export function tree(state: StateId, when: Test) {
  return { resource: Kustomization, name: "tree", state, when };
}

/** A scenario of one Kustomization of a directory of stuck.git. */
export function one(name: string, state: StateId, spec: object, when: Test): Scenario {
  return {
    name,
    manifests: (places) => [
      repository(places),
      kustomization("tree", { targetNamespace: name, ...spec }),
    ],
    expect: [tree(state, when)],
  };
}

export const applied = failed("ReconciliationFailed");
export const healthChecks = condition("Reconciling", { message: /^Running health checks/ });
