import { once } from "node:events";

import { type Deployment as ControllerDeployment, podsOf } from "../gate/controller-state.ts";
import type { Pod as ControllerPod } from "../gate/controller-state.ts";
import { Pod } from "../kinds.ts";
import { type Entry, parseLine, renderEntry } from "./log-entry.ts";
import { LogPosition } from "./log-position.ts";
import type { Read } from "./log-streams.ts";
import { LogTail } from "./log-tail.ts";
import type { Outcome } from "./outcome.ts";
import type { Session } from "./session.ts";

export interface Following {
  /** Milliseconds since the epoch, by the cluster's clock: what is older is of no interest. */
  readonly since: number;
  readonly controllers: ReadonlyMap<string, ControllerDeployment>;
  /** What has been shown. */
  readonly read: readonly Read[];
  /** Whether a person wants to see the entry. */
  readonly wants: (entry: Entry) => boolean;
}

/** followLogs shows what the controllers write from now on, as it comes, until the person ends it. */
export async function followLogs(session: Session, following: Following): Promise<Outcome> {
  const { cluster, namespace } = session;
  const failed = new AbortController();
  const signal = AbortSignal.any([session.signal, failed.signal]);
  const tails = new Map<string, LogTail>();
  const positions = positionsOf(following);
  const begin = (pod: ControllerPod, controller: string): void => {
    const { name, uid = "" } = pod.metadata;
    const tail = new LogTail(session, pod, positions.get(name) ?? new LogPosition(), signal);
    tails.set(uid, tail);
    tail.run(writerOf(session, controller, following.wants)).catch((error: unknown) => {
      failed.abort(error);
    });
  };
  const seen = (pod: ControllerPod): void => {
    const known = tails.get(pod.metadata.uid ?? "");
    const controller = controllerOf(pod, following.controllers);
    if (known !== undefined) known.seen(pod);
    else if (controller !== undefined) begin(pod, controller);
  };
  const gone = ({ metadata: { uid = "" } }: ControllerPod): void => {
    tails.get(uid)?.gone();
    tails.delete(uid);
  };
  if (!signal.aborted) {
    cluster.follow<ControllerPod>(Pod, { namespace, signal }, { seen, gone });
    await once(signal, "abort");
  }
  failed.signal.throwIfAborted();
  return { code: 0, sections: [], json: undefined };
}

/** How far each pod's log was read; what was written before its restart is older. */
function positionsOf({ read, since }: Following): Map<string, LogPosition> {
  const positions = new Map<string, LogPosition>();
  for (const { stream, lines } of read) {
    const position = positions.get(stream.pod) ?? new LogPosition(since);
    positions.set(stream.pod, position);
    for (const line of lines) position.takes(line);
  }
  return positions;
}

function controllerOf(
  pod: ControllerPod,
  controllers: Following["controllers"],
): string | undefined {
  const pods = new Map([[pod.metadata.name, pod]]);
  return [...controllers].find(([, deployment]) => podsOf(deployment, { pods }).length > 0)?.[0];
}

/** Shows one line of a controller; one that tells no time has that of the line before. */
function writerOf(
  { terminal, redactor, output, print }: Session,
  controller: string,
  wants: Following["wants"],
): (line: string) => void {
  let last: number | undefined;
  return (line) => {
    const parsed = parseLine(line);
    last = parsed.at ?? last;
    const entry = { ...parsed, at: last, controller };
    if (!wants(entry)) return;
    if (output === "json") terminal.write(`${JSON.stringify(redactor.document(entry))}\n`);
    else print([{ lines: [renderEntry(entry)] }]);
  };
}
