import { parseDuration } from "../duration.ts";
import { formatDuration } from "../log.ts";
import { type Condition, findCondition, type KubernetesObject } from "../object.ts";
import { conditionEvidence, currentCondition, describe, readyCondition } from "./condition.ts";
import type { Context } from "./context.ts";
import { causeOf } from "./failure-cause.ts";
import { read, textOf } from "./field.ts";
import { firstOf, type Judgement, notUnderstood, type Row } from "./judgement.ts";
import { revisionEvidence } from "./revision.ts";
import { behind, inProgress, suspended, terminating, unobserved } from "./rows.ts";
import { runningAction } from "./running.ts";
import type { StateId } from "./states.ts";
import type { UnobservedIds } from "./unobserved.ts";

const unobservedIds: UnobservedIds = { unknown: "K1", down: "K1", queued: "K1", overlooked: "K1" };

const rows: readonly Row[] = [
  terminating("K0"),
  suspended("K11"),
  unobserved(unobservedIds),
  refused,
  ready,
  behind("K13"),
  checkingHealth,
  byReason,
  inProgress("K13", unobservedIds),
];

/** judgeKustomization evaluates the table of Kustomizations top to bottom. */
export const judgeKustomization = firstOf(rows, (object) =>
  notUnderstood(describe(findCondition(object, "Ready")), conditionEvidence(object, "Ready")),
);

function refused(object: KubernetesObject): Judgement | undefined {
  const condition = currentCondition(object, "Stalled");
  if (condition?.status !== "True") return undefined;
  const evidence = conditionEvidence(object, "Stalled");
  return { state: "K12", text: describe(condition), evidence };
}

function ready(object: KubernetesObject, { index }: Context): Judgement | undefined {
  const condition = readyCondition(object);
  if (condition === undefined) return undefined;
  return { state: "ok", text: describe(condition), evidence: revisionEvidence(object, index) };
}

/** How long after its time-out a health check still counts as running. */
const graceMilliseconds = 60_000;

function checkingHealth(object: KubernetesObject, { at, controllers }: Context) {
  const check = runningAction(object);
  if (check?.name !== "health check") return undefined;
  const { since = at, timeout, condition } = check;
  const age = Math.max(0, at - since);
  const text = `checking health for ${formatDuration(age)} of ${formatDuration(timeout)}`;
  const evidence = conditionEvidence(object, condition.type, "Healthy");
  const controller = controllers.for(object);
  const startedAt = typeof controller === "object" ? controller.startedAt : undefined;
  const isLost = age > timeout + graceMilliseconds || (startedAt ?? since) > since;
  if (!isLost) {
    const left = formatDuration(Math.max(0, timeout - age));
    const nextRetry = `when the health check ends, at the latest in ${left}`;
    return { state: "K9", text, evidence, nextRetry } satisfies Judgement;
  }
  return {
    state: "K9",
    standing: "stuck",
    action: "reconcile",
    text: `the health check that it reports is lost: ${text}`,
    evidence,
    nextRetry: "unknown",
  } satisfies Judgement;
}

const states: Readonly<Record<string, StateId | ((message: string) => StateId)>> = {
  ArtifactFailed: artifactState,
  DependencyNotReady: "K4",
  BuildFailed: "K5",
  ReconciliationFailed: "K6",
  PruneFailed: "K7",
  HealthCheckFailed: "K8",
  HealthCheckCanceled: "K10",
};

/** One reason for a source that is not there, one without artifact, one that cannot be fetched, and a wrong path. */
function artifactState(message: string): StateId {
  if (/path not found/i.test(message)) return "K5";
  if (/artifact not found/i.test(message)) return "K3";
  return /not found/i.test(message) ? "K2" : "K3";
}

function byReason(object: KubernetesObject): Judgement | undefined {
  const condition = findCondition(object, "Ready");
  if (condition?.status !== "False") return undefined;
  const entry = Object.entries(states).find(([reason]) => reason === condition.reason)?.[1];
  const state = typeof entry === "function" ? entry(condition.message ?? "") : entry;
  if (state === undefined) return undefined;
  return {
    state,
    text: describe(condition),
    evidence: conditionEvidence(object, "Ready", "Healthy"),
    ...more(state, condition),
    ...retryOf(object, state),
  };
}

/** What only Git cures is not asked for again. */
function more(state: StateId, { message = "" }: Condition): Partial<Judgement> {
  if (state === "K6") return causeOf(message) === "environment" ? {} : { action: "fix" };
  // Anything but a missing artifact: it is there and cannot be had.
  if (state === "K3" && !/not found/i.test(message)) return { standing: "failing" };
  return {};
}

const byInterval: readonly StateId[] = ["K2", "K5", "K6", "K7", "K8"];

function retryOf({ spec }: KubernetesObject, state: StateId): Partial<Judgement> {
  if (!byInterval.includes(state)) return {};
  const retry = textOf(read(spec, "retryInterval"));
  const interval = textOf(read(spec, "interval"));
  const milliseconds = parseDuration(retry === "" ? interval : retry);
  if (milliseconds === undefined) return {};
  return { nextRetry: `at the latest in ${formatDuration(milliseconds)}` };
}
