import { formatDuration } from "../log.ts";
import type { KubernetesObject } from "../object.ts";
import { isIdentityOf } from "../lease-identity.ts";
import type { Context } from "./context.ts";
import { type Controller, processStart } from "./controllers.ts";
import { numberOf, oneLine, read, textOf, timeOf } from "./field.ts";
import type { Judgement } from "./judgement.ts";
import { argumentsOf } from "./object-index.ts";
import { isReady, troubleOf } from "./pod.ts";
import type { Evidence } from "./verdict.ts";

type Test = (controller: Controller, context: Context) => Judgement | undefined;

/** How long a controller may take to start before that counts as a failure. */
const startPatience = 120_000;
const leaseSeconds = 60;

const tests: readonly Test[] = [scaledDown, answered, crashed, notRolledOut, notLeading, silent];

/** judgeController tells whether the controller works, by its Deployment, pods and lease and by the answer to a probe. */
export function judgeController(controller: Controller, context: Context): Judgement {
  for (const test of tests) {
    const judgement = test(controller, context);
    if (judgement !== undefined) return judgement;
  }
  return { state: "ok", text: "a pod of it is ready", evidence: [] };
}

function scaledDown({ deployment }: Controller): Judgement | undefined {
  if (wantedOf(deployment) !== 0) return undefined;
  const evidence = [{ field: "spec.replicas", value: "0" }];
  return { state: "C1", text: "its Deployment is scaled to 0", evidence };
}

function answered({ deployment, component }: Controller, { answers }: Context) {
  if (answerOf(deployment, component, answers) !== "answered") return undefined;
  const evidence = [{ field: "canary", value: "answered" }];
  return { state: "ok", text: "it answered a canary", evidence } as const;
}

function crashed({ pods }: Controller, { at, index }: Context): Judgement | undefined {
  for (const pod of pods) {
    const trouble = troubleOf(pod, { at, index });
    if (trouble?.reason === "OOMKilled") return { state: "C3", ...saying(pod, trouble) };
    if (trouble?.reason === "CrashLoopBackOff" || trouble?.reason === "Error") {
      return { state: "C2", ...saying(pod, trouble) };
    }
  }
  return undefined;
}

function saying(pod: KubernetesObject, { text, evidence }: Pick<Judgement, "text" | "evidence">) {
  return { text: `Pod/${pod.metadata.name}: ${text}`, evidence };
}

function notRolledOut(controller: Controller, { at, index }: Context): Judgement | undefined {
  const { deployment, pods } = controller;
  const ready = numberOf(read(deployment.status, "readyReplicas")) ?? 0;
  const anyReady = pods.length === 0 ? ready > 0 : pods.some(isReady);
  if (anyReady) return undefined;
  const evidence = [{ field: "status.readyReplicas", value: String(ready) }];
  for (const pod of pods) {
    const trouble = troubleOf(pod, { at, index });
    if (trouble !== undefined) return { state: "C4", ...saying(pod, trouble) };
  }
  const newest = Math.max(...pods.map(createdAt), createdAt(deployment));
  const isStarting = at - newest < startPatience;
  const text = `${ready} of ${wantedOf(deployment)} pods are ready`;
  return { state: "C4", text, evidence, ...(isStarting && { standing: "waiting" }) };
}

function createdAt({ metadata }: KubernetesObject): number {
  return timeOf(metadata.creationTimestamp) ?? 0;
}

function notLeading(controller: Controller, { at, index }: Context): Judgement | undefined {
  const { pods } = controller;
  const lease = electsLeader(controller) ? leaseOf(controller, index.ofKind("Lease")) : undefined;
  // A snapshot without leases or without pods tells nothing about who leads.
  if (lease === undefined || pods.length === 0) return undefined;
  const holder = textOf(read(lease.spec, "holderIdentity"));
  const leader = pods.find((pod) => isIdentityOf(pod, holder, controller.component));
  const age = at - (timeOf(read(lease.spec, "renewTime")) ?? at);
  if (leader !== undefined && leads(leader, lease) && age <= leaseSeconds * 1000) return undefined;
  const held = holder === "" ? "nobody" : holder;
  const names = pods.filter(isReady).map(({ metadata }) => metadata.name);
  return {
    state: "C5",
    text: `its lease is held by ${held}, renewed ${formatDuration(Math.max(0, age))} ago`,
    evidence: [
      { field: `Lease/${lease.metadata.name} spec.holderIdentity`, value: held },
      { field: "ready pods", value: names.join(", ") },
    ],
  };
}

function electsLeader({ deployment }: Controller): boolean {
  return argumentsOf(deployment).some((argument) =>
    /^--enable-leader-election(=true)?$/.test(argument),
  );
}

/** A process that was started again in its pod has another identity: the lease is that of the one before it. */
function leads(pod: KubernetesObject, lease: KubernetesObject): boolean {
  if (!isReady(pod)) return false;
  const acquired = timeOf(read(lease.spec, "acquireTime"));
  const started = processStart(pod);
  return acquired === undefined || started === undefined || acquired >= started;
}

/** A shard's lease carries a suffix that only the controller knows; its holder tells whose it is. */
function leaseOf(
  { deployment, component, shard, pods }: Controller,
  leases: readonly KubernetesObject[],
): KubernetesObject | undefined {
  const { name, namespace } = deployment.metadata;
  const own = leases.filter(
    ({ metadata }) =>
      metadata.namespace === namespace && metadata.name.startsWith(`${component}-leader-election`),
  );
  if (shard === undefined && own.length === 1) return own[0];
  const heldBy = (test: (holder: string) => boolean) =>
    own.find(({ spec }) => test(textOf(read(spec, "holderIdentity"))));
  // The name of a shard begins with that of the main one, so that only the length tells their former pods apart.
  const former = new RegExp(`^${name}-[a-z0-9]+-[a-z0-9]+_`);
  return (
    heldBy((holder) => pods.some((pod) => isIdentityOf(pod, holder, component))) ??
    heldBy((holder) => former.test(holder))
  );
}

/** A canary waits for a worker like any other object: silence behind a full queue proves nothing. */
function silent(controller: Controller, context: Context): Judgement | undefined {
  const { deployment, component, workers } = controller;
  if (answerOf(deployment, component, context.answers) !== "silent") return undefined;
  const evidence = [{ field: "canary", value: "not answered" }];
  const busy = context.busy(controller).length;
  if (busy >= workers) {
    const text = `all ${workers} workers are busy, and a canary waits for one`;
    return { state: "ok", text, evidence };
  }
  const refusal = refusalIn(controller, context.logs);
  if (refusal === undefined) return hung(busy, evidence);
  return {
    state: "C6",
    text: `it lacks a right: ${refusal}`,
    evidence: [...evidence, { field: "log", value: refusal }],
    action: "fix",
  };
}

/** A restart would kill what runs. */
function hung(busy: number, evidence: readonly Evidence[]): Judgement {
  const text = "its pod is ready and a canary is not answered";
  if (busy === 0) return { state: "C6", text, evidence };
  return {
    state: "C6",
    standing: "failing",
    action: "wait",
    text: `${text}, while it has ${busy} actions running`,
    evidence: [...evidence, { field: "running", value: String(busy) }],
    nextRetry: "when the running actions end",
  };
}

/** refusalIn is what the controller's log says last about a right that it lacks, on `plural` or on anything. */
export function refusalIn(
  { pods }: Controller,
  logs: ReadonlyMap<string, readonly string[]>,
  plural = "",
): string | undefined {
  const prefixes = pods.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}/`);
  for (const [container, lines] of logs) {
    if (!prefixes.some((prefix) => container.startsWith(prefix))) continue;
    const line = lines.findLast((text) => lacksRight(text) && text.includes(plural));
    if (line !== undefined) return oneLine(/User \S+ cannot [^,}]*/.exec(line)?.[0] ?? line, 200);
  }
  return undefined;
}

/** lacksRight is true for the words in which an API server refuses a verb. */
export function lacksRight(text: string): boolean {
  return /cannot (?:get|list|watch|create|update|patch|delete) resource/.test(text);
}

/** answerOf is what a probe of the controller gave; a shard is only known by its own name. */
export function answerOf(
  { metadata }: KubernetesObject,
  component: string,
  answers: Context["answers"],
) {
  return answers.get(metadata.name === component ? component : metadata.name);
}

function wantedOf({ spec }: KubernetesObject): number {
  return numberOf(read(spec, "replicas")) ?? 1;
}
