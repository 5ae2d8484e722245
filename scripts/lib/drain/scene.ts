import { UnreachableError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import type { Connection } from "../connection.ts";
import { FluxInstance, Kustomization, Namespace } from "../kinds.ts";
import { displayName, type KubernetesObject } from "../object.ts";
import { inventoryOf } from "../tree/inventory.ts";
import type { Found } from "./decision.ts";
import { drainedKinds, isKept, type Scope, scopeOf, type SyncAddress } from "./scope.ts";

type Instance = KubernetesObject<{
  readonly components?: readonly string[];
  readonly sync?: { readonly name?: string; readonly kind?: string };
}>;

/** What stands in the cluster before the drain touches it. */
export interface Scene {
  readonly instance: Instance;
  readonly sync: SyncAddress;
  readonly scope: Scope;
  /** False when an earlier drain already removed `spec.sync`. */
  readonly attached: boolean;
}

/** What a scene says to the decision. */
export type SceneFound = Omit<Found, "mode" | "force" | "silent">;

/** readScene reads what a decision needs. It writes nothing. The scene is undefined when there is nothing to drain. */
export async function readScene(
  connection: Connection,
): Promise<{ scene: Scene | undefined; found: SceneFound }> {
  const { cluster, namespace, uid } = connection;
  const endpoint = cluster.api.url;
  const nothing = { endpoint, namespace, byHand: [], prunesFlux: [] };
  const live = await liveUid(cluster);
  if (live === undefined)
    return { scene: undefined, found: { cluster: "unreachable", ...nothing } };
  if (live !== uid) return { scene: undefined, found: { cluster: "another", ...nothing } };
  const reference = { resource: FluxInstance, name: "flux", namespace };
  const instance = await cluster.get<Instance>(reference);
  if (instance === undefined)
    return { scene: undefined, found: { cluster: "recorded", ...nothing } };
  const lists = await Promise.all(drainedKinds.map((kind) => cluster.list(kind)));
  const sync = { namespace, name: instance.spec?.sync?.name ?? namespace };
  const scope = scopeOf(lists.flat(), sync);
  const attached = instance.spec?.sync !== undefined;
  const found = {
    cluster: "recorded",
    endpoint,
    namespace,
    instance: {
      disabled: instance.metadata.annotations?.["fluxcd.controlplane.io/reconcile"] === "disabled",
    },
    byHand: scope.byHand.map((object) => displayName(object)),
    prunesFlux: await prunedParts(cluster, namespace, scope),
  } as const;
  return { scene: { instance, sync, scope, attached }, found };
}

/** Undefined when no API server answers. Other errors, such as a refused credential, are the caller's. */
async function liveUid(cluster: Cluster): Promise<string | undefined> {
  try {
    return await cluster.uid();
  } catch (error) {
    if (error instanceof UnreachableError) return undefined;
    throw error;
  }
}

/** The FluxInstance and the namespace of Flux, where a Kustomization has them in its inventory and may prune them. */
async function prunedParts(cluster: Cluster, namespace: string, scope: Scope): Promise<string[]> {
  const entries = scope.made.filter(({ kind }) => kind === Kustomization.kind).flatMap(inventoryOf);
  const parts = [
    { resource: FluxInstance, name: "flux", namespace },
    { resource: Namespace, name: namespace },
  ];
  const applied = parts.filter(({ resource, name }) =>
    entries.some((entry) => entry.kind === resource.kind && entry.name === name),
  );
  const objects = await Promise.all(applied.map((part) => cluster.get(part)));
  return objects
    .filter((object) => object !== undefined && !isKept(object))
    .map((object) => displayName(object as KubernetesObject));
}
