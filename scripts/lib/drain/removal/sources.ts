import { ApiError } from "../../api-server.ts";
import type { Cluster } from "../../cluster.ts";
import { HelmRelease, Kustomization, ResourceSet, sourceKinds } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import { keyOf, ownerOf } from "../../tree/owner.ts";

const appliers = [Kustomization, HelmRelease, ResourceSet];
const appliedByFlux = new RegExp(`^(${appliers.map(({ kind }) => kind).join("|")})/`);

/**
 * deleteForgotten deletes the sources that nobody is left to remove, because what applied them went alone: marked to be
 * kept, or forced. They carry a finalizer of Flux, and nothing that runs depends on them. `made` is all that traces to the
 * sync.
 */
export async function deleteForgotten(
  cluster: Cluster,
  made: readonly KubernetesObject[],
): Promise<void> {
  const there = new Set(made.map(keyOf));
  for (const object of made) {
    const resource = sourceKinds.find(({ kind }) => kind === object.kind);
    const owner = ownerOf(object) ?? "";
    if (resource === undefined || !appliedByFlux.test(owner) || there.has(owner)) continue;
    const { name, namespace, uid, deletionTimestamp } = object.metadata;
    if (deletionTimestamp !== undefined) continue;
    const reference = { resource, name, ...(namespace !== undefined && { namespace }) };
    await cluster.delete(reference, uid === undefined ? {} : { uid }).catch(ignoreConflict);
  }
}

/** Another object has the name by now. */
function ignoreConflict(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 409) throw error;
}
