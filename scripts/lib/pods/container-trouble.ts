import type { ContainerView, Termination } from "./container-view.ts";
import type { PodProblem } from "./finding.ts";
import { conditionOf } from "./pod-view.ts";
import { probeTrouble, stoppedByProbe } from "./probe-trouble.ts";
import { startingTrouble } from "./starting-trouble.ts";
import { eventOf, missingObject, type Scene, type Trouble } from "./trouble.ts";

/** What the node says while a container waits; a reason that is not here is one of a container being created. */
const waitingReasons: Readonly<Record<string, PodProblem>> = {
  ErrImagePull: "image-pull",
  ImagePullBackOff: "image-pull",
  InvalidImageName: "image-pull",
  ImageInspectError: "image-pull",
  ErrImageNeverPull: "image-pull",
  RegistryUnavailable: "image-pull",
  SignatureValidationFailed: "image-pull",
  CreateContainerConfigError: "config-error",
  CreateContainerError: "config-error",
  RunContainerError: "config-error",
  PreCreateHookError: "config-error",
  PreStartHookError: "config-error",
  PostStartHookError: "crash-loop",
  CrashLoopBackOff: "crash-loop",
};

/** How long an end that is past still explains why a container that runs again is not ready. */
const recent = 10 * 60_000;

/** containerTrouble is why the container is not ready; undefined when nothing is wrong with it. */
export function containerTrouble(container: ContainerView, scene: Scene): Trouble | undefined {
  if (container.terminated !== undefined) return endedTrouble(container, scene);
  if (container.running !== undefined) return runningTrouble(container, scene);
  const problem = waitingReasons[container.waiting?.reason ?? ""];
  if (problem === "image-pull") return pullTrouble(container, scene);
  if (problem === "config-error") return configTrouble(container, scene);
  if (problem === "crash-loop") return crashTrouble(container, container.last, scene);
  return startingTrouble(container, scene);
}

function pullTrouble(container: ContainerView, scene: Scene): Trouble {
  const { reason = "", message = "" } = container.waiting ?? {};
  const events = scene.events.filter(
    (event) =>
      event.message.startsWith("Failed to pull image") && event.message.includes(container.image),
  );
  const why = events[0]?.message ?? (message === "" ? reason : `${reason}: ${message}`);
  return {
    problem: "image-pull",
    container,
    text: `image ${container.image} cannot be pulled: ${why}`,
    since: conditionOf(scene.pod, "Ready")?.since,
    events,
  };
}

function configTrouble(container: ContainerView, scene: Scene): Trouble {
  const { reason = "", message = "" } = container.waiting ?? {};
  const event = eventOf(scene, "Failed");
  const why = message === "" ? (event?.message ?? "") : message;
  return {
    problem: "config-error",
    container,
    text: why === "" ? reason : `${reason}: ${why}`,
    since: conditionOf(scene.pod, "Ready")?.since,
    events: event === undefined ? [] : [event],
    blames: missingObject(why, scene.pod.namespace),
  };
}

function endedTrouble(container: ContainerView, scene: Scene): Trouble | undefined {
  const { terminated } = container;
  const mayEnd = scene.pod.restartPolicy !== "Always" && !container.sidecar;
  if (terminated?.exitCode === 0 && mayEnd) return undefined;
  return crashTrouble(container, terminated, scene);
}

function runningTrouble(container: ContainerView, scene: Scene): Trouble | undefined {
  if (container.ready) return undefined;
  const { last } = container;
  const finished = last?.finished ?? 0;
  if (last !== undefined && last.exitCode !== 0 && scene.at - finished < recent) {
    return crashTrouble(container, last, scene);
  }
  return probeTrouble(container, scene);
}

/** Of a container that ended: killed at its memory limit, killed by its probe, or on its own account. */
function crashTrouble(
  container: ContainerView,
  end: Termination | undefined,
  scene: Scene,
): Trouble {
  const probe = end === undefined ? undefined : stoppedByProbe(container, end, scene);
  const problem = problemOf(end, probe !== undefined);
  const restarts = container.restarts === 1 ? "1 restart" : `${container.restarts} restarts`;
  const why = probe === undefined ? describeEnd(container, end) : probe.message;
  const event = probe ?? eventOf(scene, "BackOff");
  return {
    problem,
    container,
    text: `${why}, ${restarts}`,
    since: crashingSince(end, scene),
    events: event === undefined ? [] : [event],
    log: container.terminated === undefined ? "previous" : "current",
  };
}

function problemOf(end: Termination | undefined, byProbe: boolean): PodProblem {
  if (end?.reason === "OOMKilled") return "out-of-memory";
  return byProbe ? "probe-failing" : "crash-loop";
}

/** describeEnd is `exit code 1 (Error): its message`, or what the memory limit was. */
export function describeEnd(container: ContainerView, end: Termination | undefined): string {
  if (end === undefined) return container.waiting?.message ?? "ended";
  const { reason, exitCode, message } = end;
  if (reason === "OOMKilled") return killedFor(container.memoryLimit, exitCode);
  const word = reason === "" ? "" : ` (${reason})`;
  const meant = exitCode === 0 ? ", though it has to keep running" : "";
  return `exit code ${exitCode}${word}${meant}${message === "" ? "" : `: ${message.trim()}`}`;
}

function killedFor(limit: string, exitCode: number): string {
  const by =
    limit === "" ? "because its node ran out of memory" : `at its memory limit of ${limit}`;
  return `killed ${by} (exit code ${exitCode})`;
}

/** Readiness flickers with each run, so the start of the run before counts when that is longer ago. */
function crashingSince(end: Termination | undefined, { pod }: Scene): number | undefined {
  const times = [conditionOf(pod, "Ready")?.since, end?.started].filter(
    (time) => time !== undefined,
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
