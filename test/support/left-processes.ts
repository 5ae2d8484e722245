import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import { type ProcessRecord, recordOf } from "../../embedded/cluster/process.ts";

/** The processes that were started with a path below the directory, such as of a state home that is to be removed. */
export function processesOf(directory: string): ProcessRecord[] {
  return commands()
    .filter(({ pid, text }) => pid !== process.pid && text.includes(directory))
    .map(({ pid, text }) => recordOf(nameOf(text), pid));
}

interface Command {
  readonly pid: number;
  /** The words of the command, and behind them its environment where that can be read. */
  readonly text: string;
}

function commands(): Command[] {
  return process.platform === "linux" ? commandsOfProc() : commandsOfPs();
}

function commandsOfProc(): Command[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const read = (file: string) => readFileSync(`/proc/${name}/${file}`, "utf8");
        const text = `${read("cmdline")}${read("environ")}`.replaceAll("\0", " ");
        return [{ pid: Number(name), text }];
      } catch {
        // Ended meanwhile, or somebody else's.
        return [];
      }
    });
}

function commandsOfPs(): Command[] {
  const lines = execFileSync("ps", ["-axwwo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, text] = /^\s*(\d+)\s+(.+)$/.exec(line) ?? [];
    return pid === undefined || text === undefined ? [] : [{ pid: Number(pid), text }];
  });
}

/** The program and the first word behind it that is no option: `node main.ts`. */
function nameOf(text: string): string {
  const [program = "", ...words] = text.split(" ");
  const first = words.find((word) => word !== "" && !word.startsWith("-")) ?? "";
  return `${basename(program)} ${basename(first)}`.trim();
}
