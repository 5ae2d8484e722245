import { formatDuration } from "../log.ts";
import type { KubernetesObject } from "../object.ts";
import { keyOf } from "../tree/owner.ts";
import { hasConditions } from "./condition.ts";
import type { Context } from "./context.ts";
import { answerOf, lacksRight, refusalIn } from "./controller.ts";
import type { Controller } from "./controllers.ts";
import { fieldsOf, oneLine, read, textOf, timeOf } from "./field.ts";
import type { Judgement } from "./judgement.ts";
import { isSaturated } from "./queue.ts";
import type { StateId } from "./states.ts";
import type { Evidence } from "./verdict.ts";

/** The ids that a kind uses for what no controller has touched; three of them may be the same. */
export interface UnobservedIds {
  /** Nobody knows why. */
  readonly unknown: StateId;
  readonly down: StateId;
  readonly queued: StateId;
  readonly overlooked: StateId;
}

const youngMilliseconds = 60_000;

/**
 * isUnobserved is true for what no controller has touched: no finalizer of Flux, no conditions, and of the status at most
 * the -1 that the API server itself puts there. -1 alone says nothing.
 */
export function isUnobserved(object: KubernetesObject): boolean {
  if (hasConditions(object)) return false;
  const { finalizers = [] } = object.metadata;
  if (finalizers.some((name) => /fluxcd\.(io|controlplane\.io)/.test(name))) return false;
  return Object.entries(fieldsOf(object.status)).every(
    ([name, value]) => (name === "observedGeneration" && value === -1) || isNothing(value),
  );
}

/** What the repair of an odd status leaves behind. */
function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || Object.values(fieldsOf(value)).every(isNothing);
}

/** judgeUnobserved tells a controller that is down from a full queue and from an object that nobody looks at. */
export function judgeUnobserved(
  object: KubernetesObject,
  context: Context,
  ids: UnobservedIds,
): Judgement {
  const evidence = signatureOf(object, context.at);
  const responsible = context.controllers.for(object);
  const never = {
    state: ids.overlooked,
    standing: "stuck",
    action: "fix",
    nextRetry: "never",
  } as const;
  const reason = ignoredBecause(object, context);
  if (reason !== undefined) {
    return { ...never, text: reason.text, evidence: [...evidence, ...reason.evidence] };
  }
  if (isYoung(object, context.at)) return { state: "new", text: "not observed yet", evidence };
  if (responsible === "absent") {
    const text = "no controller reconciles it";
    return { state: ids.down, standing: "waiting", action: "fix", text, evidence };
  }
  if (responsible === "unseen") return unknown(ids, evidence, "the snapshot holds no controllers");
  return judgeWith(responsible, { object, context, ids, evidence });
}

interface Case {
  readonly object: KubernetesObject;
  readonly context: Context;
  readonly ids: UnobservedIds;
  readonly evidence: readonly Evidence[];
}

function judgeWith(controller: Controller, { object, context, ids, evidence }: Case): Judgement {
  const { component, deployment } = controller;
  const refusal = refusalOf(object, controller, context);
  if (refusal !== undefined) {
    return {
      state: ids.overlooked,
      standing: "stuck",
      action: "fix",
      text: `${component} lacks a right: ${refusal}`,
      evidence: [...evidence, { field: "refused", value: refusal }],
      nextRetry: "at the latest in 15m",
    };
  }
  const verdict = context.controllerVerdicts.get(controller.key);
  if (verdict !== undefined && verdict.state !== "ok") {
    const text = `${component} does not work: ${verdict.text}`;
    return {
      state: ids.down,
      standing: "waiting",
      action: "fix",
      text,
      evidence: [...evidence, { field: controller.key, value: verdict.state }],
    };
  }
  if (isSaturated(controller, context)) {
    return queued(controller, { object, context, ids, evidence });
  }
  if (answerOf(deployment, component, context.answers) !== "answered") {
    return unknown(ids, evidence, `${component} was not asked whether it is alive`);
  }
  return {
    state: ids.overlooked,
    standing: "stuck",
    action: "reconcile",
    text: `${component} is alive and idle and has not touched it`,
    evidence: [...evidence, { field: `canary of ${component}`, value: "answered" }],
    nextRetry: "never",
  };
}

/** queued says that every worker is busy. */
export function queued(controller: Controller, { context, ids, evidence }: Case): Judgement {
  const { component, workers } = controller;
  const busy = context.busy(controller);
  return {
    state: ids.queued,
    standing: "waiting",
    action: "raise-concurrency",
    text: `all ${workers} workers of ${component} are busy`,
    evidence: [
      ...evidence,
      { field: `${component} --concurrent`, value: String(workers) },
      { field: "running", value: `${busy.length}: ${oneLine(busy.join(", "), 200)}` },
    ],
    nextRetry: "when a worker is free",
  };
}

function unknown(ids: UnobservedIds, evidence: readonly Evidence[], text: string): Judgement {
  return { state: ids.unknown, text: `never observed; ${text}`, evidence };
}

function signatureOf(object: KubernetesObject, at: number): Evidence[] {
  const created = timeOf(object.metadata.creationTimestamp);
  const age = created === undefined ? "unknown" : formatDuration(Math.max(0, at - created));
  const observed = read(object.status, "observedGeneration");
  return [
    { field: "status", value: observed === undefined ? "empty" : "only observedGeneration -1" },
    { field: "metadata.finalizers", value: "none of Flux" },
    { field: "age", value: age },
  ];
}

function isYoung({ metadata }: KubernetesObject, at: number): boolean {
  const created = timeOf(metadata.creationTimestamp);
  return created !== undefined && at - created < youngMilliseconds;
}

/** What makes every controller pass the object by, however long it waits. */
function ignoredBecause(object: KubernetesObject, { controllers, fluxNamespace }: Context) {
  const { shardKey } = controllers;
  const shard = object.metadata.labels?.[shardKey];
  const responsible = controllers.for(object);
  if (shard !== undefined && responsible === "absent") {
    const evidence = [{ field: `metadata.labels[${shardKey}]`, value: shard }];
    return { text: `no controller serves its shard ${shard}`, evidence };
  }
  const isElsewhere = object.metadata.namespace !== fluxNamespace;
  if (typeof responsible === "object" && !responsible.watchesAll && isElsewhere) {
    const evidence = [{ field: responsible.key, value: "--watch-all-namespaces=false" }];
    return { text: `${responsible.component} only watches ${fluxNamespace}`, evidence };
  }
  return object.kind === "HelmRelease" ? invalidChart(object) : undefined;
}

/** helm-controller drops such a release before it writes anything; today's CRD does not let it in. */
function invalidChart({ spec }: KubernetesObject) {
  const { chart, chartRef } = fieldsOf(spec);
  if ((chart === undefined) !== (chartRef === undefined)) return undefined;
  const value = chart === undefined ? "neither" : "both";
  const evidence = [{ field: "spec.chart, spec.chartRef", value }];
  return { text: `it has ${value} of chart and chartRef, and needs one`, evidence };
}

/** What an API server refused the controller, by the object's events and the controller's log. */
function refusalOf(
  object: KubernetesObject,
  controller: Controller,
  { index, logs }: Context,
): string | undefined {
  const said = index.warningsOf(keyOf(object)).map((event) => textOf(read(event, "message")));
  const refused = said.find((text) => lacksRight(text));
  return refused === undefined
    ? refusalIn(controller, logs, `${object.kind.toLowerCase()}s`)
    : oneLine(refused);
}
