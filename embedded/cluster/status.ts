import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { type Bill, billOf } from "../cloud/bill.ts";
import { stateHome } from "../home.ts";
import { layoutOf } from "./layout.ts";
import { isRunning } from "./process.ts";
import { readRecord } from "./record.ts";

export interface ClusterStatus {
  readonly name: string;
  /** `partly running` is what a crash leaves; the next start cleans it up. */
  readonly state: "running" | "partly running" | "stopped";
  readonly kubeconfig: string;
  readonly processes: readonly {
    readonly name: string;
    readonly pid: number;
    readonly running: boolean;
  }[];
  readonly bill: Bill;
}

/** The state of the cluster of that name, or undefined when there is none. */
export function clusterStatus(name: string): ClusterStatus | undefined {
  const record = readRecord(name);
  if (record === undefined) return undefined;
  const processes = record.processes.map((process) => ({
    name: process.name,
    pid: process.pid,
    running: isRunning(process),
  }));
  const alive = processes.filter(({ running }) => running).length;
  const whole = alive === processes.length ? "running" : "partly running";
  const state = alive === 0 ? "stopped" : whole;
  return { name, state, kubeconfig: layoutOf(name).kubeconfig, processes, bill: billOf(name) };
}

/** The names of all embedded clusters of this user, sorted. */
export function clusterNames(): string[] {
  const directory = join(stateHome(), "clusters");
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => readRecord(name) !== undefined)
    .sort();
}
