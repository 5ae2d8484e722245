import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join, sep } from "node:path";

import { recordOf, stopProcesses, type ProcessRecord } from "../cluster/process.ts";
import { stateHome } from "../home.ts";

interface Running {
  readonly pid: number;
  readonly parent: number;
  /** Path of the executable. */
  readonly program: string;
}

/**
 * orphanedPlugins lists the resource plugins of the embedded PULUMI_HOME whose Pulumi is gone: each runs in a process
 * group of its own, so a Pulumi that is killed leaves them behind. Those of a Pulumi that runs are not among them.
 */
export function orphanedPlugins(): ProcessRecord[] {
  const plugins = join(stateHome(), "pulumi", "plugins") + sep;
  const all = runningProcesses();
  const programs = new Map(all.map(({ pid, program }) => [pid, basename(program)]));
  return all
    .filter(({ program }) => program.startsWith(plugins))
    .filter(({ parent }) => programs.get(parent) !== "pulumi")
    .map(({ pid, program }) => recordOf(basename(program), pid));
}

/** Ends the plugins that a killed Pulumi left behind. */
export async function endOrphanedPlugins(): Promise<void> {
  await stopProcesses(orphanedPlugins());
}

function runningProcesses(): Running[] {
  return process.platform === "linux" ? processesOfProc() : processesOfPs();
}

function processesOfProc(): Running[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        return [{ pid: Number(name), parent, program: readlinkSync(`/proc/${name}/exe`) }];
      } catch {
        // Ended meanwhile, or somebody else's.
        return [];
      }
    });
}

function processesOfPs(): Running[] {
  const lines = execFileSync("ps", ["-axo", "pid=,ppid=,comm="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.+)$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, program = ""] = match;
    return [{ pid: Number(pid), parent: Number(parent), program }];
  });
}
