import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { rareCollection } from "../garbage-collection.ts";
import { processStart } from "../process-start.ts";

/** ProcessSpec is a program to run in the background. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Receives stdout and stderr, appended. */
  readonly logFile: string;
}

/** ProcessRecord tells one process from every other, a later one with the same pid included. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  /** When the process started, in the words of the operating system. */
  readonly started: string;
}

/** Starts the program in a session of its own, so that it outlives this process and its terminal. */
export function startProcess(spec: ProcessSpec): ProcessRecord {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, "a", 0o600);
  try {
    const child = spawn(spec.command, spec.arguments, {
      detached: true,
      stdio: ["ignore", log, log],
      env: { ...inheritedEnvironment(), ...rareCollection(), ...spec.environment },
    });
    child.on("error", () => undefined);
    child.unref();
    if (child.pid === undefined) throw new Error(`${spec.name} did not start: ${spec.command}`);
    return recordOf(spec.name, child.pid);
  } finally {
    closeSync(log);
  }
}

/** The record of a process that runs now. */
export function recordOf(name: string, pid: number): ProcessRecord {
  return { name, pid, started: processStart(pid) ?? "gone" };
}

/** Whether exactly this process still runs. */
export function isRunning(record: ProcessRecord): boolean {
  return processStart(record.pid) === record.started;
}

/**
 * Asks the processes to end, in their order, and kills those that have not ended after the grace period. Afterwards none
 * of them runs. Processes that are gone, or whose pid now belongs to another, are passed over.
 */
export async function stopProcesses(
  records: readonly ProcessRecord[],
  graceMilliseconds = 10_000,
): Promise<void> {
  for (const record of records) signal(record, "SIGTERM");
  const deadline = Date.now() + graceMilliseconds;
  const running = () => records.filter(isRunning);
  while (running().length > 0 && Date.now() < deadline) await delay(50);
  for (const record of running()) signal(record, "SIGKILL");
  const last = Date.now() + killMilliseconds;
  while (running().length > 0 && Date.now() < last) await delay(20);
  const left = running().map(({ name, pid }) => `${name} (pid ${pid})`);
  if (left.length > 0) throw new Error(`${left.join(", ")} did not end when killed. Try again.`);
}

// Only a process that hangs in the kernel outlives a kill for longer.
const killMilliseconds = 10_000;

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  if (!isRunning(record)) return;
  try {
    process.kill(record.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

// A long-lived process keeps its environment readable to the same user: it gets what programs need and no credentials.
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, TZ } = process.env;
  const kept = { PATH, HOME, TMPDIR, LANG, TZ };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}
