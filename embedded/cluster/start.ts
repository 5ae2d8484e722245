import { randomUUID } from "node:crypto";

import { formatDuration, type Log } from "../../scripts/lib/log.ts";
import type { Toolchain } from "../toolchain/build.ts";
import { BringUp, processCount } from "./bring-up.ts";
import { withClusterLock } from "./lock.ts";
import { choosePorts, takenPorts } from "./ports.ts";
import { isRunning, stopProcesses } from "./process.ts";
import { type ClusterRecord, readRecord, writeRecord } from "./record.ts";

export interface StartOptions {
  /** Tells clusters apart; several run side by side. */
  readonly name: string;
  readonly toolchain: Toolchain;
  /** The clone whose fleet and charts the cluster serves. */
  readonly checkout: string;
  readonly log: Log;
}

/**
 * startCluster leaves a running cluster of that name: a control plane that answers, nodes, the node agent, a registry
 * with the checkout's charts and a Git server with its fleet, all on loopback and independent of this process. What an
 * earlier run left behind in a crash is cleaned up first; its data is kept.
 */
export async function startCluster(options: StartOptions): Promise<ClusterRecord> {
  const { name, toolchain, log } = options;
  return withClusterLock(name, log, async () => {
    const started = Date.now();
    const record = await prepare(options);
    if (record.processes.length > 0) {
      log.done(`embedded cluster ${name} is running`);
      return record;
    }
    log.start(`starting embedded cluster ${name}`);
    const bringUp = new BringUp(record, toolchain, log);
    try {
      await bringUp.apiServer();
      await bothOrNeither([bringUp.nodes(), bringUp.sources()]);
    } catch (error) {
      await stopProcesses([...bringUp.record.processes].reverse());
      writeRecord({ ...bringUp.record, processes: [] });
      throw error;
    }
    log.done(`embedded cluster ${name} started in ${formatDuration(Date.now() - started)}`);
    return bringUp.record;
  });
}

/** Waits for all, so that none goes on starting processes when another has failed. */
async function bothOrNeither(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** The record of what is to start, or, with its processes, of what runs already. */
async function prepare({ name, checkout, log }: StartOptions): Promise<ClusterRecord> {
  const known = readRecord(name);
  if (known === undefined) {
    return { name, id: randomUUID(), ports: await choosePorts(), checkout, processes: [] };
  }
  const alive = known.processes.filter(isRunning);
  if (alive.length === processCount) return known;
  if (known.processes.length > 0) {
    log.line(`cleaning up after embedded cluster ${name}, which did not end by itself`);
    await stopProcesses(alive.reverse());
  }
  const taken = await takenPorts(known.ports);
  if (taken.length > 0) {
    throw new Error(
      `the ports of embedded cluster ${name} must be free, got something else on ` +
        `${taken.join(", ")}. End it, or make the cluster anew: npm run embedded -- delete ${name}`,
    );
  }
  return { ...known, checkout, processes: [] };
}
