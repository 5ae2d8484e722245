import type { Cluster } from "../cluster.ts";
import { FluxInstance, HelmRelease, Kustomization } from "../kinds.ts";
import type { Log } from "../log.ts";
import { displayName, type KubernetesObject } from "../object.ts";
import type { SyncAddress } from "./scope.ts";

/**
 * resumeSuspended resumes Kustomizations and HelmReleases: their controllers remove nothing for one that is deleted while
 * suspended. Call it right before their deletion.
 */
export async function resumeSuspended(
  cluster: Cluster,
  made: readonly KubernetesObject[],
  log: Log,
): Promise<void> {
  const kinds = [Kustomization, HelmRelease];
  for (const object of made) {
    const resource = kinds.find(({ kind }) => kind === object.kind);
    const { suspend = false } = (object.spec ?? {}) as { readonly suspend?: boolean };
    if (resource === undefined || !suspend) continue;
    const { name, namespace = "" } = object.metadata;
    log.line(`resuming ${displayName(object)}: suspended, it would leave its objects behind`);
    await cluster.patch({ resource, name, namespace }, { spec: { suspend: false } });
  }
}

/** orphanRoot makes the root Kustomization leave everything that it applied when it is deleted. */
export async function orphanRoot(cluster: Cluster, sync: SyncAddress): Promise<void> {
  await cluster.patch({ resource: Kustomization, ...sync }, { spec: { deletionPolicy: "Orphan" } });
}

/** detach removes `spec.sync`, whoever set it. flux-operator then deletes the source and the root Kustomization. */
export async function detach(cluster: Cluster, namespace: string): Promise<void> {
  await cluster.patch(
    { resource: FluxInstance, name: "flux", namespace },
    { spec: { sync: null } },
  );
}
