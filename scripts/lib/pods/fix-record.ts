import type { Log } from "../log.ts";
import type { Key } from "../tree/owner.ts";
import type { PodProblem } from "./finding.ts";

export interface FixContext {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * - planned: a dry run, nothing was written
 * - fixed: deleted, and a new pod of its workload is Ready and stays so
 * - not-fixed: deleted, and the new pod does no better, or there is none
 * - recovered: was Ready by itself, nothing was written
 * - gone: did not exist any more, nothing was written
 * - failed: could not be deleted or watched
 */
export type PodFixOutcome = "planned" | "fixed" | "not-fixed" | "recovered" | "gone" | "failed";

/** PodFixRecord is what became of one pod. */
export interface PodFixRecord {
  readonly key: Key;
  readonly workload: Key;
  readonly problem: PodProblem;
  readonly outcome: PodFixOutcome;
  /** The new pod, as far as there is one. */
  readonly replacement: Key | undefined;
  /** How it was verified, or why it failed, in one line. */
  readonly text: string;
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly at: number;
  readonly seconds: number;
}
