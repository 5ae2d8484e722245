import { purposeLabel } from "../gate/canary.ts";
import { HelmRelease, Kustomization, type Resource, ResourceSet, sourceKinds } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { type InventoryEntry, inventoryOf } from "../tree/inventory.ts";
import { type Key, keyFrom, keyOf, ownerOf } from "../tree/owner.ts";

/** The kinds that a drain removes and waits for. */
export const drainedKinds: readonly Resource[] = [
  Kustomization,
  HelmRelease,
  ResourceSet,
  ...sourceKinds,
];

const appliers: readonly string[] = [Kustomization.kind, HelmRelease.kind, ResourceSet.kind];

/** Where the sync's source and root Kustomization are. */
export interface SyncAddress {
  readonly namespace: string;
  readonly name: string;
}

export interface Scope {
  /** What traces to the sync. An owner that is gone already counts as one of the sync. */
  readonly made: readonly KubernetesObject[];
  /** Kustomizations, HelmReleases and ResourceSets that a person made. */
  readonly byHand: readonly KubernetesObject[];
}

/** scopeOf divides Flux objects by who made them; canaries and probes are in neither part. */
export function scopeOf(objects: readonly KubernetesObject[], sync: SyncAddress): Scope {
  const known = new Map(objects.map((object) => [keyOf(object), object]));
  const made: KubernetesObject[] = [];
  const byHand: KubernetesObject[] = [];
  for (const object of objects) {
    if (object.metadata.labels?.[purposeLabel] !== undefined) continue;
    if (tracesToSync(object, known, sync)) made.push(object);
    else if (appliers.includes(object.kind) && ownerOf(object) === undefined) byHand.push(object);
  }
  return { made, byHand };
}

function tracesToSync(
  object: KubernetesObject,
  known: ReadonlyMap<Key, KubernetesObject>,
  sync: SyncAddress,
): boolean {
  const visited = new Set<Key>();
  let current = object;
  while (!visited.has(keyOf(current))) {
    visited.add(keyOf(current));
    if (isSyncObject(current, sync)) return true;
    const owner = ownerOf(current);
    if (owner === undefined) return false;
    const next = known.get(owner);
    if (next === undefined) return true;
    current = next;
  }
  return true;
}

function isSyncObject({ kind, metadata }: KubernetesObject, sync: SyncAddress): boolean {
  const syncKind = ["Kustomization", "GitRepository", "OCIRepository", "Bucket"].includes(kind);
  return syncKind && metadata.name === sync.name && metadata.namespace === sync.namespace;
}

interface Pruning {
  readonly prune?: boolean;
  readonly deletionPolicy?: string;
}

/** expectedGone is what has to disappear with these objects: their inventories, but not what Flux keeps by rule. */
export function expectedGone(made: readonly KubernetesObject[]): InventoryEntry[] {
  const entries = made.flatMap((object) => {
    const inventory = inventoryOf(object);
    if (object.kind === HelmRelease.kind) {
      // Helm never removes the definitions of a chart.
      return inventory.filter(({ kind }) => kind !== "CustomResourceDefinition");
    }
    return prunes(object.spec) ? inventory : [];
  });
  const keyed = entries.map((entry) => {
    return [`${entry.group}/${keyFrom(entry.kind, entry.namespace, entry.name)}`, entry] as const;
  });
  return [...new Map(keyed).values()];
}

/** prunes tells whether the deletion of a Kustomization with that specification removes what it applied. */
export function prunes(spec: unknown): boolean {
  const { prune = true, deletionPolicy = "MirrorPrune" } = (spec ?? {}) as Pruning;
  if (deletionPolicy === "Orphan") return false;
  return deletionPolicy === "MirrorPrune" ? prune : true;
}

const keeping: readonly (readonly [string, string])[] = [
  ["kustomize.toolkit.fluxcd.io/prune", "disabled"],
  ["kustomize.toolkit.fluxcd.io/reconcile", "disabled"],
  ["kustomize.toolkit.fluxcd.io/ssa", "Ignore"],
  ["fluxcd.controlplane.io/prune", "disabled"],
  ["helm.sh/resource-policy", "keep"],
];

/** keptBy is the mark by which an object says itself that it stays when what applied it goes, such as `helm.sh/resource-policy: keep`. */
export function keptBy({
  metadata: { annotations = {}, labels = {} },
}: KubernetesObject): string | undefined {
  const mark = keeping.find(([key, value]) => annotations[key] === value || labels[key] === value);
  return mark?.join(": ");
}

export function isKept(object: KubernetesObject): boolean {
  return keptBy(object) !== undefined;
}

/** Marks that end the updates of an object, such as while somebody works on it, say nothing about its end. */
const onlyUpdates = /\/(reconcile|ssa): /;

/** outlivesBy is the mark by which a Flux object asks that what it applied stays; undefined for one that asks nothing. */
export function outlivesBy(object: KubernetesObject): string | undefined {
  const mark = keptBy(object);
  return mark === undefined || onlyUpdates.test(mark) ? undefined : mark;
}
