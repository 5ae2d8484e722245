import { UnreachableError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import type { Connection } from "../connection.ts";
import type { Sharding } from "../gate/shards.ts";
import { FluxInstance } from "../kinds.ts";
import { displayName, type KubernetesObject } from "../object.ts";
import type { Found } from "./decision.ts";
import { drainedKinds, type Scope, scopeOf, type SyncAddress } from "./scope.ts";

type Instance = KubernetesObject<{
  readonly components?: readonly string[];
  readonly sharding?: Sharding;
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
  const nothing = { endpoint, namespace, byHand: [] };
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
