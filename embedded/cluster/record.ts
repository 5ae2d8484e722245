import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { clusterDirectory } from "../home.ts";
import type { ProcessRecord } from "./process.ts";

/** The loopback ports of a cluster. They are chosen free when it is made and kept for its life. */
export interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kubelet: number;
  readonly registry: number;
  readonly git: number;
}

/** ClusterRecord is what `start`, `stop` and `status` know of a cluster, in `cluster.json`. */
export interface ClusterRecord {
  readonly name: string;
  /** New for each cluster that is made from nothing, kept over stop and start. */
  readonly id: string;
  readonly ports: Ports;
  /** The checkout whose fleet and charts the cluster serves. */
  readonly checkout: string;
  /** What runs, or ran when the machine went down; ordered as started. */
  readonly processes: readonly ProcessRecord[];
}

/** The record of the cluster, or undefined when there is no such cluster. */
export function readRecord(name: string): ClusterRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordPath(name), "utf8")) as ClusterRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(
      `the record ${recordPath(name)} must be readable, got: ${(error as Error).message}. ` +
        `Remove the cluster with: npm run embedded -- delete ${name}`,
      { cause: error },
    );
  }
}

/** Replaces the record as a whole: a reader never sees half of one. */
export function writeRecord(record: ClusterRecord): void {
  writeAtomically(recordPath(record.name), `${JSON.stringify(record, null, 2)}\n`);
}

/** Writes a file for the owner alone, by rename, and makes its directory. */
export function writeAtomically(path: string, content: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}

function recordPath(name: string): string {
  return join(clusterDirectory(name), "cluster.json");
}
