import { ApiError } from "../api-server.ts";
import type { Answer, Snapshot, Unread } from "../classify/snapshot.ts";
import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { Namespace, type Resource } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { crashedContainers, fetchLogs, type WantedLog } from "./crash-logs.ts";
import { fleetKinds, selectionOf } from "./kinds.ts";
import { lean } from "./lean.ts";

export interface ScanOptions {
  readonly fluxNamespace: string;
  /** @default every kind that a diagnosis reads */
  readonly kinds?: readonly Resource[];
  readonly signal?: AbortSignal;
  /** What the probe of the controllers gave. */
  readonly answers?: ReadonlyMap<string, Answer>;
  /** Whose logs are fetched: true for the containers that crashed. @default none */
  readonly logs?: boolean | ((snapshot: Snapshot) => readonly WantedLog[]);
}

/**
 * scan reads the whole fleet once, all kinds at a time and page by page. A kind that is not served, or that the user may
 * not list, is named in `unread`; any other refusal and an API server that does not answer reject.
 */
export async function scan(cluster: Cluster, options: ScanOptions): Promise<Snapshot> {
  const { fluxNamespace, kinds = fleetKinds, signal, answers = new Map(), logs = false } = options;
  const readings = await Promise.all(
    kinds.map((resource) => read(cluster, { resource, fluxNamespace, signal })),
  );
  requireKubernetes(cluster, readings);
  const snapshot: Snapshot = {
    at: cluster.now(),
    objects: readings.flatMap(({ objects }) => objects),
    unread: readings.map(({ unread }) => unread).filter((unread) => unread !== undefined),
    answers,
    fluxNamespace,
    logs: new Map(),
  };
  if (logs === false) return snapshot;
  const wanted = (logs === true ? crashedContainers : logs)(snapshot);
  return { ...snapshot, logs: await fetchLogs(cluster, wanted, signal) };
}

interface Reading {
  readonly objects: readonly KubernetesObject[];
  readonly unread: Unread | undefined;
}

async function read(
  cluster: Cluster,
  of: {
    readonly resource: Resource;
    readonly fluxNamespace: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Reading> {
  const { resource, fluxNamespace, signal } = of;
  try {
    const selection = { ...selectionOf(resource, fluxNamespace), ...(signal && { signal }) };
    const objects = await cluster.find(resource, selection);
    for (const object of objects ?? []) lean(object);
    return { objects: objects ?? [], unread: objects === undefined ? absent(resource) : undefined };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403) throw error;
    return { objects: [], unread: { resource, why: "forbidden", message: error.message } };
  }
}

/** absent says that the API server does not serve the kind. */
export function absent(resource: Resource): Unread {
  const { kind, apiVersion } = resource;
  return { resource, why: "absent", message: `${kind} (${apiVersion}) is not served` };
}

/** Whatever answers 404 to everything is no cluster without Flux: it is no cluster. */
function requireKubernetes(cluster: Cluster, readings: readonly Reading[]): void {
  const unserved = readings.some(
    ({ unread }) => unread?.why === "absent" && unread.resource === Namespace,
  );
  if (!unserved) return;
  throw new Failure(
    `${cluster.api.url} must be a Kubernetes API server, got 404 for its namespaces. ` +
      "Check the server's address in the kubeconfig.",
    { next: "kubectl cluster-info" },
  );
}
