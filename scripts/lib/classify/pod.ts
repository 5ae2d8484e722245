import { formatDuration } from "../log.ts";
import { findCondition, type KubernetesObject } from "../object.ts";
import { keyOf } from "../tree/owner.ts";
import { sinceOf } from "./condition.ts";
import { fieldsOf, listOf, numberOf, oneLine, read, textOf, timeOf } from "./field.ts";
import type { Judgement } from "./judgement.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { Evidence } from "./verdict.ts";

/** PodTrouble is why a pod does not run, or does not become ready. */
export interface PodTrouble {
  /** The kubelet's or scheduler's word for it, such as `CrashLoopBackOff` or `Unschedulable`. */
  readonly reason: string;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

interface Moment {
  readonly at: number;
  readonly index: ObjectIndex;
  /** True when what waited for the pod has failed: then nothing is too early. */
  readonly isLate?: boolean;
}

type Test = (pod: KubernetesObject, moment: Moment) => PodTrouble | undefined;

const tests: readonly Test[] = [failed, unschedulable, brokenContainer, notCreated, notReady];
/** How long each of these is the normal course of things. */
const patience = { scheduling: 30_000, creating: 120_000, readiness: 60_000 };
/** What a container waits for before it first runs. */
const starting = ["", "ContainerCreating", "PodInitializing"];

/** troubleOf says what is wrong with a pod; undefined when it is ready, done, going, or merely starting. */
export function troubleOf(pod: KubernetesObject, moment: Moment): PodTrouble | undefined {
  const phase = textOf(read(pod.status, "phase"));
  if (phase === "Succeeded" || pod.metadata.deletionTimestamp !== undefined) return undefined;
  if (isReady(pod)) return undefined;
  for (const test of tests) {
    const trouble = test(pod, moment);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** isReady is true for a pod that takes traffic. */
export function isReady(pod: KubernetesObject): boolean {
  return findCondition(pod, "Ready")?.status === "True";
}

/** judgePod is W1 for a pod in trouble. */
export function judgePod(trouble: PodTrouble): Judgement {
  return { state: "W1", text: trouble.text, evidence: trouble.evidence };
}

function failed(pod: KubernetesObject): PodTrouble | undefined {
  if (read(pod.status, "phase") !== "Failed") return undefined;
  const reason = textOf(read(pod.status, "reason"));
  const message = textOf(read(pod.status, "message"));
  const container = containersOf(pod).find(({ exitCode = 0 }) => exitCode !== 0);
  const exit = container === undefined ? [] : [exitText(container)];
  const evidence = [{ field: "status.phase", value: "Failed" }, ...field("status.reason", reason)];
  return trouble(reason === "" ? "Failed" : reason, [message, ...exit], evidence);
}

function unschedulable(pod: KubernetesObject, moment: Moment): PodTrouble | undefined {
  const { at, isLate = false } = moment;
  const scheduled = findCondition(pod, "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  if (!isLate && at - (sinceOf(scheduled) ?? 0) < patience.scheduling) return undefined;
  const { reason = "Unschedulable", message = "" } = scheduled;
  return trouble(
    reason,
    [message],
    [{ field: "status.conditions[PodScheduled]", value: `False ${reason}` }],
  );
}

function brokenContainer(pod: KubernetesObject): PodTrouble | undefined {
  const broken = containersOf(pod).find(
    ({ waiting, exitCode = 0, ready }) => !ready && (!starting.includes(waiting) || exitCode !== 0),
  );
  if (broken === undefined) return undefined;
  const { name, waiting, message, lastReason, restarts } = broken;
  const outOfMemory = lastReason === "OOMKilled";
  const reason = outOfMemory ? lastReason : starting.includes(waiting) ? "Error" : waiting;
  return trouble(
    reason,
    [`container ${name}`, message, exitText(broken)],
    [
      ...field(`status.containerStatuses[${name}].state.waiting.reason`, waiting),
      ...field(`status.containerStatuses[${name}] last ended with`, lastReason),
      { field: `status.containerStatuses[${name}].restartCount`, value: String(restarts) },
    ],
  );
}

function notCreated(pod: KubernetesObject, { at, index }: Moment): PodTrouble | undefined {
  const waiting = containersOf(pod).find(({ waiting: reason }) => reason === "ContainerCreating");
  const created = timeOf(pod.metadata.creationTimestamp) ?? at;
  if (waiting === undefined || at - created < patience.creating) return undefined;
  const warnings = index.warningsOf(keyOf(pod));
  const said = warnings
    .map((event) => textOf(read(event, "message")))
    .filter((text) => text !== "");
  return trouble(
    waiting.waiting,
    [`for ${formatDuration(at - created)}`, said.at(-1) ?? ""],
    [
      {
        field: `status.containerStatuses[${waiting.name}].state.waiting.reason`,
        value: waiting.waiting,
      },
    ],
  );
}

function notReady(pod: KubernetesObject, { at }: Moment): PodTrouble | undefined {
  const ready = findCondition(pod, "Ready");
  const running = containersOf(pod).find(({ running: isRunning, ready: ok }) => isRunning && !ok);
  const age = at - (sinceOf(ready) ?? at);
  if (running === undefined || age < patience.readiness) return undefined;
  const { reason = "ContainersNotReady", message = "" } = ready ?? {};
  const text = `container ${running.name} runs and is not ready for ${formatDuration(age)}`;
  return trouble(
    reason,
    [text, message],
    [{ field: "status.conditions[Ready]", value: `False ${reason}` }],
  );
}

interface Container {
  readonly name: string;
  /** Reason of the waiting state, empty when it does not wait. */
  readonly waiting: string;
  readonly message: string;
  readonly running: boolean;
  readonly ready: boolean;
  readonly exitCode: number | undefined;
  readonly lastReason: string;
  readonly restarts: number;
}

function containersOf({ status }: KubernetesObject): Container[] {
  const { initContainerStatuses, containerStatuses } = fieldsOf(status);
  const init = listOf(initContainerStatuses).map(containerOf);
  // A finished init container counts as ready whatever its readiness says.
  const done = init.filter(({ exitCode, ready }) => !ready && exitCode !== 0);
  return [...done, ...listOf(containerStatuses).map(containerOf)];
}

function containerOf(status: unknown): Container {
  const state = read(status, "state");
  const ended = fieldsOf(read(state, "terminated") ?? read(status, "lastState", "terminated"));
  return {
    name: textOf(read(status, "name")),
    waiting: textOf(read(state, "waiting", "reason")),
    message: textOf(read(state, "waiting", "message")),
    running: read(state, "running") !== undefined,
    ready: read(status, "ready") === true,
    exitCode: numberOf(ended["exitCode"]),
    lastReason: textOf(ended["reason"]),
    restarts: numberOf(read(status, "restartCount")) ?? 0,
  };
}

function exitText({ exitCode, lastReason, restarts }: Container): string {
  if (exitCode === undefined) return "";
  return `last exit code ${exitCode} (${lastReason}), ${restarts} restarts`;
}

function trouble(
  reason: string,
  parts: readonly string[],
  evidence: readonly Evidence[],
): PodTrouble {
  const said = parts.filter((part) => part !== "").map((part) => oneLine(part, 200));
  return {
    reason,
    text: [reason, said.join(", ")].filter((part) => part !== "").join(": "),
    evidence,
  };
}

function field(name: string, value: string): Evidence[] {
  return value === "" ? [] : [{ field: name, value }];
}
