import { formatDuration } from "../log.ts";
import { type Condition, findCondition, type KubernetesObject } from "../object.ts";
import { conditionEvidence, describe, isTrue } from "./condition.ts";
import type { Context } from "./context.ts";
import { fieldsOf, listOf, read, textOf, timeOf } from "./field.ts";
import type { Judgement } from "./judgement.ts";
import { actionIn, type RunningAction, runningAction } from "./running.ts";
import type { Evidence } from "./verdict.ts";

/** How long after its time-out an action still counts as running. */
const graceMilliseconds = 60_000;

/**
 * stranded finds releases that Helm deployed and whose status was lost on the way. It comes before the tests for a
 * running action, because the status of such a release can say that one runs.
 */
export function stranded(object: KubernetesObject, { at }: Context): Judgement | undefined {
  const deployed = deployedEvidence(object);
  const ready = findCondition(object, "Ready");
  if (deployed === undefined || ready === undefined || ready.status === "True") return undefined;
  return statusLost(object, { at, ready, deployed }) ?? leftAlone(object, { ready, deployed });
}

interface Deployed {
  readonly ready: Condition;
  readonly deployed: readonly Evidence[];
}

function statusLost(object: KubernetesObject, { at, ready, deployed }: Deployed & { at: number }) {
  const action = ready.status === "Unknown" ? actionIn(ready) : undefined;
  if (action === undefined || !isOver(action, at) || !isDeployedBy(object, action)) {
    return undefined;
  }
  return {
    state: "Z",
    text: `deployed by Helm, and its status still says ${describe(ready)}`,
    evidence: [...conditionEvidence(object, "Ready"), ageEvidence(action, at), ...deployed],
  } satisfies Judgement;
}

function leftAlone(object: KubernetesObject, { ready, deployed }: Deployed): Judgement | undefined {
  const isDone = read(object.status, "observedGeneration") === object.metadata.generation;
  if (!isDone || isTrue(object, "Reconciling") || isJudged(object)) return undefined;
  return {
    state: "H13",
    text: `deployed by Helm, and its status says ${describe(ready)}`,
    evidence: [...conditionEvidence(object, "Ready"), ...deployed],
  };
}

/** A failed test and a remediation are not Ready on purpose, with a release that is deployed. */
function isJudged(object: KubernetesObject): boolean {
  return (
    findCondition(object, "TestSuccess")?.status === "False" ||
    isTrue(object, "Remediated") ||
    isTrue(object, "Drifted")
  );
}

function deployedEvidence({ status }: KubernetesObject): Evidence[] | undefined {
  const { history, lastAttemptedRevision, lastAttemptedConfigDigest } = fieldsOf(status);
  const latest = fieldsOf(listOf(history)[0]);
  const { configDigest, chartVersion } = latest;
  if (latest["status"] !== "deployed" || chartVersion !== lastAttemptedRevision) return undefined;
  const sameValues =
    configDigest === undefined ||
    lastAttemptedConfigDigest === undefined ||
    configDigest === lastAttemptedConfigDigest;
  if (!sameValues || textOf(chartVersion) === "") return undefined;
  return [
    { field: "status.history[0].status", value: "deployed" },
    { field: "status.history[0].chartVersion", value: textOf(chartVersion) },
    { field: "status.lastAttemptedRevision", value: textOf(lastAttemptedRevision) },
  ];
}

/** An upgrade that never ran leaves the release before it deployed: what is deployed has to be younger than the action. */
function isDeployedBy({ status }: KubernetesObject, { since }: RunningAction): boolean {
  const deployedAt = timeOf(read(listOf(read(status, "history"))[0], "lastDeployed"));
  if (deployedAt === undefined || since === undefined) return true;
  const clockStep = 1000;
  return deployedAt + clockStep >= since;
}

function isOver({ since, timeout }: RunningAction, at: number): boolean {
  return since !== undefined && at - since > timeout + graceMilliseconds;
}

function ageEvidence({ since = 0, timeout }: RunningAction, at: number): Evidence {
  const age = formatDuration(Math.max(0, at - since));
  return { field: "age of the action", value: `${age} of ${formatDuration(timeout)}` };
}

/** lostOrRunning tells an action that runs from one that cannot be running any more. */
export function lostOrRunning(object: KubernetesObject, context: Context): Judgement | undefined {
  const action = runningAction(object);
  if (action === undefined) return undefined;
  const { at } = context;
  const lost = lostBecause(object, action, context);
  const evidence = [
    ...conditionEvidence(object, action.condition.type),
    ...(action.since === undefined ? [] : [ageEvidence(action, at)]),
  ];
  if (lost !== undefined) {
    const text = `the ${action.name} that it reports is lost: ${lost.text}`;
    return { state: "H8", text, evidence: [...evidence, ...lost.evidence] };
  }
  const left = (action.since ?? at) + action.timeout - at;
  return {
    state: "H7",
    text: action.condition.message ?? "",
    evidence,
    nextRetry: `when the ${action.name} ends, at the latest in ${formatDuration(Math.max(0, left))}`,
  };
}

function lostBecause(object: KubernetesObject, action: RunningAction, context: Context) {
  if (isOver(action, context.at)) {
    return { text: "its time-out is over", evidence: [] };
  }
  const controller = context.controllers.for(object);
  if (typeof controller !== "object" || action.since === undefined) return undefined;
  const { startedAt } = controller;
  if (startedAt === undefined || startedAt <= action.since) return undefined;
  const value = new Date(startedAt).toISOString();
  const evidence = [{ field: `${controller.component} started at`, value }];
  return { text: `${controller.component} was started after it`, evidence };
}
