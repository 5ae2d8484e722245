import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { FluxInstance, Kustomization } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { healthOf } from "../tree/health.ts";
import { inventoryOf } from "../tree/inventory.ts";
import { type Wait, waitFor } from "../wait.ts";
import { type Judged, looker } from "./await-object.ts";
import { markerName } from "./marker.ts";

/** What has to be there before data is restored, by name and namespace of its Kustomization. */
export interface Layer {
  readonly name: string;
  readonly namespace: string;
  /** The Kustomization that would bring the layer; undefined when the layer itself was asked for. */
  readonly root: string | undefined;
}

type KustomizationObject = KubernetesObject<{
  readonly suspend?: boolean;
  readonly postBuild?: {
    readonly substituteFrom?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly optional?: boolean;
    }[];
  };
}>;

const usual = "infrastructure";

/**
 * layerBefore is the layer that `after` (`namespace/name`) asks for; else `infrastructure` in Flux's namespace, if the sync
 * brings one. Undefined when nothing is synced.
 */
export async function layerBefore(
  cluster: Cluster,
  after: string | undefined,
  fluxNamespace: string,
): Promise<Layer | undefined> {
  if (after !== undefined) {
    const [namespace = "", name = ""] = after.split("/");
    return { name, namespace, root: undefined };
  }
  const reference = { resource: FluxInstance, name: "flux", namespace: fluxNamespace };
  const instance = await cluster.get<KubernetesObject<{ sync?: { name?: string } }>>(reference);
  const sync = instance?.spec?.sync;
  if (sync === undefined) return undefined;
  return { name: usual, namespace: fluxNamespace, root: sync.name ?? fluxNamespace };
}

/** untilReady resolves when the layer is Ready, or when it is known that there is none. */
export async function untilReady(cluster: Cluster, layer: Layer, wait: Wait): Promise<void> {
  const { namespace } = layer;
  await waitFor<undefined>(wait, (waiting) => {
    const live = new Map<string, KustomizationObject>();
    const look = looker(waiting, () => judge(layer, live));
    let all = false;
    const { signal } = waiting;
    const changed = () => {
      if (all) look(undefined);
    };
    const listed = () => {
      all = true;
      changed();
    };
    cluster.follow<KustomizationObject>(
      Kustomization,
      { namespace, signal, listed },
      {
        seen: (object) => {
          live.set(object.metadata.name, object);
          changed();
        },
        gone: ({ metadata }) => {
          live.delete(metadata.name);
          changed();
        },
      },
    );
  });
}

function judge(
  { name, namespace, root }: Layer,
  live: ReadonlyMap<string, KustomizationObject>,
): Judged<undefined> {
  const layer = live.get(name);
  if (layer !== undefined) {
    if (waitsForMarker(layer)) throw circular(`${namespace}/${name}`);
    const { state, text } = healthOf(layer);
    return state === "ready" ? { done: true, value: undefined } : { done: false, state: text };
  }
  const above = root === undefined ? undefined : live.get(root);
  if (above === undefined) return { done: false, state: `no Kustomization/${namespace}/${name}` };
  // A root that waits for the health of what it applied is not Ready, but has its inventory.
  const applied = inventoryOf(above).length > 0 || healthOf(above).state === "ready";
  if (!applied) return { done: false, state: `${root ?? ""}: ${healthOf(above).text}` };
  const comes = inventoryOf(above).some(
    (entry) => entry.kind === above.kind && entry.name === name,
  );
  return comes ? { done: false, state: `${name} not seen yet` } : { done: true, value: undefined };
}

function waitsForMarker({ spec }: KustomizationObject): boolean {
  const sources = spec?.postBuild?.substituteFrom ?? [];
  return sources.some(
    ({ kind, name, optional = false }) => kind === "ConfigMap" && name === markerName && !optional,
  );
}

function circular(layer: string): Failure {
  return new Failure(
    `the layer before the restore must not wait for the restore, got ${layer} with ConfigMap ${markerName} in its ` +
      "postBuild.substituteFrom. Take it out there, or name another layer in restore.after.",
    { next: `kubectl -n ${layer.replace("/", " get kustomization ")} -o yaml` },
  );
}
