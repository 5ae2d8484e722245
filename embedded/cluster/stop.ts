import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { Log } from "../../scripts/lib/log.ts";
import { clusterDirectory } from "../home.ts";
import { layoutOf } from "./layout.ts";
import { withClusterLock } from "./lock.ts";
import { isRunning, type ProcessRecord, stopProcesses } from "./process.ts";
import { readRecord, writeRecord } from "./record.ts";

/** Ends every process of the cluster, those of its pods included, and keeps its data. */
export async function stopCluster(name: string, log: Log): Promise<void> {
  await withClusterLock(name, log, () => stop(name, log));
}

/** Ends the cluster and removes everything of it. */
export async function deleteCluster(name: string, log: Log): Promise<void> {
  await withClusterLock(name, log, async () => {
    await stop(name, log, hastyMilliseconds);
    rmSync(clusterDirectory(name), { recursive: true, force: true });
    log.done(`embedded cluster ${name} deleted`);
  });
  rmSync(`${clusterDirectory(name)}.lock`, { recursive: true, force: true });
}

/** Clients go before the API server, and the API server before etcd: the other way round each waits for its peer. */
const storage = ["kube-apiserver", "etcd"];
const graceMilliseconds = 3_000;
/** Enough to start nothing more; nobody will miss what a process of a cluster that is deleted would still write. */
const hastyMilliseconds = 300;

async function stop(name: string, log: Log, grace?: number): Promise<void> {
  const record = readRecord(name);
  const running = (record?.processes ?? []).filter(isRunning);
  // The agent ends its pods; those of an agent that was killed are on record.
  await stopProcesses(
    running.filter((process) => process.name === "node-agent"),
    grace,
  );
  await stopProcesses(podProcesses(name), grace ?? graceMilliseconds);
  await stopProcesses(
    running.filter((process) => !storage.includes(process.name)),
    grace,
  );
  for (const last of storage) {
    const processes = running.filter((process) => process.name === last);
    await stopProcesses(processes, grace ?? graceMilliseconds);
  }
  if (record !== undefined) writeRecord({ ...record, processes: [] });
  log.done(`embedded cluster ${name} stopped`);
}

function podProcesses(name: string): ProcessRecord[] {
  const file = join(layoutOf(name).pods, "processes.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ProcessRecord[]) : [];
}
