import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { formatDuration } from "../../scripts/lib/log.ts";
import { isRunning, type ProcessRecord } from "./process.ts";

export interface Readiness {
  /** What is waited for, such as `kube-apiserver (/readyz)`. */
  readonly what: string;
  readonly process: ProcessRecord;
  readonly logFile: string;
  readonly timeoutMilliseconds: number;
  /** Resolves to undefined when the condition is true, else to what is still missing. */
  readonly check: () => Promise<string | undefined>;
}

const intervalMilliseconds = 50;
const logLines = 12;

/**
 * waitUntilReady asks until the condition is true. It fails at once when the process ends, and after the time-out when it
 * does not, each time with the last lines of the process' log.
 */
export async function waitUntilReady(readiness: Readiness): Promise<void> {
  const { what, process, timeoutMilliseconds, check } = readiness;
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    const missing = await check();
    if (missing === undefined) return;
    if (!isRunning(process)) throw new Error(failure(readiness, `${process.name} ended`));
    if (Date.now() > deadline) {
      const bound = formatDuration(timeoutMilliseconds);
      throw new Error(failure(readiness, `${what} not reached after ${bound}: ${missing}`));
    }
    await delay(intervalMilliseconds);
  }
}

function failure({ logFile }: Readiness, reason: string): string {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-logLines);
  return `${reason}. The end of ${logFile}:\n${lines.join("\n")}`;
}
