import type { StateId } from "../../../scripts/lib/classify/states.ts";
import { HelmRelease } from "../../../scripts/lib/kinds.ts";
import { chart, release } from "./manifest.ts";
import { type Scenario, stalled, type Test } from "./scenario.ts";

/** The HelmRelease `app` in the state. */
export function app(state: StateId, when: Test) {
  return { resource: HelmRelease, name: "app", state, when };
}

/** A scenario of one release of the scenarios' chart. */
export function one(name: string, state: StateId, spec: object, when: Test): Scenario {
  return {
    name,
    manifests: (places) => [chart(places), release("app", spec)],
    expect: [app(state, when)],
  };
}

export const retriesExceeded = stalled("RetriesExceeded");
/** For what is meant to run into its time-out. */
export const quick = { timeout: "5s" };
