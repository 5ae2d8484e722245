import type { Snapshot } from "../classify/snapshot.ts";
import { describeCondition, findCondition, type KubernetesObject } from "../object.ts";
import { type Key, keyOf } from "../tree/owner.ts";
import { parseMoment, requireWithin } from "./moment.ts";
import { RecordedState } from "./recorded-state.ts";
import type { Line } from "./recording-format.ts";
import { RecordingFile } from "./recording-file.ts";

/** Moment is one thing that happened, for a person who looks for the time to replay. */
export interface Moment {
  /** Milliseconds after the start. */
  readonly t: number;
  /** Undefined for a note. */
  readonly key: Key | undefined;
  readonly text: string;
}

/** Recording is what a file says of itself. */
export interface Recording {
  readonly clusterUid: string;
  readonly fluxNamespace: string;
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly startedAt: number;
  /** Milliseconds from the start to the last line. */
  readonly length: number;
  /** Notes, and each change of an object's Ready condition, in order. */
  readonly moments: readonly Moment[];
  /** What is missing from the file, such as a last line that was cut. */
  readonly limits: readonly string[];
}

/**
 * replay is the fleet as it was at a moment of the recording: `00:37`, `1:02:03` or `1m20s` after its start, or an ISO time;
 * the end when left out. Throws InputError when the file is no recording or the moment lies outside of it.
 */
export async function replay(path: string, at?: string): Promise<Snapshot> {
  const file = await RecordingFile.open(path);
  const { startedAt, fluxNamespace } = file;
  const until = at === undefined ? undefined : parseMoment(at, startedAt);
  const state = new RecordedState();
  let last = 0;
  for await (const line of file.lines()) {
    last = Math.max(last, line.t);
    if (until === undefined || line.t <= until) state.apply(line);
  }
  if (at !== undefined && until !== undefined) requireWithin(at, until, last);
  return state.snapshot({ at: startedAt + (until ?? last), fluxNamespace, limits: file.limits });
}

/** moments lists what happened in the recording. Throws InputError when the file is none. */
export async function moments(path: string): Promise<Recording> {
  const file = await RecordingFile.open(path);
  const found: Moment[] = [];
  const ready = new Map<Key, string>();
  let length = 0;
  for await (const line of file.lines()) {
    length = Math.max(length, line.t);
    found.push(...momentOf(line, ready));
  }
  const { clusterUid, fluxNamespace, startedAt, limits } = file;
  return { clusterUid, fluxNamespace, startedAt, length, moments: found, limits };
}

function momentOf(line: Line, ready: Map<Key, string>): Moment[] {
  const { t } = line;
  if (line.kind === "note") return [{ t, key: undefined, text: line.text }];
  if (line.kind !== "seen" && line.kind !== "gone") return [];
  const key = keyOf(line.object);
  const known = ready.get(key);
  if (line.kind === "gone") {
    ready.delete(key);
    return known === undefined ? [] : [{ t, key, text: "deleted" }];
  }
  const state = readyOf(line.object);
  if (state === undefined || state === known) return [];
  ready.set(key, state);
  return [{ t, key, text: describeCondition(line.object) }];
}

function readyOf(object: KubernetesObject): string | undefined {
  const condition = findCondition(object, "Ready");
  return condition && `${condition.status} ${condition.reason ?? ""}`;
}
