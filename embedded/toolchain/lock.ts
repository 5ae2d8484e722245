import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { formatDuration, type Log } from "../../scripts/lib/log.ts";
import { processStart } from "../process-start.ts";

/** Lock is held by one process at a time. */
export interface Lock {
  /** report tells those who wait how far the work is; a report that changes is what they take for progress. */
  report(progress: string): void;
  release(): void;
}

export interface LockOptions {
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  /** How long the owner may go without a new report, in milliseconds. Defaults to 15 minutes. */
  readonly patience?: number;
  /** How often a waiting process looks, in milliseconds. Defaults to 500. */
  readonly interval?: number;
}

interface Owner {
  readonly pid: number;
  /** When the process began, as the system tells it: a process id alone is used again. */
  readonly started: string;
}

const announceEvery = 20_000;

/**
 * acquireLock returns when this process holds the lock of `directory`. It waits for a living owner as long as that one reports
 * progress, and takes over from a dead one.
 */
export async function acquireLock(directory: string, options: LockOptions): Promise<Lock> {
  const { log, signal, patience = 15 * 60_000, interval = 500 } = options;
  const file = join(directory, "lock");
  const progressFile = join(directory, "progress");
  const watch = new OwnerWatch(log, patience);
  while (!create(file)) {
    signal?.throwIfAborted();
    const owner = readOwner(file);
    if (owner === undefined || processStart(owner.pid) !== owner.started) {
      removeStale(file, owner);
    } else {
      watch.look(owner, readText(progressFile) ?? "");
      await delay(interval, undefined, signal === undefined ? {} : { signal });
    }
  }
  return handle(file, progressFile);
}

/** OwnerWatch tells a person what is waited for, and throws when the owner does not get on. */
class OwnerWatch {
  private readonly log: Log;
  private readonly patience: number;
  private progress = "";
  private since = Date.now();
  private announced = 0;

  constructor(log: Log, patience: number) {
    this.log = log;
    this.patience = patience;
  }

  look(owner: Owner, progress: string): void {
    const now = Date.now();
    if (progress !== this.progress) this.since = now;
    this.progress = progress;
    if (now - this.since > this.patience) throw new Error(stuck(owner, progress, this.patience));
    if (now - this.announced < announceEvery) return;
    this.announced = now;
    this.log.wait(
      `waiting for the build of process ${owner.pid}${progress === "" ? "" : `: ${progress}`}`,
    );
  }
}

function stuck(owner: Owner, progress: string, patience: number): string {
  return (
    `the build of process ${owner.pid} must go on within ${formatDuration(patience)}, ` +
    `got no change since "${progress}". End it and run this command again: kill ${owner.pid}`
  );
}

/** create links a complete file into place, so that no one reads a lock half-written. */
function create(file: string): boolean {
  const own = `${file}.${process.pid}`;
  const owner: Owner = { pid: process.pid, started: processStart(process.pid) ?? "" };
  writeFileSync(own, JSON.stringify(owner));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function handle(file: string, progressFile: string): Lock {
  return {
    report(progress) {
      writeFileSync(progressFile, progress);
    },
    release() {
      rmSync(progressFile, { force: true });
      rmSync(file, { force: true });
    },
  };
}

/**
 * removeStale renames the lock before removing it, because of several waiting processes only one can rename it. Should a new owner have
 * come in between, its lock is put back.
 */
function removeStale(file: string, stale: Owner | undefined): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = readOwner(aside);
  if (moved !== undefined && moved.pid !== stale?.pid) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
