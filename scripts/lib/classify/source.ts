import { findCondition, type KubernetesObject } from "../object.ts";
import { conditionEvidence, describe, isTrue, sinceOf } from "./condition.ts";
import type { Context } from "./context.ts";
import { read } from "./field.ts";
import { firstOf, type Judgement, notUnderstood, type Row } from "./judgement.ts";
import { behind, inProgress, ready, suspended, terminating, unobserved } from "./rows.ts";
import type { StateId } from "./states.ts";
import type { UnobservedIds } from "./unobserved.ts";

const unobservedIds: UnobservedIds = { unknown: "G0", down: "G0", queued: "G0", overlooked: "G0" };

const rows: readonly Row[] = [
  terminating("G7"),
  address,
  suspended("G8"),
  unobserved(unobservedIds),
  notVerified,
  refused,
  fetchFailed,
  storageFailed,
  ready,
  behind("G9"),
  inProgress("G9", unobservedIds),
  notReady,
];

/** judgeSource evaluates the table of sources top to bottom. */
export const judgeSource = firstOf(rows, (object) =>
  notUnderstood(describe(findCondition(object, "Ready")), conditionEvidence(object, "Ready")),
);

/** A Helm repository of type oci is only an address: no controller ever reports on it. */
function address({ kind, spec }: KubernetesObject): Judgement | undefined {
  if (kind !== "HelmRepository" || read(spec, "type") !== "oci") return undefined;
  return { state: "ok", text: "an address of a registry", evidence: [] };
}

function notVerified(object: KubernetesObject): Judgement | undefined {
  const condition = findCondition(object, "SourceVerified");
  if (condition?.status !== "False") return undefined;
  const evidence = conditionEvidence(object, "SourceVerified", "Ready");
  return { state: "G6", text: describe(condition), evidence };
}

const credential =
  /authentication (?:required|failed)|unauthori[sz]ed|\b401\b|permission denied \(publickey|invalid credentials|access denied/i;

/** How long a chart's repository may take without anybody asking. */
const patience = 60_000;

function fetchFailed(object: KubernetesObject, { at }: Context): Judgement | undefined {
  const condition = findCondition(object, "FetchFailed");
  if (condition?.status !== "True") return undefined;
  const state = fetchState(condition.reason ?? "", condition.message ?? "");
  const isRecent = at - (sinceOf(condition) ?? at) < patience;
  return {
    state,
    text: describe(condition),
    evidence: conditionEvidence(object, "FetchFailed", "Ready"),
    ...(state === "G3" && isRecent && { action: "wait" }),
  };
}

function fetchState(reason: string, message: string): StateId {
  if (reason === "SourceUnavailable" || reason === "NoSourceArtifact") return "G3";
  return reason === "AuthenticationFailed" || credential.test(message) ? "G1" : "G2";
}

function storageFailed(object: KubernetesObject): Judgement | undefined {
  const condition = findCondition(object, "StorageOperationFailed");
  if (condition?.status !== "True") return undefined;
  const evidence = conditionEvidence(object, "StorageOperationFailed");
  return { state: "G4", text: describe(condition), evidence };
}

function refused(object: KubernetesObject): Judgement | undefined {
  if (!isTrue(object, "Stalled")) return undefined;
  const evidence = conditionEvidence(object, "Stalled");
  return { state: "G5", text: describe(findCondition(object, "Stalled")), evidence };
}

/** A chart that cannot be built, an ignore file that cannot be read: content, all of it. */
function notReady(object: KubernetesObject): Judgement | undefined {
  const condition = findCondition(object, "Ready");
  if (condition?.status !== "False") return undefined;
  const evidence = conditionEvidence(object, "Ready", "BuildFailed");
  return { state: "G2", text: describe(condition), evidence };
}
