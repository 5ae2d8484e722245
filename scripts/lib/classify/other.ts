import { findCondition, type KubernetesObject } from "../object.ts";
import {
  conditionEvidence,
  currentCondition,
  describe,
  isTrue,
  readyCondition,
} from "./condition.ts";
import { timeOf } from "./field.ts";
import { disabledMark, firstOf, type Judgement, type Row } from "./judgement.ts";
import { suspended, terminating } from "./rows.ts";
import { isUnobserved } from "./unobserved.ts";

const youngMilliseconds = 60_000;

const rows: readonly Row[] = [terminating("X0"), suspended("X1"), disabled, young, ready, failed];

/** judgeOther judges the kinds that have no table of their own, by the condition that they all share. */
export const judgeOther = firstOf(rows, (object) => ({
  state: "X3",
  text: describe(findCondition(object, "Ready")) || "no status yet",
  evidence: [
    { field: "status.conditions", value: "not Ready yet" },
    ...conditionEvidence(object, "Ready"),
  ],
}));

function disabled(object: KubernetesObject): Judgement | undefined {
  const mark = disabledMark(object);
  if (mark === undefined) return undefined;
  return { state: "X1", text: "its reconciliation is disabled", evidence: [mark] };
}

function young(object: KubernetesObject, { at }: { readonly at: number }): Judgement | undefined {
  const created = timeOf(object.metadata.creationTimestamp);
  if (!isUnobserved(object) || created === undefined || at - created > youngMilliseconds) {
    return undefined;
  }
  const evidence = [{ field: "status", value: "empty" }];
  return { state: "new", text: "not observed yet", evidence };
}

/** The kinds that hold data and have no conditions of their own are ready as they are. */
const withoutStatus: readonly string[] = ["Provider", "Alert"];

function ready(object: KubernetesObject): Judgement | undefined {
  const condition = readyCondition(object);
  if (condition === undefined && !withoutStatus.includes(object.kind)) return undefined;
  return { state: "ok", text: describe(condition), evidence: [] };
}

function failed(object: KubernetesObject): Judgement | undefined {
  const condition = currentCondition(object, "Ready");
  if (condition?.status !== "False") return undefined;
  const judgement: Judgement = {
    state: "X2",
    text: describe(condition),
    evidence: conditionEvidence(object, "Ready", "Stalled"),
  };
  if (!isTrue(object, "Stalled")) return judgement;
  return { ...judgement, standing: "stuck", nextRetry: "never" };
}
