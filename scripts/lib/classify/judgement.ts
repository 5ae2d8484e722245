import type { KubernetesObject } from "../object.ts";
import { keyOf } from "../tree/owner.ts";
import type { Context } from "./context.ts";
import { oneLine } from "./field.ts";
import { type StateId, states } from "./states.ts";
import type { Action, Evidence, Standing, Verdict } from "./verdict.ts";

/** Judgement is a Verdict before anybody asked what it depends on; what is left out is as the state's row says. */
export interface Judgement {
  readonly state: StateId;
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly standing?: Standing;
  readonly action?: Action;
  readonly nextRetry?: string;
}

/** Row is one test of a table: a judgement when it holds. */
export type Row = (object: KubernetesObject, context: Context) => Judgement | undefined;

/** firstOf evaluates a table top to bottom. */
export function firstOf(
  rows: readonly Row[],
  otherwise: Row,
): (...args: Parameters<Row>) => Judgement {
  return (object, context) => {
    for (const row of rows) {
      const judgement = row(object, context);
      if (judgement !== undefined) return judgement;
    }
    return otherwise(object, context) ?? notUnderstood("no row of the table holds");
  };
}

export function notUnderstood(text: string, evidence: readonly Evidence[] = []): Judgement {
  const said = evidence.length > 0 ? evidence : [{ field: "status", value: text }];
  return {
    state: "unknown",
    text: text === "" ? "not Ready without a reason" : text,
    evidence: said,
  };
}

/** verdictOf completes a judgement. What a person took out of Flux's hands is not written to. */
export function verdictOf(object: KubernetesObject, judgement: Judgement): Verdict {
  const { state, text, evidence } = judgement;
  const row = states[state];
  const disabled = disabledMark(object);
  const { standing = row.standing, action = row.action, nextRetry = row.retries } = judgement;
  return {
    key: keyOf(object),
    object,
    state,
    standing,
    text: oneLine(text),
    evidence: disabled === undefined ? evidence : [...evidence, disabled],
    because: [],
    action: disabled !== undefined && writes.has(action) ? "none" : action,
    nextRetry,
  };
}

/** The actions that write to the cluster. */
const writes: ReadonlySet<Action> = new Set<Action>([
  "reconcile",
  "reset",
  "force",
  "reconcile-source",
  "restart-controller",
]);

/** disabledMark is the label or annotation by which a person keeps automation off the object. */
export function disabledMark({ metadata }: KubernetesObject): Evidence | undefined {
  const marks = { ...metadata.labels, ...metadata.annotations };
  for (const [field, value] of Object.entries(marks)) {
    if (field.endsWith("fluxcd.io/reconcile") || field === "fluxcd.controlplane.io/reconcile") {
      if (value.toLowerCase() === "disabled") return { field, value };
    }
  }
  return undefined;
}
