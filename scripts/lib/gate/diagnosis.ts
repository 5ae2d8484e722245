import type { Cluster } from "../cluster.ts";
import { firstDetails } from "../failure.ts";
import { Pod as PodKind } from "../kinds.ts";
import { formatDuration } from "../log.ts";
import { displayName } from "../object.ts";
import {
  type Deployment,
  type Lease,
  leasesOf,
  type Observed,
  type Pod,
  podsOf,
} from "./controller-state.ts";

/** A controller that did not answer, and what was missing last. */
export interface SilentController {
  readonly component: string;
  /** The name of its Deployment. */
  readonly deployment: string;
  readonly reason: string;
}

interface Silence {
  readonly silent: readonly SilentController[];
  readonly observed: Observed;
}

const mostLogLines = 10;
const linesForAll = 36;

/** diagnose describes each silent controller in lines that fit on one screen, and gives one command to run next. */
export async function diagnose(
  cluster: Cluster,
  namespace: string,
  { silent, observed }: Silence,
): Promise<{ details: string[]; next: string }> {
  const states = silent.map((controller) => stateLines(controller, observed, Date.now()));
  const used = states.reduce((sum, lines) => sum + lines.length, 0);
  const logLines = Math.floor((linesForAll - used) / Math.max(1, silent.length));
  const logs = await Promise.all(
    silent.map(({ deployment }) =>
      lastLogLines(cluster, newestPod(deployment, observed), Math.min(mostLogLines, logLines)),
    ),
  );
  const details = states.flatMap((lines, index) => [...lines, ...(logs[index] ?? [])]);
  const [first] = silent;
  const next = first === undefined ? "" : nextCommand(first.deployment, namespace, observed);
  return { details: firstDetails(details, linesForAll), next };
}

/** stateLines is one line each for the controller, its Deployment, its pods and its leases. */
export function stateLines(
  { component, deployment: name, reason }: SilentController,
  observed: Observed,
  now: number,
): string[] {
  const deployment = observed.deployments.get(name);
  const pods = deployment === undefined ? [] : podsOf(deployment, observed);
  return [
    `${name}: ${reason}`,
    ...(deployment === undefined ? [] : [`  ${describeDeployment(deployment)}`]),
    ...pods.map((pod) => `  ${describePod(pod)}`),
    ...leasesOf(component, observed).map((lease) => `  ${describeLease(lease, now)}`),
  ];
}

function describeDeployment(deployment: Deployment): string {
  const { replicas = 0, readyReplicas = 0, observedGeneration = 0 } = deployment.status ?? {};
  const { generation = 0 } = deployment.metadata;
  return (
    `${displayName({ ...deployment, kind: "Deployment" })}: ${readyReplicas} of ${replicas} replicas ready, ` +
    `generation ${generation}, observed ${observedGeneration}`
  );
}

function describePod(pod: Pod): string {
  const { phase = "Unknown", conditions = [], containerStatuses = [] } = pod.status ?? {};
  const ready = conditions.some(({ type, status }) => type === "Ready" && status === "True");
  const restarts = containerStatuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  const parts = [
    `phase ${phase}`,
    ready ? "ready" : "not ready",
    `${restarts} restarts`,
    ...(pod.metadata.deletionTimestamp === undefined ? [] : ["terminating"]),
    ...containerStatuses.flatMap(({ state, lastState }) => [
      ...reasonOf("waiting", state?.waiting),
      ...reasonOf("terminated", state?.terminated ?? lastState?.terminated),
    ]),
  ];
  return `${displayName({ ...pod, kind: "Pod" })}: ${parts.join(", ")}`;
}

function reasonOf(
  word: string,
  state: { reason?: string; exitCode?: number } | undefined,
): string[] {
  if (state === undefined) return [];
  const code = state.exitCode === undefined ? "" : ` (exit code ${state.exitCode})`;
  return [`${word} ${state.reason ?? "without a reason"}${code}`];
}

function describeLease(lease: Lease, now: number): string {
  const { holderIdentity = "", renewTime } = lease.spec ?? {};
  const holder = holderIdentity === "" ? "held by nobody" : `held by ${holderIdentity}`;
  const age = renewTime === undefined ? undefined : now - Date.parse(renewTime);
  const renewed = age === undefined ? "never renewed" : `renewed ${formatDuration(age)} ago`;
  return `${displayName({ ...lease, kind: "Lease" })}: ${holder}, ${renewed}`;
}

function newestPod(name: string, observed: Observed): Pod | undefined {
  const deployment = observed.deployments.get(name);
  if (deployment === undefined) return undefined;
  const created = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";
  return podsOf(deployment, observed)
    .sort((a, b) => created(a).localeCompare(created(b)))
    .at(-1);
}

async function lastLogLines(
  cluster: Cluster,
  pod: Pod | undefined,
  lines: number,
): Promise<string[]> {
  if (pod === undefined || lines < 1) return [];
  const { name, namespace = "" } = pod.metadata;
  try {
    const log = await cluster.logs({ resource: PodKind, name, namespace }, "manager", lines);
    return log.slice(-lines).map((line) => `    | ${line}`);
  } catch (error) {
    return [`    no log: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function nextCommand(name: string, namespace: string, observed: Observed): string {
  const deployment = observed.deployments.get(name);
  if (deployment === undefined) return `kubectl -n ${namespace} describe fluxinstance flux`;
  const pods = podsOf(deployment, observed);
  const [pod] = pods;
  if (pod === undefined) return `kubectl -n ${namespace} describe deployment ${name}`;
  const running = pod.status?.phase === "Running";
  if (!running) return `kubectl -n ${namespace} describe pod ${pod.metadata.name}`;
  return `kubectl -n ${namespace} logs deployment/${name} --tail=50`;
}
