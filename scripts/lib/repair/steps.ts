import type { Action, Verdict } from "../classify/verdict.ts";
import { identityOf, isAddress, untouchable } from "./eligibility.ts";
import type { PlannedRepair } from "./plan.ts";
import { sourcesOf } from "./relations.ts";
import type { Scene } from "./scene.ts";

export type Obstacle = Pick<PlannedRepair, "disposition" | "why" | "until">;

/** Step is the next write for the sake of a verdict: to its object, or to a source of it first. */
export interface Step {
  readonly verdict: Verdict;
  readonly action: Action;
  /** Why it cannot be taken yet, where the step itself tells. */
  readonly obstacle?: Obstacle;
}

/** stepOf finds the first of repository, HelmChart and object that has not handled a token of this run. */
export function stepOf(verdict: Verdict, scene: Scene): Step {
  const action = scene.actionFor(verdict);
  if (action !== "reconcile-source") return { verdict, action };
  const { verdicts } = scene.diagnosis;
  for (const key of sourcesOf(verdict.object, verdicts)) {
    const source = verdicts.get(key);
    if (source === undefined || isPassedOver(source)) continue;
    const taken = progressOf(source, verdict, scene);
    if (taken === "handled") continue;
    if (taken === "to be asked") return { verdict: source, action };
    return { verdict, action, obstacle: { disposition: "held", why: `after ${key}` } };
  }
  return { verdict, action };
}

/** Nobody may write to it, or nobody would answer: its consumers are asked without it. */
function isPassedOver({ object, state }: Verdict): boolean {
  return state === "missing" || isAddress(object) || untouchable(object) !== undefined;
}

function progressOf(
  source: Verdict,
  { object }: Verdict,
  scene: Scene,
): "handled" | "under way" | "to be asked" {
  const last = scene.journal.last(identityOf(source.object));
  if (last === undefined) return "to be asked";
  if (last.phase === "writing" || last.phase === "asked") return "under way";
  // A second round for the object begins with its sources again.
  const before = scene.journal.last(identityOf(object))?.at ?? 0;
  return last.handledAt !== undefined && last.handledAt >= before ? "handled" : "to be asked";
}
