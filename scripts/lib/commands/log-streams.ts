import { Failure } from "../failure.ts";
import {
  podsOf,
  type Deployment as ControllerDeployment,
  type Pod as ControllerPod,
} from "../gate/controller-state.ts";
import { Deployment, Pod } from "../kinds.ts";
import type { Reference } from "../object.ts";
import { similar } from "../similar.ts";
import { codeOf } from "./connect.ts";
import { type Entry, parseLine } from "./log-entry.ts";
import type { Session } from "./session.ts";

/** The container of every controller. */
export const container = "manager";
/** Of one container: what a person reads through. */
export const mostLines = 5_000;

/** Stream is the log of one container, the one before its restart apart. */
export interface Stream {
  readonly controller: string;
  readonly pod: string;
  readonly previous: boolean;
}

/** Read is what a stream held. */
export interface Read {
  readonly stream: Stream;
  readonly entries: readonly Entry[];
  /** As the API server sent them, with the time of each. */
  readonly lines: readonly string[];
}

/** The Deployments of the controllers of those names, by their full names; all of them where none is named. */
export async function controllersOf(
  { cluster, namespace }: Session,
  names: readonly string[],
): Promise<ReadonlyMap<string, ControllerDeployment>> {
  const deployments = await cluster.list<ControllerDeployment>(Deployment, { namespace });
  const known = new Map(deployments.map((deployment) => [deployment.metadata.name, deployment]));
  const chosen = new Set(names.map((name) => choose(name, known)));
  if (names.length === 0) return known;
  return new Map([...known].filter(([name]) => chosen.has(name)));
}

/** The logs of the controllers' pods. Throws a Failure when there is none. */
export async function streamsOf(
  { cluster, namespace }: Session,
  controllers: ReadonlyMap<string, ControllerDeployment>,
): Promise<Stream[]> {
  const all = await cluster.list<ControllerPod>(Pod, { namespace });
  const pods = new Map(all.map((pod) => [pod.metadata.name, pod]));
  const streams = [...controllers].flatMap(([controller, deployment]) =>
    podsOf(deployment, { pods }).flatMap((pod) => streamsOfPod(controller, pod)),
  );
  if (streams.length > 0) return streams;
  throw new Failure(`no controller of Flux runs in namespace ${namespace}`, {
    details: ["Another namespace is named with --namespace."],
    next: `kubectl -n ${namespace} get deployments,pods`,
  });
}

/** What a stream holds since that many milliseconds, at most `mostLines`; nothing of a pod that has gone meanwhile. */
export async function readStream(
  session: Session,
  stream: Stream,
  sinceMilliseconds: number,
): Promise<Read> {
  const { cluster, namespace, log } = session;
  const { previous } = stream;
  const sinceSeconds = Math.ceil(sinceMilliseconds / 1000);
  const options = { previous, sinceSeconds, timestamps: true };
  const reference = podReference(stream, namespace);
  const lines = await cluster
    .logs(reference, container, mostLines, options)
    .catch((error: unknown) => {
      // The log before a restart may be gone, and a pod too that has just been replaced.
      const code = codeOf(error);
      if (code === undefined || code === 401 || code === 403) throw error;
      if (!previous) log.line(`${stream.pod}: no log: ${(error as Error).message}`);
      return [];
    });
  let last: number | undefined;
  const entries = lines.map((line) => {
    const entry = parseLine(line);
    // A line that tells no time belongs to the one before it.
    last = entry.at ?? last;
    return { ...entry, at: last, controller: stream.controller };
  });
  return { stream, entries, lines };
}

export function podReference({ pod: name }: Pick<Stream, "pod">, namespace: string): Reference {
  return { resource: Pod, name, namespace };
}

function choose(name: string, known: ReadonlyMap<string, unknown>): string {
  const found = [name, `${name}-controller`].find((candidate) => known.has(candidate));
  if (found !== undefined) return found;
  const names = [...known.keys()];
  const meant = similar(name, names) ?? similar(`${name}-controller`, names);
  throw new Failure(`no controller is named "${name}" here, but ${names.join(", ") || "none"}`, {
    ...(meant !== undefined && { details: [`Did you mean ${meant}?`] }),
  });
}

function streamsOfPod(controller: string, { metadata, status }: ControllerPod): Stream[] {
  const restarts = Math.max(
    0,
    ...(status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount),
  );
  const stream = { controller, pod: metadata.name, previous: false };
  return restarts === 0 ? [stream] : [{ ...stream, previous: true }, stream];
}
