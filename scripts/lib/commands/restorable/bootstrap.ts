import type { Cluster } from "../../cluster.ts";
import { type Marker, readMarker } from "../../restore/marker.ts";
import { type FoundRecord, readProgress } from "../../restore/progress-record.ts";
import { ageSince } from "../age.ts";
import { codeOf } from "../connect.ts";

/** BootstrapRestore is what became of the data when the cluster was bootstrapped. */
export interface BootstrapRestore {
  /** False while a restore runs, and after one that did not finish. */
  readonly settled: boolean;
  readonly lines: readonly string[];
  readonly marker: Marker | undefined;
}

/** bootstrapRestore reads the marker of the restore and the record of one that is not finished. */
export async function bootstrapRestore(
  cluster: Cluster,
  namespace: string,
): Promise<BootstrapRestore> {
  try {
    const [marker, progress] = await Promise.all([
      readMarker(cluster, namespace),
      readProgress(cluster, namespace),
    ]);
    const now = cluster.now();
    const unfinished = progress === undefined ? [] : [describeProgress(progress, now)];
    return {
      settled: progress === undefined,
      lines: [describeMarker(marker, now), ...unfinished],
      marker,
    };
  } catch (error) {
    if (codeOf(error) !== 403) throw error;
    return { settled: true, lines: [(error as Error).message], marker: undefined };
  }
}

function describeMarker(marker: Marker | undefined, now: number): string {
  if (marker === undefined) return "no marker: nothing is known of a restore into this cluster";
  const { state, driver, backup, takenAt, at } = marker;
  const when = `${ageSince(at, now)} ago`;
  if (state === "none") return `none was configured (said ${when})`;
  if (state === "missing") return `${driver} found no backup, and the bootstrap went on ${when}`;
  const taken = takenAt === "" ? "" : `, taken at ${takenAt}`;
  return `${driver} restored ${backup}${taken}, ${when}`;
}

function describeProgress(progress: FoundRecord, now: number): string {
  const { state, by, startedAt, driver, backup, reason } = progress;
  const what = `a restore of ${backup === "" ? "a backup" : backup} with ${driver} by ${by}`;
  const since = `${ageSince(startedAt, now)} ago`;
  return state === "failed"
    ? `${what} began ${since} and failed: ${reason}`
    : `${what} began ${since} and is not finished`;
}
