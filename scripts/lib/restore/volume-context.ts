import type { Cluster } from "../cluster.ts";
import type { Log } from "../log.ts";
import type { Wait } from "../wait.ts";

/** What the drivers that work with objects of the cluster are given. */
export interface VolumeContext {
  readonly cluster: Cluster;
  readonly log: Log;
  /** When the time of the whole restore is up, by this machine's clock. */
  readonly until: number;
  /** Tells this run from every other. */
  readonly run: string;
}

/** waitOf is a wait that lasts as long as the restore may. */
export function waitOf(
  { log, until }: Pick<VolumeContext, "log" | "until">,
  wait: Pick<Wait, "what" | "next"> & { readonly signal: AbortSignal },
): Wait {
  return { ...wait, log, timeoutMilliseconds: Math.max(1, until - Date.now()) };
}

/** allOrNone waits for every task; when one fails it ends the others and rejects with that failure. */
export async function allOrNone<T>(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const running = tasks.map(async (task) => {
    try {
      return await task(either);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(running);
  if (failed.signal.aborted) throw failed.signal.reason;
  return Promise.all(running);
}
