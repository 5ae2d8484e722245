import { findCondition, type KubernetesObject } from "../object.ts";
import { conditionEvidence, currentCondition, describe } from "./condition.ts";
import { disabledMark, firstOf, type Judgement, notUnderstood, type Row } from "./judgement.ts";
import { behind, inProgress, ready, terminating, unobserved } from "./rows.ts";
import type { StateId } from "./states.ts";
import type { UnobservedIds } from "./unobserved.ts";

const unobservedIds: UnobservedIds = { unknown: "O2", down: "O2", queued: "O2", overlooked: "O2" };

const rows: readonly Row[] = [
  terminating("O0"),
  disabled,
  unobserved(unobservedIds),
  stalled,
  ready,
  behind("O8"),
  byReason,
  inProgress("O8", unobservedIds),
];

/** judgeOperatorObject evaluates the table of FluxInstance and ResourceSet top to bottom. */
export const judgeOperatorObject = firstOf(rows, (object) =>
  notUnderstood(describe(findCondition(object, "Ready")), conditionEvidence(object, "Ready")),
);

function disabled(object: KubernetesObject): Judgement | undefined {
  const mark = disabledMark(object);
  if (mark === undefined) return undefined;
  return { state: "O1", text: "its reconciliation is disabled", evidence: [mark] };
}

function stalled(object: KubernetesObject): Judgement | undefined {
  const condition = currentCondition(object, "Stalled");
  if (condition?.status !== "True") return undefined;
  const evidence = conditionEvidence(object, "Stalled");
  return { state: "O5", text: describe(condition), evidence };
}

function byReason(object: KubernetesObject): Judgement | undefined {
  const condition = findCondition(object, "Ready");
  if (condition?.status !== "False") return undefined;
  const state = stateOf(condition.reason ?? "", condition.message ?? "");
  if (state === undefined) return undefined;
  return { state, text: describe(condition), evidence: conditionEvidence(object, "Ready") };
}

/** flux-operator has one reason for all that fails after the build; its message tells a health check from an apply. */
function stateOf(reason: string, message: string): StateId | undefined {
  switch (reason) {
    case "DependencyNotReady":
      return "O3";
    case "ArtifactFailed":
      return "O4";
    case "BuildFailed":
      return "O5";
    case "HealthCheckFailed":
      return "O7";
    case "HealthCheckCanceled":
      return "O8";
    case "ReconciliationFailed":
      return /timeout waiting for|stalled resources|health check/i.test(message) ? "O7" : "O6";
    default:
      return undefined;
  }
}
