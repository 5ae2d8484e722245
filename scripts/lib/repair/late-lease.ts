import type { Cluster } from "../cluster.ts";
import { RepairLease } from "./lease.ts";

/** LateLease is a repair lease that is taken before the first write, and never when nothing is written. */
export class LateLease {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  #lease: Promise<RepairLease> | undefined;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  /** Resolves while the lease is ours; throws a Failure that names its holder when another repair has it. */
  async ensure(): Promise<void> {
    this.#lease ??= this.#acquire();
    await (await this.#lease).ensure();
  }

  /** One that could not be had is asked for again: an outage passes, and a holder ends. */
  async #acquire(): Promise<RepairLease> {
    try {
      return await RepairLease.acquire(this.#cluster, this.#namespace);
    } catch (error) {
      this.#lease = undefined;
      throw error;
    }
  }

  /** Gives the lease back, if it was taken. */
  async release(): Promise<void> {
    const lease = await this.#lease?.catch(() => undefined);
    await lease?.release();
  }
}
