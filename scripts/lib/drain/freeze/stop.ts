import { FluxInstance, ImageUpdateAutomation, Kustomization } from "../../kinds.ts";
import type { Log } from "../../log.ts";
import { type Key, keyFrom } from "../../tree/owner.ts";
import type { DrainPlan } from "../plan/drain-plan.ts";
import { planNow } from "../plan/plan-now.ts";
import { freeze } from "./freeze-all.ts";
import type { DrainOptions } from "../input.ts";
import type { Scene } from "../scene.ts";
import type { StepWatch } from "../removal/step-watch.ts";

/** What a drain stops. */
export interface Stopping {
  readonly options: DrainOptions;
  readonly scene: Scene;
  readonly plan: DrainPlan;
  /** Whether an earlier drain began already. */
  readonly resumed: boolean;
}

interface StopContext {
  readonly watch: StepWatch;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** When the time of the whole drain is up, in milliseconds since the epoch. */
  readonly until: number;
}

/** Objects that appear while the others are stopped are stopped too, so many times over. */
const mostLooks = 5;

/**
 * stopAll stops everything that would create again what goes, and returns the plan of what stands then: while it was not
 * stopped, the sync may have brought more than an earlier plan knew.
 */
export async function stopAll(
  { options, scene, plan, resumed }: Stopping,
  context: StopContext,
): Promise<DrainPlan> {
  const { connection, force, freezeMilliseconds: levelMilliseconds } = options;
  const freezing = {
    ...{ ...context, force, namespace: connection.namespace },
    ...(levelMilliseconds !== undefined && { levelMilliseconds }),
  };
  if (plan.steps.length === 0 && !scene.attached && !resumed) return plan;
  const done = new Set<Key>();
  let current = plan;
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const wanted = appliersOf(current, rootOf(scene)).filter((key) => !done.has(key));
    if (wanted.length === 0) break;
    await freeze(connection.cluster, wanted, freezing);
    for (const key of wanted) done.add(key);
    current = await planNow(options);
  }
  return current;
}

/** rootOf is the key of the root Kustomization, whether it exists or not. */
export function rootOf({ sync }: Scene): Key {
  return keyFrom(Kustomization.kind, sync.namespace, sync.name);
}

const always: readonly string[] = [FluxInstance.kind, ImageUpdateAutomation.kind];

/**
 * What applies Flux objects, or commits what they would apply. No other makes anything again that goes before it: what it
 * applied goes with it.
 */
function appliersOf({ steps, stopped }: DrainPlan, root: Key): Key[] {
  const parents = steps.filter(({ after }) =>
    after.some(({ because }) => because === "applied by it"),
  );
  const appliers = new Set([root, ...parents.map(({ key }) => key)]);
  return stopped.filter((key) => appliers.has(key) || always.includes(key.split("/")[0] ?? ""));
}
