import { ApiError } from "../../api-server.ts";
import type { Cluster } from "../../cluster.ts";
import { FluxInstance, Lease, type Resource } from "../../kinds.ts";
import { HeldLease } from "../../lease.ts";
import { isHeld, type LeaseObject } from "../../lease-holder.ts";
import type { Log } from "../../log.ts";
import type { KubernetesObject, Reference } from "../../object.ts";
import { Pool } from "../../repair/pool.ts";
import { drainLease } from "./drain-lease.ts";
import { type FreezeRecord, readRecord, removeRecord } from "./record.ts";
import { drainManager, frozenKinds, thawPatch } from "./freeze.ts";
import { unprotect } from "./protection.ts";
import { isFrozen } from "./original.ts";
import { unretainVolumes } from "../removal/release.ts";

/** What a drain left, or is doing. */
export interface Freeze extends FreezeRecord {
  /** Whether that drain still lives. */
  readonly live: boolean;
}

/** readFreeze is undefined when nothing is frozen. */
export async function readFreeze(cluster: Cluster, namespace: string): Promise<Freeze | undefined> {
  const record = await readRecord(cluster, namespace);
  if (record === undefined) return undefined;
  const { name } = drainLease(namespace);
  const lease = await cluster.get<LeaseObject>({ resource: Lease, name, namespace });
  return { ...record, live: lease !== undefined && isHeld(lease, cluster.now()) };
}

const writesAtOnce = 16;
const mostTries = 5;

/**
 * thawStale puts everything back that a drain froze and then left, and says whether there was any. Throws a Failure that
 * names the holder when that drain still lives.
 */
export async function thawStale(
  cluster: Cluster,
  namespace: string,
  context: { readonly log: Log; readonly signal?: AbortSignal },
): Promise<boolean> {
  if ((await readRecord(cluster, namespace)) === undefined) return false;
  const { signal } = context;
  const lease = await HeldLease.acquire(cluster, {
    ...drainLease(namespace),
    ...(signal !== undefined && { signal }),
    patient: true,
  });
  try {
    const record = await readRecord(cluster, namespace);
    if (record === undefined) return false;
    context.log.start(`thawing what the drain by ${record.by} since ${record.since} froze`);
    const count = await thaw(cluster, namespace, record);
    context.log.done(`thawed ${count} objects: Flux reconciles them again`);
    return true;
  } finally {
    await lease.release();
  }
}

/** thaw restores every object that a drain wrote to, the FluxInstance last, and forgets the drain. The caller holds its lease. */
export async function thaw(
  cluster: Cluster,
  namespace: string,
  { plan }: FreezeRecord,
): Promise<number> {
  if (plan !== undefined) {
    await unretainVolumes(cluster, plan);
    await unprotect(cluster, plan);
  }
  const kinds = frozenKinds.filter(({ kind }) => kind !== FluxInstance.kind);
  let count = 0;
  for (const group of [kinds, [FluxInstance]]) {
    const frozen = await findFrozen(cluster, group);
    const pool = new Pool(writesAtOnce);
    const writes = frozen.map((one) => pool.run(() => restore(cluster, one)));
    await Promise.all(writes);
    count += frozen.length;
  }
  await removeRecord(cluster, namespace);
  return count;
}

interface Frozen {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

async function findFrozen(cluster: Cluster, kinds: readonly Resource[]): Promise<Frozen[]> {
  const lists = await Promise.all(
    kinds.map(async (resource) =>
      (await cluster.list(resource)).map((object) => ({ resource, object })),
    ),
  );
  return lists.flat().filter(({ object }) => isFrozen(object));
}

async function restore(cluster: Cluster, { resource, object }: Frozen): Promise<void> {
  const patch = thawPatch(object);
  // What is being deleted goes as its controller decides; put back, it might remove nothing.
  if (patch === undefined || object.metadata.deletionTimestamp !== undefined) return;
  const { name, namespace } = object.metadata;
  const reference = { resource, name, ...(namespace !== undefined && { namespace }) };
  let restored = await cluster.patch<KubernetesObject>(reference, patch, drainManager);
  for (let tries = 0; restored !== undefined && tries < mostTries; tries += 1) {
    if (await disown(cluster, reference, restored)) return;
    // Its controller has written in between, as it does right after a thaw.
    restored = await cluster.get<KubernetesObject>(reference);
  }
}

/**
 * Takes our name off the fields that were put back. Left as their owner, we would keep in the cluster what Git removes
 * later: a field goes only when its last owner drops it. False when the object has another version by now.
 */
async function disown(
  cluster: Cluster,
  reference: Reference,
  { metadata }: KubernetesObject,
): Promise<boolean> {
  const { managedFields = [], resourceVersion } = metadata;
  const others = managedFields.filter(({ manager }) => manager !== drainManager);
  if (others.length === managedFields.length || others.length === 0) return true;
  const patch = { metadata: { managedFields: others, resourceVersion } };
  try {
    await cluster.patch(reference, patch, drainManager);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 409) return false;
    throw error;
  }
}
