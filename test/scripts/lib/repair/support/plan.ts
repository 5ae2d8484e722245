import type { Verdict } from "../../../../../scripts/lib/classify/verdict.ts";
import {
  type Change,
  type Entry,
  Journal,
  type NewEntry,
} from "../../../../../scripts/lib/repair/journal.ts";
import { defaultLimits } from "../../../../../scripts/lib/repair/limits.ts";
import {
  type PlannedRepair,
  planRepairs,
  type Scope,
} from "../../../../../scripts/lib/repair/plan.ts";
import { diagnosisOf, now } from "./diagnosis.ts";

interface More {
  readonly journal?: Journal;
  readonly scope?: Scope;
}

export function plan(verdicts: readonly Verdict[], more: More = {}): PlannedRepair[] {
  const { journal = new Journal(), scope } = more;
  return planRepairs(diagnosisOf(verdicts), journal, defaultLimits, scope);
}

/** `key: disposition action` of each planned repair, in order. */
export function outline(...of: Parameters<typeof plan>): string[] {
  return plan(...of).map(({ key, disposition, action }) => `${key}: ${disposition} ${action}`);
}

/** What is due, by key. */
export function due(...of: Parameters<typeof plan>): string[] {
  return plan(...of)
    .filter(({ disposition }) => disposition === "due")
    .map(({ key }) => key);
}

export function whyOf(key: string, ...of: Parameters<typeof plan>): string | undefined {
  return plan(...of).find((planned) => planned.key === key)?.why;
}

/** Notes a write to the verdict's object, as far as `change` says. */
export function note(
  journal: Journal,
  { key, object, state, standing, action }: Verdict,
  change: Change & Partial<NewEntry> = {},
): Entry | undefined {
  const { at = now, action: asked = action, attempt = 1, ...rest } = change;
  const entry = journal.add({
    key,
    identity: object.metadata.uid ?? "",
    component: "helm-controller",
    cause: state,
    state,
    standing,
    action: asked,
    token: "token",
    attempt,
    at,
  });
  return journal.change(entry, rest);
}
