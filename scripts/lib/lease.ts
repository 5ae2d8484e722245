import { setTimeout as pause } from "node:timers/promises";

import { ApiError } from "./api-server.ts";
import type { Cluster } from "./cluster.ts";
import { Lease } from "./kinds.ts";
import {
  durationSeconds,
  holderIdentity,
  isHeld,
  type LeaseName,
  type LeaseObject,
  markAnnotation,
  refusal,
} from "./lease-holder.ts";
import { pathOf } from "./listing.ts";
import type { Reference } from "./object.ts";
import { processMark } from "./process-mark.ts";

export interface LeaseOptions extends LeaseName {
  /** Watches a holder until it gives a sign or counts as gone, instead of refusing at once. @default false */
  readonly patient?: boolean;
  /** Ends the patience. */
  readonly signal?: AbortSignal;
}

const renewMilliseconds = 10_000;
/** A renewal older than this is renewed before a write. */
const trustedMilliseconds = 20_000;
const lookMilliseconds = 500;

/**
 * HeldLease keeps two of a kind from working on one cluster at the same time: a Lease that is renewed every 10 s. One
 * whose holder has not renewed it for 30 s, by the API server's clock, or whose process on this machine is gone, is
 * taken over.
 */
export class HeldLease {
  readonly #cluster: Cluster;
  readonly #options: LeaseOptions;
  readonly #reference: Reference;
  readonly #holder = holderIdentity();
  #held: LeaseObject;
  #renewedAt: number;
  #renewing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(cluster: Cluster, options: LeaseOptions) {
    this.#cluster = cluster;
    this.#options = options;
    const { name, namespace } = options;
    this.#reference = { resource: Lease, name, namespace };
    this.#held = { apiVersion: "", kind: "", metadata: { name: "" } };
    this.#renewedAt = 0;
  }

  /** Takes the lease. Throws a Failure that names its holder when another has it. */
  static async acquire(cluster: Cluster, options: LeaseOptions): Promise<HeldLease> {
    const lease = new HeldLease(cluster, options);
    lease.#held = await lease.#take();
    lease.#renewedAt = cluster.now();
    // Not before: a renewal of what is not ours yet would take it from whoever has it.
    lease.#timer = setInterval(() => {
      // A failure shows at the next write, which asks again.
      lease.#renew().catch(() => undefined);
    }, renewMilliseconds).unref();
    return lease;
  }

  /** Who holds it, as others are told. */
  get holder(): string {
    return this.#holder;
  }

  /** Resolves while the lease is ours; throws a Failure when another took it. */
  async ensure(): Promise<void> {
    const age = this.#cluster.now() - this.#renewedAt;
    if (age > trustedMilliseconds) await this.#renew();
  }

  /** Gives the lease back. One that another has taken over stays. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing?.catch(() => undefined);
    const { uid, resourceVersion } = this.#held.metadata;
    const preconditions = {
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    };
    const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions };
    try {
      await this.#cluster.api.found(pathOf(this.#reference), { method: "DELETE", body });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 409) throw error;
    }
  }

  async #take(): Promise<LeaseObject> {
    const { name, namespace } = this.#options;
    try {
      return await this.#cluster.create<LeaseObject>(Lease, {
        apiVersion: Lease.apiVersion,
        kind: Lease.kind,
        metadata: { name, namespace, annotations: this.#mark() },
        spec: { ...this.#spec(), acquireTime: this.#microTime() },
      });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    }
    const known = await this.#outlived(await this.#cluster.get<LeaseObject>(this.#reference));
    if (known === undefined) return this.#take();
    return this.#write(known, { acquireTime: this.#microTime() });
  }

  /** The lease once nobody alive holds it, undefined when it is gone; a holder that gives a sign refuses. */
  async #outlived(known: LeaseObject | undefined): Promise<LeaseObject | undefined> {
    const { patient = false, signal } = this.#options;
    let now = known;
    while (now !== undefined && isHeld(now, this.#cluster.now())) {
      const renewed = now.spec?.renewTime !== known?.spec?.renewTime;
      if (!patient || renewed) throw this.#refused(now);
      await pause(lookMilliseconds, undefined, signal === undefined ? {} : { signal });
      now = await this.#cluster.get<LeaseObject>(this.#reference);
    }
    return now;
  }

  async #renew(): Promise<void> {
    this.#renewing ??= this.#write(this.#held)
      .then((held) => {
        this.#held = held;
        this.#renewedAt = this.#cluster.now();
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  /** Holds only for the version that was looked at, so that of two who take over one wins. */
  async #write(known: LeaseObject, more: object = {}): Promise<LeaseObject> {
    const { resourceVersion } = known.metadata;
    const metadata = {
      ...(resourceVersion !== undefined && { resourceVersion }),
      annotations: this.#mark(),
    };
    try {
      const taken = await this.#cluster.patch<LeaseObject>(this.#reference, {
        metadata,
        spec: { ...this.#spec(), ...more },
      });
      if (taken !== undefined) return taken;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 409) throw error;
    }
    const other = await this.#cluster.get<LeaseObject>(this.#reference);
    // The answer to a renewal of ours may have got lost.
    if (other?.spec?.holderIdentity === this.#holder) return other;
    throw this.#refused(other);
  }

  #refused(lease: LeaseObject | undefined): Error {
    return refusal(lease, this.#cluster.now(), this.#options);
  }

  #mark(): Record<string, string> {
    const mark = processMark();
    return mark === undefined ? {} : { [markAnnotation]: mark };
  }

  #spec() {
    return {
      holderIdentity: this.#holder,
      leaseDurationSeconds: durationSeconds,
      renewTime: this.#microTime(),
    };
  }

  /** The only form that the API server reads as MicroTime: six digits. */
  #microTime(): string {
    return new Date(this.#cluster.now()).toISOString().replace("Z", "000Z");
  }
}

/** withLease runs `work` while it holds the lease, and gives it back whatever becomes of the work. */
export async function withLease<T>(
  cluster: Cluster,
  options: LeaseOptions,
  work: () => Promise<T>,
): Promise<T> {
  const lease = await HeldLease.acquire(cluster, options);
  try {
    return await work();
  } finally {
    await lease.release();
  }
}
