import { setTimeout as delay } from "node:timers/promises";

import { namespaceOf, referenceOf, type Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** What no controller has touched for less than a minute counts as new. */
const newMilliseconds = 61_000;
// A pod that has just been made may still find its node.
const untouchedStates: readonly string[] = ["U0", "U1", "U2", "K1", "G0", "O2", "W1"];

/**
 * Resolves when every object that no controller is meant to touch is no longer new. There is no event to wait for: the
 * object's age is the condition.
 */
export async function untilOld(stage: Stage, scenarios: readonly Scenario[]): Promise<void> {
  const untouched = scenarios.flatMap((scenario) =>
    scenario.expect
      .filter(({ state }) => untouchedStates.includes(state))
      .map((one) => referenceOf(one, namespaceOf(scenario))),
  );
  for (const reference of untouched) {
    const object = await stage.cluster.get(reference);
    const created = Date.parse(object?.metadata.creationTimestamp ?? "");
    const missing = created + newMilliseconds - stage.cluster.now();
    if (missing > 0) await delay(missing);
  }
}
