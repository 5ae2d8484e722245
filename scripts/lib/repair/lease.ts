import type { Cluster } from "../cluster.ts";
import { drainLease } from "../drain/freeze/drain-lease.ts";
import { Lease } from "../kinds.ts";
import { HeldLease } from "../lease.ts";
import { requireFree } from "../lease-holder.ts";
import type { Need } from "./rights.ts";

export const leaseName = "flux-bootstrap-repair";

/** leaseNeeds are the rights that the lease takes. */
export function leaseNeeds(namespace: string): Need[] {
  const verbs = ["create", "delete", "get", "patch"] as const;
  return verbs.map((verb) => ({ verb, resource: Lease, namespace }));
}

/** repairLease keeps two repairs of one cluster from running at the same time. */
export function repairLease(namespace: string) {
  return { name: leaseName, namespace, what: "repair of this cluster" };
}

/** RepairLease is the lease of a repair, which is not to be had while a drain empties the cluster. */
export class RepairLease {
  readonly #lease: HeldLease;

  private constructor(lease: HeldLease) {
    this.#lease = lease;
  }

  /** Takes the lease. Throws a Failure that names its holder when another repair, or a drain, is at work. */
  static async acquire(cluster: Cluster, namespace: string): Promise<RepairLease> {
    const lease = await HeldLease.acquire(cluster, repairLease(namespace));
    try {
      // After taking ours: of a repair and a drain that start together at least one sees the other.
      await requireFree(cluster, drainLease(namespace));
      return new RepairLease(lease);
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** Resolves while the lease is ours; throws a Failure when another took it. */
  async ensure(): Promise<void> {
    await this.#lease.ensure();
  }

  /** Gives the lease back. One that another has taken over stays. */
  async release(): Promise<void> {
    await this.#lease.release();
  }
}
