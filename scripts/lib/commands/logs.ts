import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import {
  podsOf,
  type Deployment as ControllerDeployment,
  type Pod as ControllerPod,
} from "../gate/controller-state.ts";
import { Deployment, Pod } from "../kinds.ts";
import { similar } from "../similar.ts";
import type { Command } from "./command.ts";
import { codeOf } from "./connect.ts";
import { type Entry, isError, parseLine, renderEntry } from "./log-entry.ts";
import type { Outcome } from "./outcome.ts";
import type { Session } from "./session.ts";

const container = "manager";
/** Of one container: what a person reads through. */
const mostLines = 5_000;

export const logs: Command = {
  name: "logs",
  summary: "the logs of all Flux controllers, in the order of time",
  operands: { usage: "", fewest: 0, most: 0 },
  options: {
    errors: {
      type: "boolean",
      text: "Only errors, and lines that are no log entries, such as a panic.",
    },
    since: {
      type: "string",
      value: "DURATION",
      default: "10m",
      text: "How far back, by the cluster's clock.",
    },
    controller: {
      type: "string",
      value: "NAME",
      multiple: true,
      text: "Only this controller, such as helm-controller or helm. May be repeated.",
    },
  },
  text: [
    "Merges the logs of flux-operator and the Flux controllers, those of a container before its last restart too, and",
    "renders each JSON entry as one line: time, level, controller, object, message, error.",
  ],
  never: "it follows nothing: ask again for what is new.",
  examples: [
    { command: "logs --errors", text: "What went wrong in the last ten minutes." },
    {
      command: "logs --since 1h --controller helm",
      text: "All that helm-controller did in an hour.",
    },
  ],
  prepare(input) {
    const wanted = {
      errors: input.flag("errors"),
      sinceMilliseconds: input.duration("since"),
      controllers: input.texts("controller"),
    };
    return (session) => show(session, wanted);
  },
};

interface Wanted {
  readonly errors: boolean;
  readonly sinceMilliseconds: number;
  readonly controllers: readonly string[];
}

/** Stream is the log of one container, the one before its restart apart. */
interface Stream {
  readonly controller: string;
  readonly pod: string;
  readonly previous: boolean;
}

async function show(session: Session, wanted: Wanted): Promise<Outcome> {
  const { cluster, log } = session;
  const streams = await streamsOf(session, wanted.controllers);
  const since = cluster.now() - wanted.sinceMilliseconds;
  const read = await Promise.all(streams.map((stream) => entriesOf(session, stream, wanted)));
  for (const { stream, full } of read) {
    if (full) log.line(`${stream.pod}: only its last ${mostLines} lines; shorten --since for all`);
  }
  const entries = read
    .flatMap((one) => one.entries)
    .filter(({ at }) => at === undefined || at >= since)
    .filter((entry) => !wanted.errors || isError(entry))
    .toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
  if (entries.length === 0) log.line(`nothing logged${wanted.errors ? " as an error" : ""}`);
  return {
    code: 0,
    sections: [{ lines: entries.map(renderEntry) }],
    json: { entries },
  };
}

async function streamsOf(session: Session, names: readonly string[]): Promise<Stream[]> {
  const { cluster, namespace } = session;
  const [deployments, pods] = await Promise.all([
    cluster.list<ControllerDeployment>(Deployment, { namespace }),
    cluster.list<ControllerPod>(Pod, { namespace }),
  ]);
  const known = new Map(deployments.map((deployment) => [deployment.metadata.name, deployment]));
  const observed = { pods: new Map(pods.map((pod) => [pod.metadata.name, pod])) };
  const chosen = names.length === 0 ? [...known.keys()] : names.map((name) => choose(name, known));
  const streams = chosen.flatMap((controller) => {
    const deployment = known.get(controller);
    return (deployment === undefined ? [] : podsOf(deployment, observed)).flatMap((pod) =>
      streamsOfPod(controller, pod),
    );
  });
  if (streams.length > 0) return streams;
  throw new Failure(`no controller of Flux runs in namespace ${namespace}`, {
    details: ["Another namespace is named with --namespace."],
    next: `kubectl -n ${namespace} get deployments,pods`,
  });
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

interface Read {
  readonly stream: Stream;
  readonly entries: readonly Entry[];
  readonly full: boolean;
}

async function entriesOf(session: Session, stream: Stream, wanted: Wanted): Promise<Read> {
  const { cluster, namespace, log } = session;
  const lines = await linesOf(cluster, { ...stream, namespace }, wanted.sinceMilliseconds).catch(
    (error: unknown) => {
      // The log before a restart may be gone, and a pod too that has just been replaced.
      const code = codeOf(error);
      if (code === undefined || code === 401 || code === 403) throw error;
      if (!stream.previous) log.line(`${stream.pod}: no log: ${(error as Error).message}`);
      return [];
    },
  );
  let last: number | undefined;
  const entries = lines.map((line) => {
    const entry = parseLine(line);
    // A line that tells no time belongs to the one before it.
    last = entry.at ?? last;
    return { ...entry, at: last, controller: stream.controller };
  });
  return { stream, entries, full: lines.length >= mostLines };
}

async function linesOf(
  cluster: Cluster,
  { pod, namespace, previous }: Stream & { readonly namespace: string },
  sinceMilliseconds: number,
): Promise<string[]> {
  const reference = { resource: Pod, name: pod, namespace };
  const sinceSeconds = Math.ceil(sinceMilliseconds / 1000);
  return cluster.logs(reference, container, mostLines, {
    previous,
    sinceSeconds,
    timestamps: true,
  });
}
