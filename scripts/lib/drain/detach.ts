import type { Cluster } from "../cluster.ts";
import { FluxInstance, Kustomization } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { drainManager } from "./freeze/freeze.ts";
import { frozenAnnotation, isFrozen, reconcileAnnotation } from "./freeze/original.ts";
import type { SyncAddress } from "./scope.ts";

/** orphanRoot makes the root Kustomization leave everything that it applied when it is deleted. */
export async function orphanRoot(cluster: Cluster, sync: SyncAddress): Promise<void> {
  const reference = { resource: Kustomization, ...sync };
  await cluster.patch(reference, { spec: { deletionPolicy: "Orphan" } }, drainManager);
}

/**
 * detach removes `spec.sync`, whoever set it, and switches the FluxInstance on again in the same write: flux-operator
 * then deletes the source and the root Kustomization, and applies neither before.
 */
export async function detach(cluster: Cluster, namespace: string): Promise<void> {
  const annotations = { [reconcileAnnotation]: null, [frozenAnnotation]: null };
  await cluster.patch(
    { resource: FluxInstance, name: "flux", namespace },
    { metadata: { annotations }, spec: { sync: null } },
    drainManager,
  );
}

/** isAttached tells whether there is anything for `detach` to do. */
export function isAttached(instance: KubernetesObject): boolean {
  const { sync } = (instance.spec ?? {}) as { readonly sync?: unknown };
  return sync !== undefined || isFrozen(instance);
}
