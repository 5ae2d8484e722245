import { keyFrom } from "../tree/owner.ts";
import { containerTrouble, describeEnd } from "./container-trouble.ts";
import type { ConditionView } from "./condition-view.ts";
import type { ContainerView } from "./container-view.ts";
import { type PodProblem, podProblems } from "./finding.ts";
import { conditionOf, isReady, type PodView } from "./pod-view.ts";
import { claimTrouble } from "./starting-trouble.ts";
import { missingObject, type Scene, type Trouble } from "./trouble.ts";

/** How long a pod may be on its way before that is worth a word. */
export const graceMilliseconds = 30_000;

/** What is nothing but the normal course of things while it is young. */
const merelyStarting: readonly PodProblem[] = [
  "unschedulable",
  "volume-pending",
  "container-creating",
  "init-stuck",
  "probe-failing",
  "not-ready",
  "terminating-stuck",
];

/** A judge says what is wrong, `well` when nothing is, or undefined when it is for the next one to say. */
type Judge = (scene: Scene) => Trouble | "well" | undefined;

const judges: readonly Judge[] = [
  judgeDeletion,
  judgeEnd,
  ({ pod }) => (isReady(pod) ? "well" : undefined),
  judgeScheduling,
  judgeNode,
  judgeInitContainers,
  judgeContainers,
];

/** podTrouble is why the pod does not run; undefined when it does, has done its work, or is merely starting. */
export function podTrouble(scene: Scene): Trouble | undefined {
  const trouble = verdictOf(scene);
  if (trouble === undefined || !merelyStarting.includes(trouble.problem)) return trouble;
  const since = trouble.since ?? scene.pod.created ?? 0;
  return scene.at - since < graceMilliseconds ? undefined : trouble;
}

function verdictOf(scene: Scene): Trouble | undefined {
  for (const judge of judges) {
    const verdict = judge(scene);
    if (verdict === "well") return undefined;
    if (verdict !== undefined) return verdict;
  }
  return notReady(scene);
}

function judgeDeletion({ pod, nodeTrouble }: Scene): Trouble | undefined {
  if (pod.deleted === undefined) return undefined;
  const { finalizers = [] } = pod.object.metadata;
  const base = { problem: "terminating-stuck", container: undefined, since: pod.deleted } as const;
  if (finalizers.length > 0) {
    return { ...base, text: `deleted and kept by its finalizers: ${finalizers.join(", ")}` };
  }
  if (nodeTrouble !== undefined) {
    const text = `deleted and not gone: its node ${pod.node} ${nodeTrouble}`;
    return { ...base, text, blames: keyFrom("Node", undefined, pod.node) };
  }
  return { ...base, text: `deleted and not gone: node ${pod.node} has not confirmed its end` };
}

/** Reasons with which a node or the scheduler puts an end to a whole pod. */
const turnedOut =
  /^(?:Evicted|Preempt\w*|NodeShutdown|Shutdown|Terminated|NodeLost|NodeAffinity|UnexpectedAdmissionError|TopologyAffinityError|OutOf\w+)$/;

function judgeEnd({ pod }: Scene): Trouble | "well" | undefined {
  if (pod.phase === "Succeeded") return "well";
  if (pod.phase !== "Failed") return undefined;
  const disruption = conditionOf(pod, "DisruptionTarget");
  const since = conditionOf(pod, "Ready")?.since;
  if (turnedOut.test(pod.reason)) {
    const text = `${pod.reason}: ${pod.message}`;
    return { problem: "evicted", container: undefined, text, since };
  }
  if (disruption?.status === "True") {
    const text = `${disruption.reason}: ${disruption.message}`;
    return { problem: "evicted", container: undefined, text, since: disruption.since };
  }
  return failed(pod, since);
}

function failed(pod: PodView, since: number | undefined): Trouble {
  const container = [...pod.initContainers, ...pod.containers].find(
    ({ terminated }) => terminated !== undefined && terminated.exitCode !== 0,
  );
  const end = container?.terminated;
  const why = [pod.reason, pod.message].filter((part) => part !== "").join(": ");
  return {
    problem: end?.reason === "OOMKilled" ? "out-of-memory" : "failed",
    container,
    text:
      container === undefined
        ? why || "the pod failed and does not say why"
        : describeEnd(container, end),
    since: end?.finished ?? since,
    log: "current",
  };
}

function judgeScheduling(scene: Scene): Trouble | undefined {
  const { pod } = scene;
  const scheduled = conditionOf(pod, "PodScheduled");
  // Scheduled and without a node: the node is only not written yet.
  if (pod.node !== "" || scheduled?.status === "True") return undefined;
  const events = scene.events.filter(({ reason }) => reason === "FailedScheduling").slice(0, 1);
  const { since, message = "" } = scheduled ?? {};
  const base = { container: undefined, since, events };
  if (waitsForClaim(scene, message)) {
    const blames = missingObject(message, pod.namespace);
    const claim = claimTrouble(scene) ?? { text: message, events, blames };
    return { ...base, problem: "volume-pending", ...claim, since };
  }
  return { ...base, problem: "unschedulable", text: unscheduledText(pod, scheduled) };
}

/** The scheduler's words about whom it could turn out help nobody who looks for why there is no room. */
const afterthought = /\s*(?:no new claims to deallocate, )?preemption: .*$/s;

function unscheduledText({ schedulerName }: PodView, scheduled?: ConditionView): string {
  if (scheduled?.reason === "SchedulingGated") return "it waits for its scheduling gates to go";
  const { message = "" } = scheduled ?? {};
  if (message === "") return `scheduler ${schedulerName} has not looked at it`;
  return message.replace(afterthought, "");
}

/** A claim that waits for its first consumer is bound only once the pod is scheduled, so it is no reason. */
function waitsForClaim({ unbound }: Scene, message: string): boolean {
  const byScheduler = /PersistentVolumeClaim|available persistent volumes to bind/i.test(message);
  return byScheduler || unbound.some(({ failing }) => failing);
}

function judgeNode({ pod, nodeTrouble }: Scene): Trouble | undefined {
  const ready = conditionOf(pod, "Ready");
  const lost = pod.phase === "Unknown" || ready?.reason === "NodeStatusUnknown";
  if (nodeTrouble === undefined && !lost) return undefined;
  return {
    problem: "not-ready",
    container: undefined,
    text: `its node ${pod.node} ${nodeTrouble ?? "does not report"}`,
    since: ready?.since,
    blames: keyFrom("Node", undefined, pod.node),
  };
}

/** Init containers run one after the other: the first that is not done is the one that counts. */
function judgeInitContainers(scene: Scene): Trouble | undefined {
  const pending = scene.pod.initContainers.find((container) => !isDone(container));
  if (pending === undefined) return undefined;
  const trouble = containerTrouble(pending, scene);
  if (trouble !== undefined && trouble.problem !== "not-ready") return trouble;
  return {
    problem: "init-stuck",
    container: pending,
    text: `init container ${pending.name} has not come to its end`,
    since: pending.running?.since,
    log: "current",
  };
}

function isDone({ sidecar, started, terminated }: ContainerView): boolean {
  return sidecar ? started : terminated?.exitCode === 0;
}

function judgeContainers(scene: Scene): Trouble | undefined {
  const { containers, initContainers } = scene.pod;
  return [...initContainers.filter(({ sidecar }) => sidecar), ...containers]
    .map((container) => containerTrouble(container, scene))
    .filter((trouble) => trouble !== undefined)
    .sort((a, b) => podProblems.indexOf(a.problem) - podProblems.indexOf(b.problem))[0];
}

function notReady({ pod }: Scene): Trouble {
  const ready = conditionOf(pod, "Ready");
  const gates = pod.readinessGates.filter((gate) => conditionOf(pod, gate)?.status !== "True");
  const gated = `its readiness gate ${gates.join(", ")} is not True`;
  const said = [ready?.reason ?? "", ready?.message ?? ""].filter((part) => part !== "").join(": ");
  return {
    problem: "not-ready",
    container: undefined,
    text: gates.length > 0 ? gated : said || "the pod does not say why it is not ready",
    since: ready?.since,
  };
}
