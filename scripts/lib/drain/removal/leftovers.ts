import type { Cluster } from "../../cluster.ts";
import { discover, findResource } from "../../discovery.ts";
import type { Resource } from "../../kinds.ts";
import { formatDuration } from "../../log.ts";
import {
  describeCondition,
  displayName,
  findCondition,
  type KubernetesObject,
} from "../../object.ts";
import type { InventoryEntry } from "../../tree/inventory.ts";
import { keyOf, madeByFlux, ownerOf } from "../../tree/owner.ts";
import { drainedKinds, isKept } from "../scope.ts";

/** An object that should be gone. */
export interface Leftover {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

const requestsAtOnce = 20;
const fluxKinds: readonly string[] = drainedKinds.map(({ kind }) => kind);

/** Definitions stay when a release goes; the endpoints of a Service copy its labels, and go after it. */
const bystanders: readonly string[] = ["CustomResourceDefinition", "Endpoints"];

/** leftOfInventories reads which of the recorded objects still exist. What Flux keeps by rule does not count. */
export async function leftOfInventories(
  cluster: Cluster,
  recorded: readonly InventoryEntry[],
): Promise<Leftover[]> {
  if (recorded.length === 0) return [];
  const resources = await discover(cluster);
  const found = await inBatches(recorded, async ({ group, kind, name, namespace }) => {
    const resource = findResource(resources, { group, kind });
    // A kind that is not served any more has no objects.
    if (resource === undefined) return undefined;
    const at = namespace === undefined ? {} : { namespace };
    const object = await cluster.get({ resource, name, ...at });
    return object === undefined ? undefined : { resource, object };
  });
  return found.filter((leftover) => leftover !== undefined).filter(({ object }) => !isKept(object));
}

/**
 * leftByLabels finds what carries a label of Flux in the whole cluster although what applied it is gone: all that an
 * interrupted drain, whose records are gone with it, can still have on its way. What is owned by another object goes
 * with that.
 */
export async function leftByLabels(cluster: Cluster): Promise<Leftover[]> {
  const flux = await Promise.all(drainedKinds.map((kind) => cluster.list(kind)));
  const appliers = new Set(flux.flat().map(keyOf));
  const kinds = (await discover(cluster)).filter(({ kind }) => !fluxKinds.includes(kind));
  const queries = kinds.flatMap((resource) =>
    madeByFlux.map((labelSelector) => ({ resource, labelSelector })),
  );
  const found = await inBatches(queries, async ({ resource, labelSelector }) =>
    (await cluster.list(resource, { labelSelector })).map((object) => ({ resource, object })),
  );
  const byUid = new Map(found.flat().map((leftover) => [leftover.object.metadata.uid, leftover]));
  return [...byUid.values()].filter(
    ({ object }) =>
      !isKept(object) &&
      !bystanders.includes(object.kind) &&
      !appliers.has(ownerOf(object) ?? "") &&
      (object.metadata.ownerReferences ?? []).length === 0,
  );
}

async function inBatches<I, O>(items: readonly I[], run: (item: I) => Promise<O>): Promise<O[]> {
  const results: O[] = [];
  for (let start = 0; start < items.length; start += requestsAtOnce) {
    const batch = items.slice(start, start + requestsAtOnce);
    results.push(...(await Promise.all(batch.map(run))));
  }
  return results;
}

/** describeLeftover says what holds an object: `Kind/namespace/name: deleting for 3m05s, finalizers …, Ready=…`. */
export function describeLeftover(object: KubernetesObject, now: number): string {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const parts = [
    deletionTimestamp === undefined
      ? "not being deleted"
      : `deleting for ${formatDuration(now - Date.parse(deletionTimestamp))}`,
    ...(finalizers.length === 0 ? [] : [`finalizers ${finalizers.join(" ")}`]),
    ...(findCondition(object, "Ready") === undefined ? [] : [describeCondition(object)]),
    ...namespaceBlockers(object),
  ];
  return `${displayName(object)}: ${parts.join(", ")}`;
}

function namespaceBlockers(object: KubernetesObject): string[] {
  if (object.kind !== "Namespace") return [];
  const types = [
    "NamespaceContentRemaining",
    "NamespaceFinalizersRemaining",
    "NamespaceDeletionDiscoveryFailure",
  ];
  return types
    .filter((type) => findCondition(object, type)?.status === "True")
    .map((type) => describeCondition(object, type));
}
