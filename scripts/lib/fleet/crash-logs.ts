import { ApiError } from "../api-server.ts";
import type { Snapshot } from "../classify/snapshot.ts";
import type { Cluster } from "../cluster.ts";
import { Pod } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";

export interface WantedLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The log of the container before the one that runs, when there is one. */
  readonly previous: boolean;
}

const mostContainers = 20;
const tailLines = 20;
const longestLine = 4096;

interface ContainerState {
  readonly waiting?: { readonly reason?: string };
  readonly terminated?: { readonly exitCode?: number };
}

interface ContainerStatus {
  readonly name?: string;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface PodStatus {
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

/** crashedContainers lists the containers that ended with an error and are not up again, at most twenty. */
export function crashedContainers({ objects }: Snapshot): WantedLog[] {
  return objects
    .filter(({ kind }) => kind === Pod.kind)
    .flatMap(crashedOf)
    .slice(0, mostContainers);
}

function crashedOf({ metadata, status }: KubernetesObject): WantedLog[] {
  const { initContainerStatuses, containerStatuses } = (status ?? {}) as PodStatus;
  return [initContainerStatuses, containerStatuses]
    .flatMap((statuses) => (Array.isArray(statuses) ? (statuses as ContainerStatus[]) : []))
    .filter(({ state }) => isCrash(state))
    .map(({ name = "", state }) => ({
      namespace: metadata.namespace ?? "",
      pod: metadata.name,
      container: name,
      previous: state?.waiting !== undefined,
    }));
}

function isCrash(state: ContainerState | undefined): boolean {
  const exitCode = state?.terminated?.exitCode ?? 0;
  return state?.waiting?.reason === "CrashLoopBackOff" || exitCode !== 0;
}

/**
 * fetchLogs fetches the last twenty lines of at most twenty containers, by `namespace/pod/container`, lines cut to 4 KiB.
 * A log that cannot be had is left out: its pod is gone, or the user may not read logs.
 */
export async function fetchLogs(
  cluster: Cluster,
  wanted: readonly WantedLog[],
  signal?: AbortSignal,
): Promise<Map<string, readonly string[]>> {
  const logs = new Map<string, readonly string[]>();
  const fetches = wanted.slice(0, mostContainers).map(async (log) => {
    const lines = await linesOf(cluster, log, signal);
    if (lines.length > 0) logs.set(`${log.namespace}/${log.pod}/${log.container}`, lines);
  });
  await Promise.all(fetches);
  return logs;
}

async function linesOf(cluster: Cluster, log: WantedLog, signal?: AbortSignal): Promise<string[]> {
  const { namespace, pod, container, previous } = log;
  const reference = { resource: Pod, name: pod, namespace };
  // A container that never ran before has no previous log, and the answer then is 400.
  for (const before of previous ? [true, false] : [false]) {
    try {
      const more = { previous: before, ...(signal && { signal }) };
      const lines = await cluster.logs(reference, container, tailLines, more);
      if (lines.length > 0) return lines.map((line) => line.slice(0, longestLine));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return [];
}
