import type { KubernetesObject } from "../object.ts";
import type { Key } from "../tree/owner.ts";
import type { StateId } from "./states.ts";

/**
 * What a state means for a person who waits:
 * - ready: nothing to do
 * - waiting: the normal course of things; goes on by itself
 * - suspended: a person's decision
 * - failing: something is wrong, and the controller tries again by itself
 * - stuck: nothing goes on by itself
 * - terminating: on its way out
 */
export type Standing = "ready" | "waiting" | "suspended" | "failing" | "stuck" | "terminating";

/**
 * The one thing that may be done about a state. Nothing else is ever written.
 * - none, wait: nothing
 * - fix: a person has to change Git, a Secret or the cluster
 * - reconcile: requestedAt
 * - reset: requestedAt and resetAt with one token (HelmRelease)
 * - force: requestedAt and forceAt with one token (HelmRelease)
 * - reconcile-source: requestedAt on the repository, then on the HelmChart, then on the object
 * - restart-controller: delete the controller's pod, once, when its canary fails while the pod is up
 * - raise-concurrency: advice on flux.size; never written
 */
export type Action =
  | "none"
  | "wait"
  | "fix"
  | "reconcile"
  | "reset"
  | "force"
  | "reconcile-source"
  | "restart-controller"
  | "raise-concurrency";

/** One field that decided, and its value, such as `status.conditions[Stalled].reason` and `RetriesExceeded`. */
export interface Evidence {
  readonly field: string;
  readonly value: string;
}

/** Verdict is what one object's state is, by its fields. */
export interface Verdict {
  /** `Kind/namespace/name`, by `keyOf`. */
  readonly key: Key;
  readonly object: KubernetesObject;
  readonly state: StateId;
  readonly standing: Standing;
  /** One line for a person: the object's own reason and message where it has one. */
  readonly text: string;
  /** The fields that decided, most telling first; never empty for what is not ready. */
  readonly evidence: readonly Evidence[];
  /** Keys of what has to be blamed first, found by walking down; empty when the object itself is to blame. */
  readonly because: readonly Key[];
  readonly action: Action;
  /** When its controller tries again by itself: `in 30s`, `at the latest in 15m`, `never`, `when its dependency is Ready`. */
  readonly nextRetry: string;
}

/** Cause is one thing that is wrong, however many objects suffer from it. */
export interface Cause {
  /** What has to be blamed; several objects with the same state and the same message are one cause. */
  readonly objects: readonly Key[];
  readonly state: StateId;
  readonly standing: Standing;
  readonly text: string;
  readonly evidence: readonly Evidence[];
  /** Everything that is not ready because of it, `objects` not among them. */
  readonly affected: readonly Key[];
  readonly action: Action;
  readonly nextRetry: string;
  /** The one command that helps a person on. */
  readonly next: string;
}

/** Diagnosis is what `classify` makes of a Snapshot. */
export interface Diagnosis {
  readonly at: number;
  readonly fluxNamespace: string;
  /** Every object of a kind with a state table, by key. */
  readonly verdicts: ReadonlyMap<Key, Verdict>;
  /** Worst first: stuck, failing, terminating, waiting. Ready objects are no cause, and suspended ones only when something waits for them. */
  readonly causes: readonly Cause[];
  /** What limits the diagnosis, such as a kind that may not be listed. */
  readonly limits: readonly string[];
}
