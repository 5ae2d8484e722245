import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";

import type { Cluster } from "./cluster.ts";
import { Failure } from "./failure.ts";
import { Lease } from "./kinds.ts";
import { formatDuration } from "./log.ts";
import type { KubernetesObject } from "./object.ts";
import { isDead } from "./process-mark.ts";

export type LeaseObject = KubernetesObject<{
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string | null;
}>;

/** A Lease and what it keeps to one at a time. */
export interface LeaseName {
  readonly name: string;
  readonly namespace: string;
  /** Such as `repair of this cluster`. */
  readonly what: string;
}

/** Without a sign for so long a holder counts as gone. */
export const durationSeconds = 30;
export const markAnnotation = "flux-bootstrap.dev/process";

/** requireFree throws a Failure that names the holder when somebody alive holds the lease. It takes nothing. */
export async function requireFree(cluster: Cluster, lease: LeaseName): Promise<void> {
  const { name, namespace } = lease;
  const known = await cluster.get<LeaseObject>({ resource: Lease, name, namespace });
  if (known === undefined || !isHeld(known, cluster.now())) return;
  throw refusal(known, cluster.now(), lease);
}

/** isHeld tells whether somebody alive holds the lease, as far as that can be told at `now`. */
export function isHeld({ spec = {}, metadata }: LeaseObject, now: number): boolean {
  const { holderIdentity: holder, renewTime, leaseDurationSeconds = durationSeconds } = spec;
  if (holder === undefined || holder === null || holder === "") return false;
  if (isDead(metadata.annotations?.[markAnnotation])) return false;
  return Date.parse(renewTime ?? "") + leaseDurationSeconds * 1000 > now;
}

/** refusal says who holds the lease. */
export function refusal(
  lease: LeaseObject | undefined,
  now: number,
  { name, namespace, what }: LeaseName,
): Failure {
  const { holderIdentity: holder, renewTime } = lease?.spec ?? {};
  const age = now - Date.parse(renewTime ?? "");
  const renewed = Number.isNaN(age) ? "" : `, renewed ${formatDuration(Math.max(0, age))} ago`;
  return new Failure(
    `no other ${what} must run at the same time, got one by ${holder ?? "nobody"}${renewed}. ` +
      `Wait until it ends; one that was killed is forgotten ${durationSeconds} s after its last sign.`,
    { next: `kubectl -n ${namespace} get lease ${name} -o yaml` },
  );
}

/** Who holds a lease, for the person who is refused: `host/pid/user_<uuid>`. */
export function holderIdentity(): string {
  return `${hostname()}/${process.pid}/${userName()}_${randomUUID()}`;
}

/** personHere is who runs this, as `user@host`. */
export function personHere(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under an id without a name.
    return "unknown";
  }
}
