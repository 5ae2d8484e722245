import type { Key } from "../tree/owner.ts";

/**
 * What keeps a pod from running, the most telling first: of a pod with several troubles the first of this list counts.
 * - evicted: its node or the scheduler turned it out or away
 * - failed-job: an attempt of a Job failed, or the whole Job
 * - failed: the pod ended with an error and is not tried again
 * - not-created: its controller may not create it: quota, admission, service account
 * - terminating-stuck: it should be gone
 * - config-error: what its specification names does not exist, such as a key of a Secret
 * - volume-pending: a claim is not bound, or a volume cannot be attached or mounted
 * - unschedulable: no node takes it
 * - image-pull: its image cannot be had
 * - out-of-memory: killed at its memory limit, again and again
 * - crash-loop: it ends by itself, again and again
 * - probe-failing: it runs and its probe says no
 * - init-stuck: an init container does not come to an end
 * - container-creating: its node has not started it yet
 * - not-ready: anything else
 */
export const podProblems = [
  "evicted",
  "failed-job",
  "failed",
  "not-created",
  "terminating-stuck",
  "config-error",
  "volume-pending",
  "unschedulable",
  "image-pull",
  "out-of-memory",
  "crash-loop",
  "probe-failing",
  "init-stuck",
  "container-creating",
  "not-ready",
] as const;

export type PodProblem = (typeof podProblems)[number];

/** A warning that Kubernetes recorded about an object. */
export interface PodEvent {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** When it was seen last, in milliseconds since the epoch. */
  readonly at: number;
}

/** Workload is the top-most owner that makes pods; a pod without one stands for itself. */
export interface Workload {
  readonly key: Key;
  /** `Deployment`, `ReplicaSet`, `StatefulSet`, `DaemonSet`, `CronJob`, `Job`, `Pod`, or a kind of somebody's own. */
  readonly kind: string;
  readonly name: string;
}

/** Where the workload comes from, as far as it comes from Flux. */
export interface FluxOrigin {
  readonly helmRelease: Key | undefined;
  /** Version of the chart that the release has deployed or tried last. */
  readonly chart: string | undefined;
  readonly kustomization: Key | undefined;
  /** The Git or OCI revision that the Kustomization applied last. */
  readonly revision: string | undefined;
  /** Whether a person has suspended either, or disabled its reconciliation. */
  readonly suspended: boolean;
}

/** PodFinding is why pods of one workload do not run. */
export interface PodFinding {
  /** The pod that has been so for longest; the Job or ReplicaSet where there is no pod. */
  readonly key: Key;
  readonly uid: string | undefined;
  readonly namespace: string;
  /** Every pod of the workload with this finding, `key` the first. */
  readonly pods: readonly Key[];
  readonly count: number;
  readonly workload: Workload;
  readonly problem: PodProblem;
  /** The container it is about; undefined when it is about the whole pod. */
  readonly container: string | undefined;
  /** Why, in one sentence: the scheduler's, registry's or node's own words where there are any. */
  readonly text: string;
  /** Last lines of the container's log, the newest last; empty when they were not fetched. */
  readonly logLines: readonly string[];
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
  /** Helm's events of a hook Job, such as `post-install,post-upgrade`; undefined for anything else. */
  readonly hook: string | undefined;
  readonly flux: FluxOrigin;
  /** The events that decided, the newest first. */
  readonly events: readonly PodEvent[];
  /** What has to be put right instead of the pod, such as `Secret/shop/db`. */
  readonly blames: Key | undefined;
  /** Claims of the pod that are not bound. */
  readonly unboundClaims: readonly Key[];
  /** The one command that shows a person more. */
  readonly next: string;
}
