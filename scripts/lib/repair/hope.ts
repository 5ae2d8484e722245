import type { Action, Verdict } from "../classify/verdict.ts";
import type { Key } from "../tree/owner.ts";
import { identityOf } from "./eligibility.ts";
import type { Journal } from "./journal.ts";

const writes: ReadonlySet<Action> = new Set([
  "reconcile",
  "reset",
  "force",
  "reconcile-source",
  "restart-controller",
]);

/** isWrite is true for the actions that the repairer carries out. */
export function isWrite(action: Action): boolean {
  return writes.has(action);
}

/** isHopeless is true for what waits only for things that a person has to fix, or that a repair did not help. */
export function isHopeless(
  { because }: Verdict,
  verdicts: ReadonlyMap<Key, Verdict>,
  journal: Journal,
): boolean {
  return because.length > 0 && because.every((key) => isLost(verdicts.get(key), journal));
}

function isLost(cause: Verdict | undefined, journal: Journal): boolean {
  if (cause === undefined) return true;
  if (cause.standing !== "stuck" && cause.standing !== "failing") return false;
  const last = journal.last(identityOf(cause.object));
  if (last !== undefined) return last.phase === "closed";
  return !isWrite(cause.action);
}
