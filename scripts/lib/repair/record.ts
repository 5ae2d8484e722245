import type { Action } from "../classify/verdict.ts";
import type { StateId } from "../classify/states.ts";
import type { Key } from "../tree/owner.ts";

/**
 * How far a repair is:
 * - planned: a dry run, nothing was written
 * - asked: the token is written
 * - handled: its controller reports the token as handled
 * - effective: and the object left the state it was in for a better one
 * - ineffective: handled, and the object is as before
 * - unanswered: not handled within the time-out
 * - gone: the object was deleted meanwhile
 * - failed: the write was refused
 */
export type RepairOutcome =
  | "planned"
  | "asked"
  | "handled"
  | "effective"
  | "ineffective"
  | "unanswered"
  | "gone"
  | "failed";

/** RepairRecord is one write to one object, and what came of it. */
export interface RepairRecord {
  readonly key: Key;
  /** The state that called for it. */
  readonly state: StateId;
  readonly action: Action;
  /** Value of requestedAt, and of forceAt or resetAt; undefined in a dry run and for a restart. */
  readonly token: string | undefined;
  /** 1 for the first write to this object in this run. */
  readonly attempt: number;
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly at: number;
  readonly outcome: RepairOutcome;
  /** How it was verified, or why it failed, in one line. */
  readonly text: string;
}
