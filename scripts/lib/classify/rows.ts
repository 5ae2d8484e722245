import { formatDuration } from "../log.ts";
import { findCondition, type KubernetesObject } from "../object.ts";
import {
  behindEvidence,
  conditionEvidence,
  describe,
  hasConditions,
  isBehind,
  isTrue,
  readyCondition,
  sinceOf,
} from "./condition.ts";
import { read, timeOf } from "./field.ts";
import type { Judgement, Row } from "./judgement.ts";
import { isSaturated } from "./queue.ts";
import type { StateId } from "./states.ts";
import { isUnobserved, judgeUnobserved, queued, type UnobservedIds } from "./unobserved.ts";
import type { Evidence } from "./verdict.ts";

/** terminating is the row for what is being deleted. */
export function terminating(state: StateId): Row {
  return (object, { at }) => {
    const deleted = deletion(object, at);
    if (deleted === undefined) return undefined;
    const ready = findCondition(object, "Ready");
    const said = ready?.status === "False" ? `; ${describe(ready)}` : "";
    return { state, text: `${deleted.text}${said}`, evidence: deleted.evidence };
  };
}

/** deletion says since when the object is being deleted and what holds it. */
export function deletion({ metadata }: KubernetesObject, at: number) {
  const { deletionTimestamp, finalizers = [] } = metadata;
  if (deletionTimestamp === undefined) return undefined;
  const age = formatDuration(Math.max(0, at - (timeOf(deletionTimestamp) ?? at)));
  const held = finalizers.length === 0 ? "nothing" : finalizers.join(", ");
  const evidence: Evidence[] = [
    { field: "metadata.deletionTimestamp", value: deletionTimestamp },
    { field: "metadata.finalizers", value: held },
  ];
  return { text: `being deleted for ${age}, held by ${held}`, evidence };
}

/** Annotations in which the command that suspends notes who did it and why. */
const suspension = ["by", "reason", "at"] as const;

/** suspended is the row for what a person stopped. */
export function suspended(state: StateId): Row {
  return ({ metadata, spec }) => {
    if (read(spec, "suspend") !== true) return undefined;
    const notes = suspension.flatMap((name) => {
      const value = metadata.annotations?.[`flux-bootstrap.dev/suspended-${name}`];
      return value === undefined ? [] : [`${name} ${value}`];
    });
    const text = ["suspended", notes.join(", ")].filter((part) => part !== "").join(": ");
    return { state, text, evidence: [{ field: "spec.suspend", value: "true" }] };
  };
}

/** unobserved is the row for what no controller has touched. */
export function unobserved(ids: UnobservedIds): Row {
  return (object, context) =>
    isUnobserved(object) ? judgeUnobserved(object, context, ids) : undefined;
}

/** ready is the row for Ready=True at the current generation. */
export function ready(object: KubernetesObject): Judgement | undefined {
  const condition = readyCondition(object);
  if (condition === undefined) return undefined;
  return { state: "ok", text: describe(condition), evidence: [] };
}

/** behind is the row for a generation that its controller has not said anything about, or not all. */
export function behind(state: StateId): Row {
  return (object) => {
    const condition = findCondition(object, "Ready");
    const isReady = condition?.status === "True";
    if (condition === undefined || !(isReady || isBehind(condition, object))) return undefined;
    const text = `generation ${object.metadata.generation ?? 0} is not observed yet`;
    return { state, text, evidence: behindEvidence(object, condition) };
  };
}

/** How long a controller may be at an object without saying what it does. */
const patience = 600_000;

/** inProgress is the row for what its controller has begun with: it waits for a worker, or is being worked on. */
export function inProgress(state: StateId, ids: UnobservedIds): Row {
  return (object, context) => {
    const ready = findCondition(object, "Ready");
    const isOpen = (ready?.status ?? "Unknown") === "Unknown" || isTrue(object, "Reconciling");
    if (!isOpen) return undefined;
    const controller = context.controllers.for(object);
    const evidence = hasConditions(object)
      ? conditionEvidence(object, "Ready", "Reconciling")
      : [{ field: "status.conditions", value: "none yet" }];
    if (typeof controller === "object" && isSaturated(controller, context)) {
      return queued(controller, { object, context, ids, evidence });
    }
    return progress(object, { state, evidence, at: context.at });
  };
}

interface Progress {
  readonly state: StateId;
  readonly evidence: readonly Evidence[];
  readonly at: number;
}

function progress(object: KubernetesObject, { state, evidence, at }: Progress): Judgement {
  const condition = findCondition(object, "Reconciling") ?? findCondition(object, "Ready");
  const said = describe(condition);
  const text = said === "" ? "no status yet" : said;
  const since = sinceOf(condition) ?? timeOf(object.metadata.creationTimestamp) ?? at;
  if (at - since < patience) return { state, text, evidence };
  const age = formatDuration(at - since);
  return {
    state,
    standing: "failing",
    action: "reconcile",
    text: `${text} for ${age}`,
    evidence: [...evidence, { field: "unchanged for", value: age }],
    nextRetry: "unknown",
  };
}
