import { mkdirSync } from "node:fs";

import type { Log } from "../../scripts/lib/log.ts";
import { clusterDirectory } from "../home.ts";
import { acquireLock } from "../toolchain/lock.ts";

/** Runs `work` while no other process starts, stops or deletes the cluster of that name. */
export async function withClusterLock<T>(
  name: string,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  const directory = `${clusterDirectory(name)}.lock`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = await acquireLock(directory, { log, patience: 120_000 });
  try {
    return await work();
  } finally {
    lock.release();
  }
}
