import { type Condition, findCondition, type KubernetesObject } from "../object.ts";
import {
  behindEvidence,
  conditionEvidence,
  currentCondition,
  describe,
  isBehind,
  readyCondition,
  sinceOf,
} from "./condition.ts";
import { causeOf, isForAPerson } from "./failure-cause.ts";
import { oneLine } from "./field.ts";
import { lostOrRunning, stranded } from "./helm-action.ts";
import { retries } from "./helm-failure.ts";
import { firstOf, type Judgement, notUnderstood, type Row } from "./judgement.ts";
import { inProgress, suspended, terminating, unobserved } from "./rows.ts";
import type { UnobservedIds } from "./unobserved.ts";

const unobservedIds: UnobservedIds = {
  unknown: "H2",
  down: "U0",
  queued: "U1",
  overlooked: "U2",
};

type Stall = (object: KubernetesObject, said: Pick<Judgement, "text" | "evidence">) => Judgement;

const refused: Stall = (_object, said) => ({ state: "H12", ...said });

/** What its controller gave up, by its reason. */
const stalls: Readonly<Record<string, Stall>> = {
  RetriesExceeded: (object, said) => ({
    state: "H10",
    ...said,
    ...(isLeftToAPerson(object) && { action: "fix" }),
  }),
  MissingRollbackTarget: (object, said) => ({
    state: "H11",
    ...said,
    ...(isForAPerson(failureOf(object)) && { action: "fix" }),
  }),
  AccessDenied: refused,
  InvalidCELExpression: refused,
  FeatureGateDisabled: refused,
};

function stalled(object: KubernetesObject): Judgement | undefined {
  const condition = currentCondition(object, "Stalled");
  if (condition?.status !== "True") return undefined;
  const stall = Object.entries(stalls).find(([reason]) => reason === condition.reason)?.[1];
  const failure = stall === refused ? "" : failureOf(object);
  const said = {
    text: oneLine([describe(condition), failure].filter((part) => part !== "").join(": ")),
    evidence: conditionEvidence(object, "Stalled", "Released", "Remediated", "Ready"),
  };
  return stall?.(object, said) ?? { ...notUnderstood(said.text, said.evidence), standing: "stuck" };
}

function failureOf(object: KubernetesObject): string {
  const failure = findCondition(object, "Released") ?? findCondition(object, "Ready");
  return failure?.message ?? "";
}

/** What Git has to cure, and what a rollback has left running: one more attempt would break it again. */
function isLeftToAPerson(object: KubernetesObject): boolean {
  const { status, reason } = currentCondition(object, "Remediated") ?? {};
  const isRolledBack = status === "True" && reason === "RollbackSucceeded";
  return isRolledBack || causeOf(failureOf(object)) === "content";
}

/** A failed test and a drift can be tolerated: the release is Ready, and says so, too. */
const tolerated = ["Drifted", "TestSuccess"] as const;

function ready(object: KubernetesObject): Judgement | undefined {
  const condition = readyCondition(object);
  if (condition === undefined) return undefined;
  const type = tolerated.find((name) => isFailure(findCondition(object, name)));
  if (type === undefined) return { state: "ok", text: describe(condition), evidence: [] };
  return {
    state: "H16",
    standing: "ready",
    action: "none",
    text: describe(findCondition(object, type)),
    evidence: conditionEvidence(object, type),
  };
}

function isFailure({ reason, status }: Partial<Condition> = {}): boolean {
  return (reason === "DriftDetected" && status === "True") || reason === "TestFailed";
}

function behind(object: KubernetesObject): Judgement | undefined {
  const condition = findCondition(object, "Ready");
  if (condition === undefined) return undefined;
  const isReadyBefore = condition.status === "True";
  if (!isReadyBefore && !isBehind(condition, object)) return undefined;
  return {
    state: "H17",
    text: `generation ${object.metadata.generation ?? 0} is not observed yet`,
    evidence: behindEvidence(object, condition),
  };
}

type ByReason = (object: KubernetesObject, message: string, at: number) => Judgement;

const reasons: Readonly<Record<string, ByReason>> = {
  DependencyNotReady: because("H3"),
  SourceNotReady: sourceNotReady,
  ArtifactFailed: (object, message, at) =>
    /could not get Source object/i.test(message)
      ? sourceNotReady(object, message, at)
      : because("H5")(object),
  ValuesError: because("H6"),
  HealthCheckCanceled: cancelled,
  StateError: impossible,
  RESTClientError: impossible,
  FactoryError: impossible,
  ConfigFactoryErr: impossible,
  ResourceManagerError: impossible,
  ChartMutateError: impossible,
  ReconcileError: impossible,
};

/** A deployed release that waits for one of its prerequisites is not stranded: those reasons come before that test. */
function byReason(names = Object.keys(reasons)): Row {
  return (object, { at }) => {
    const { status, reason = "", message = "" } = findCondition(object, "Ready") ?? {};
    if (status !== "False" || !names.includes(reason)) return undefined;
    return reasons[reason]?.(object, message, at);
  };
}

function because(state: "H3" | "H4" | "H5" | "H6" | "H14") {
  return (object: KubernetesObject): Judgement => ({
    state,
    text: describe(findCondition(object, "Ready")),
    evidence: conditionEvidence(object, "Ready", "Reconciling"),
  });
}

/** How long each of these passes by itself. */
const patience = { source: 60_000, cancelled: 600_000 };

function sourceNotReady(object: KubernetesObject, _message: string, at: number): Judgement {
  const isRecent = ageOf(object, at) < patience.source;
  return { ...because("H4")(object), ...(isRecent && { action: "wait" }) };
}

/** Older releases of helm-controller could stay there for ever. */
function cancelled(object: KubernetesObject, _message: string, at: number): Judgement {
  const isRecent = ageOf(object, at) < patience.cancelled;
  const stays = { standing: "failing", action: "reconcile", nextRetry: "unknown" } as const;
  return { ...because("H14")(object), ...(!isRecent && stays) };
}

function ageOf(object: KubernetesObject, at: number): number {
  return at - (sinceOf(findCondition(object, "Ready")) ?? at);
}

function impossible(object: KubernetesObject, message: string): Judgement {
  return {
    state: "H15",
    text: describe(findCondition(object, "Ready")),
    evidence: conditionEvidence(object, "Ready"),
    ...(causeOf(message) === "environment" && { action: "reconcile" }),
  };
}

const rows: readonly Row[] = [
  terminating("H0"),
  suspended("H1"),
  unobserved(unobservedIds),
  stalled,
  ready,
  behind,
  byReason(["DependencyNotReady", "SourceNotReady", "ArtifactFailed", "ValuesError"]),
  stranded,
  byReason(),
  lostOrRunning,
  ...retries,
  inProgress("H17", unobservedIds),
];

/** judgeHelmRelease evaluates the table of HelmReleases top to bottom. */
export const judgeHelmRelease = firstOf(rows, (object) =>
  notUnderstood(describe(findCondition(object, "Ready")), conditionEvidence(object, "Ready")),
);
