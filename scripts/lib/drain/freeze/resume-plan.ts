import type { Key } from "../../tree/owner.ts";
import type { After, DrainPlan, DrainStep, Kept } from "../plan/drain-plan.ts";
import { idOf } from "../plan/scene-index.ts";

/**
 * resumePlan is the plan of a drain that takes up an interrupted one: what is there now goes as a fresh plan says, and
 * before it what the recorded plan knew and the fresh one cannot see any more, because the object that applied it is gone.
 */
export function resumePlan(recorded: DrainPlan | undefined, fresh: DrainPlan): DrainPlan {
  if (recorded?.cluster.uid !== fresh.cluster.uid) return fresh;
  const now = new Map(fresh.steps.map((step) => [step.key, step]));
  const before = new Map(recorded.steps.map((step) => [step.key, step]));
  const gone = recorded.steps.filter(({ key }) => !now.has(key));
  const goneKeys = new Set(gone.map(({ key }) => key));
  return {
    ...fresh,
    steps: [
      ...gone.map((step) => ({ ...step, after: [] })),
      ...fresh.steps.map((step) => resumeStep(before.get(step.key), step, goneKeys)),
    ],
    stopped: [...new Set([...fresh.stopped, ...recorded.stopped])],
    kept: resumeKept(recorded.kept, fresh.kept),
  };
}

/** What the drain before protected now seems to be marked by a person: its own plan knows why. */
function resumeKept(recorded: readonly Kept[], fresh: readonly Kept[]): Kept[] {
  const ours = recorded.filter(({ protect }) => protect !== undefined);
  return union([...recorded, ...fresh], ours, ({ key }) => key);
}

/** Only edges to what is gone are added: what is there is in an order without cycles already. */
function resumeStep(
  recorded: DrainStep | undefined,
  fresh: DrainStep,
  gone: ReadonlySet<Key>,
): DrainStep {
  if (recorded === undefined) return fresh;
  const after: After[] = recorded.after.filter(({ key }) => gone.has(key));
  return {
    ...fresh,
    after: union(after, fresh.after, ({ key }) => key),
    inventory: union(recorded.inventory, fresh.inventory, idOf),
    addresses: union(recorded.addresses, fresh.addresses, ({ uid }) => uid),
    volumes: union(recorded.volumes, fresh.volumes, ({ uid }) => uid),
  };
}

/** Of two of the same id the fresh one counts. */
function union<T>(recorded: readonly T[], fresh: readonly T[], idOfOne: (one: T) => string): T[] {
  const all = [...recorded, ...fresh].map((one) => [idOfOne(one), one] as const);
  return [...new Map(all).values()];
}
