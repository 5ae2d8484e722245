import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** The files below a directory (or the file itself) whose bytes contain one of the words. */
export function filesWith(words: readonly string[], path: string): string[] {
  if (!existsSync(path)) return [];
  const status = statSync(path);
  if (status.isDirectory()) {
    return readdirSync(path).flatMap((name) => filesWith(words, join(path, name)));
  }
  if (!status.isFile()) return [];
  const content = readFileSync(path);
  return words.some((word) => content.includes(word)) ? [path] : [];
}

/** Collects the command lines of all processes, sampled until the signal aborts. */
export async function commandLines(
  signal: AbortSignal,
  sampleMilliseconds = 25,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  while (!signal.aborted) {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      seen.add(commandLine(pid));
    }
    await delay(sampleMilliseconds);
  }
  return seen;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
