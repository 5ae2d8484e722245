import { type Fields, fieldsOf, itemsOf, numberOf, textOf, timeOf } from "./json.ts";

/** ContainerView is a container's specification and status, read without trusting their shape. */
export interface ContainerView {
  readonly name: string;
  readonly image: string;
  /** An init container that keeps running next to the others. */
  readonly sidecar: boolean;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restarts: number;
  readonly waiting: { readonly reason: string; readonly message: string } | undefined;
  readonly running: { readonly since: number | undefined } | undefined;
  readonly terminated: Termination | undefined;
  /** How the previous run ended. */
  readonly last: Termination | undefined;
  /** As written, such as `64Mi`; empty when there is none. */
  readonly memoryLimit: string;
  /** The probes it has: `startup`, `liveness`, `readiness`. */
  readonly probes: readonly Probe[];
}

export type Probe = "startup" | "liveness" | "readiness";

export interface Termination {
  readonly reason: string;
  readonly message: string;
  readonly exitCode: number;
  readonly started: number | undefined;
  readonly finished: number | undefined;
}

const probes: readonly Probe[] = ["startup", "liveness", "readiness"];

/** readContainers is one view a container in the order of the specification; a status may not be there yet. */
export function readContainers(specs: unknown, statuses: unknown): ContainerView[] {
  const known = new Map(itemsOf(statuses).map((status) => [textOf(status["name"]), status]));
  const specified = itemsOf(specs);
  const list = specified.length > 0 ? specified : [...known.values()];
  return list.map((spec) => readContainer(spec, known.get(textOf(spec["name"])) ?? {}));
}

function readContainer(spec: Fields, status: Fields): ContainerView {
  const state = fieldsOf(status["state"]);
  const limits = fieldsOf(fieldsOf(spec["resources"])["limits"]);
  return {
    name: textOf(spec["name"]),
    image: textOf(spec["image"]) || textOf(status["image"]),
    sidecar: spec["restartPolicy"] === "Always",
    ready: status["ready"] === true,
    started: status["started"] === true,
    restarts: numberOf(status["restartCount"]) ?? 0,
    waiting: readWaiting(state["waiting"]),
    running: readRunning(state["running"]),
    terminated: readTermination(state["terminated"]),
    last: readTermination(fieldsOf(status["lastState"])["terminated"]),
    memoryLimit: textOf(limits["memory"]),
    probes: probes.filter((probe) => spec[`${probe}Probe`] !== undefined),
  };
}

function readWaiting(waiting: unknown): ContainerView["waiting"] {
  if (waiting === undefined || waiting === null) return undefined;
  const { reason, message } = fieldsOf(waiting);
  return { reason: textOf(reason), message: textOf(message) };
}

function readRunning(running: unknown): ContainerView["running"] {
  if (running === undefined || running === null) return undefined;
  return { since: timeOf(fieldsOf(running)["startedAt"]) };
}

function readTermination(terminated: unknown): Termination | undefined {
  if (terminated === undefined || terminated === null) return undefined;
  const { reason, message, exitCode, startedAt, finishedAt } = fieldsOf(terminated);
  return {
    reason: textOf(reason),
    message: textOf(message),
    exitCode: numberOf(exitCode) ?? 0,
    started: timeOf(startedAt),
    finished: timeOf(finishedAt),
  };
}
