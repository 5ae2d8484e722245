import { type StateId, states } from "../classify/states.ts";
import type { Action } from "../classify/verdict.ts";
import type { PodProblem } from "../pods/finding.ts";
import type { PodFixRecord } from "../pods/fix-record.ts";
import type { RepairOutcome, RepairRecord } from "../repair/record.ts";
import { nameOf, timestamp } from "./text.ts";

/** ReportRepair is one thing that was done to one object; a pod is fixed by deleting it. */
export interface ReportRepair {
  readonly object: string;
  readonly state: StateId | PodProblem;
  /** The state's name, such as `out of retries`. */
  readonly stateName: string;
  readonly action: Action | "delete-pod";
  readonly token: string | undefined;
  readonly attempt: number;
  /** ISO 8601, by the API server's clock. */
  readonly at: string;
  /** `recovered`: became Ready before anything was done. */
  readonly outcome: RepairOutcome | "recovered";
  /** How it was verified, or why it failed. */
  readonly text: string;
}

/** What was done. */
export interface Done {
  readonly repairs?: readonly RepairRecord[] | undefined;
  readonly podFixes?: readonly PodFixRecord[] | undefined;
}

const fixOutcomes = {
  planned: "planned",
  fixed: "effective",
  "not-fixed": "ineffective",
  recovered: "recovered",
  gone: "gone",
  failed: "failed",
} as const;

/** repairsOf is all of it in the order in which it was done. */
export function repairsOf({ repairs = [], podFixes = [] }: Done): ReportRepair[] {
  const done = [
    ...repairs.map(({ key, ...record }) => ({
      object: nameOf(key),
      ...record,
      stateName: states[record.state].name,
    })),
    ...podFixes.map(({ key, problem, outcome, text, at }) => ({
      object: nameOf(key),
      state: problem,
      stateName: problem,
      action: "delete-pod" as const,
      token: undefined,
      attempt: 1,
      outcome: fixOutcomes[outcome],
      text,
      at,
    })),
  ];
  return done
    .sort((a, b) => a.at - b.at || (a.object < b.object ? -1 : 1))
    .map(({ at, ...record }) => ({ ...record, at: timestamp(at) }));
}

/** helped is whether the object is better off. */
export function helped({ outcome }: ReportRepair): boolean {
  return outcome === "effective" || outcome === "recovered";
}
