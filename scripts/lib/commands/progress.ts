import {
  type Condition,
  type ConditionedStatus,
  describeCondition,
  findCondition,
  isObserved,
  type KubernetesObject,
} from "../object.ts";

/**
 * How far an asked-for reconciliation is:
 * - asked: its controller has not taken it up
 * - working: taken up, the outcome is open
 * - ready: done, Ready at the current generation
 * - failed: done, not Ready
 */
export interface Progress {
  readonly state: "asked" | "working" | "ready" | "failed";
  /** One line for a person. */
  readonly text: string;
}

/** Reasons that a controller gives while it waits for something else, which may come at any time. */
const waiting: readonly string[] = [
  "DependencyNotReady",
  "SourceNotReady",
  "NoSourceArtifact",
  "SourceUnavailable",
  "HealthCheckCanceled",
  "Progressing",
  "ProgressingWithRetry",
];

/** progressOf judges the object by the token that was written to it. */
export function progressOf(object: KubernetesObject, token: string): Progress {
  const text = describeCondition(object);
  const { lastHandledReconcileAt } = (object.status ?? {}) as ConditionedStatus;
  if (lastHandledReconcileAt !== token) return { state: "asked", text: `not taken up; ${text}` };
  if (isNow(object, "Ready", "True")) return { state: "ready", text };
  if (isNow(object, "Stalled", "True")) {
    return { state: "failed", text: describeCondition(object, "Stalled") };
  }
  const failed = isNow(object, "Ready", "False") && !goesOn(object);
  return { state: failed ? "failed" : "working", text };
}

/** A release whose action failed is remediated and tried again right away, as long as it has retries. */
function goesOn(object: KubernetesObject): boolean {
  const { reason = "" } = findCondition(object, "Ready") ?? {};
  if (waiting.includes(reason)) return true;
  const reconciling = findCondition(object, "Reconciling")?.status === "True";
  return object.kind === "HelmRelease" && reconciling;
}

/** Whether the condition has that status for the current generation. */
function isNow(object: KubernetesObject, type: string, status: Condition["status"]): boolean {
  const condition = findCondition(object, type);
  return condition?.status === status && isObserved(condition, object);
}
