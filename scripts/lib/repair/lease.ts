import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";

import { ApiError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { Lease } from "../kinds.ts";
import { pathOf } from "../listing.ts";
import { formatDuration } from "../log.ts";
import type { KubernetesObject, Reference } from "../object.ts";
import type { Need } from "./rights.ts";

export const leaseName = "flux-bootstrap-repair";

type LeaseObject = KubernetesObject<{
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string | null;
}>;

const durationSeconds = 30;
const renewMilliseconds = 10_000;
/** A renewal older than this is renewed before a write. */
const trustedMilliseconds = 20_000;

/** leaseNeeds are the rights that the lease takes. */
export function leaseNeeds(namespace: string): Need[] {
  const verbs = ["create", "delete", "get", "patch"] as const;
  return verbs.map((verb) => ({ verb, resource: Lease, namespace }));
}

/**
 * RepairLease keeps two repairs of one cluster from running at the same time: a Lease in Flux's namespace that is renewed
 * every 10 s. One whose holder has not renewed it for 30 s, by the API server's clock, is taken over.
 */
export class RepairLease {
  readonly #cluster: Cluster;
  readonly #reference: Reference;
  readonly #holder = holderIdentity();
  #held: LeaseObject;
  #renewedAt: number;
  #renewing: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;

  private constructor(cluster: Cluster, reference: Reference) {
    this.#cluster = cluster;
    this.#reference = reference;
    this.#held = { apiVersion: "", kind: "", metadata: { name: "" } };
    this.#renewedAt = 0;
    this.#timer = setInterval(() => {
      // A failure shows at the next write, which asks again.
      this.#renew().catch(() => undefined);
    }, renewMilliseconds).unref();
  }

  /** Takes the lease. Throws a Failure that names its holder when another repair has it. */
  static async acquire(cluster: Cluster, namespace: string): Promise<RepairLease> {
    const reference = { resource: Lease, name: leaseName, namespace };
    const lease = new RepairLease(cluster, reference);
    try {
      lease.#held = await lease.#take();
      lease.#renewedAt = cluster.now();
      return lease;
    } catch (error) {
      clearInterval(lease.#timer);
      throw error;
    }
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
    const { name, namespace = "" } = this.#reference;
    try {
      return await this.#cluster.create<LeaseObject>(Lease, {
        apiVersion: Lease.apiVersion,
        kind: Lease.kind,
        metadata: { name, namespace },
        spec: { ...this.#spec(), acquireTime: this.#microTime() },
      });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    }
    const known = await this.#cluster.get<LeaseObject>(this.#reference);
    if (known === undefined) return this.#take();
    if (isLive(known, this.#cluster.now())) throw this.#refused(known);
    return this.#write(known, { acquireTime: this.#microTime() });
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
    const metadata = resourceVersion === undefined ? {} : { resourceVersion };
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

  #refused(lease: LeaseObject | undefined): Failure {
    const { holderIdentity, renewTime } = lease?.spec ?? {};
    const age = this.#cluster.now() - Date.parse(renewTime ?? "");
    const renewed = Number.isNaN(age) ? "" : `, renewed ${formatDuration(Math.max(0, age))} ago`;
    return new Failure(
      `no other repair of this cluster must run at the same time, got one by ${holderIdentity ?? "nobody"}${renewed}. ` +
        `Wait until it ends; one that was killed is forgotten ${durationSeconds} s after its last sign.`,
      { next: `kubectl -n ${this.#reference.namespace ?? ""} get lease ${leaseName} -o yaml` },
    );
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

function isLive({ spec = {} }: LeaseObject, now: number): boolean {
  const { holderIdentity, renewTime, leaseDurationSeconds = durationSeconds } = spec;
  if (holderIdentity === undefined || holderIdentity === null || holderIdentity === "")
    return false;
  return Date.parse(renewTime ?? "") + leaseDurationSeconds * 1000 > now;
}

/** Who repairs, for the person who is refused: `host/pid/user_<uuid>`. */
function holderIdentity(): string {
  return `${hostname()}/${process.pid}/${userName()}_${randomUUID()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under an id without a name.
    return "unknown";
  }
}
