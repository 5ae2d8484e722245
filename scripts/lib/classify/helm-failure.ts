import { findCondition, type KubernetesObject } from "../object.ts";
import { conditionEvidence, describe, isTrue } from "./condition.ts";
import { isForAPerson } from "./failure-cause.ts";
import type { Judgement, Row } from "./judgement.ts";

/** The rows for a Helm action that failed and that its controller has not given up. */
export const retries: readonly Row[] = [retrying, applicationFailure, failedBetween];

const failures = /^(?:Install|Upgrade|Rollback|Uninstall)Failed$/;
const remediations = /^(?:TestFailed|DriftDetected|RollbackSucceeded|UninstallSucceeded)$/;

function retrying(object: KubernetesObject): Judgement | undefined {
  if (!isTrue(object, "Reconciling") || !hasFailed(object, failures)) return undefined;
  return { state: "H9", ...failure(object), ...retryOf(object) };
}

function applicationFailure(object: KubernetesObject): Judgement | undefined {
  const failed =
    hasFailed(object, remediations) || isTrue(object, "Remediated") || isTrue(object, "Drifted");
  if (!failed) return undefined;
  const isRetried = findCondition(object, "Reconciling")?.reason === "ProgressingWithRetry";
  return {
    state: "H16",
    ...failure(object),
    ...(isRetried && { action: "wait", ...retryOf(object) }),
  };
}

/** Out of retries, and not marked as stalled before its next interval. */
function failedBetween(object: KubernetesObject): Judgement | undefined {
  if (!hasFailed(object, failures)) return undefined;
  return { state: "H9", ...failure(object), nextRetry: "with its interval" };
}

function hasFailed(object: KubernetesObject, reasons: RegExp): boolean {
  const ready = findCondition(object, "Ready");
  return ready?.status === "False" && reasons.test(ready.reason ?? "");
}

/** With a retry strategy the controller says when; a failure before Helm stored a release is tried again with back-off. */
function retryOf(object: KubernetesObject): Partial<Judgement> {
  const { reason, message = "" } = findCondition(object, "Reconciling") ?? {};
  const after = /retrying after (\S+)/.exec(message)?.[1];
  if (after !== undefined) return { nextRetry: `in ${after}` };
  return { nextRetry: reason === "ProgressingWithRetry" ? "now" : "at the latest in 15m" };
}

const conditions = ["Ready", "Reconciling", "Released", "TestSuccess", "Remediated", "Drifted"];

/** What Git has to cure is tried again in vain. */
function failure(object: KubernetesObject): Omit<Judgement, "state"> {
  const ready = findCondition(object, "Ready");
  return {
    text: describe(ready),
    evidence: conditionEvidence(object, ...conditions),
    ...(isForAPerson(ready?.message ?? "") && { action: "fix" }),
  };
}
