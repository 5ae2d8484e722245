import type { KubernetesObject } from "../object.ts";

/** Key is `Kind/namespace/name`. */
export type Key = string;

/** What applied an object, by the labels that Flux puts on all it applies, nearest owner first. */
const ownerLabels = [
  ["kustomize.toolkit.fluxcd.io", "Kustomization"],
  ["helm.toolkit.fluxcd.io", "HelmRelease"],
  ["resourceset.fluxcd.controlplane.io", "ResourceSet"],
  ["fluxcd.controlplane.io", "FluxInstance"],
] as const;

/** Selectors of everything that a Kustomization, a HelmRelease or a ResourceSet applied. */
export const madeByFlux: readonly string[] = ownerLabels
  .filter(([, kind]) => kind !== "FluxInstance")
  .map(([prefix]) => `${prefix}/name`);

export function keyOf({ kind, metadata }: KubernetesObject): Key {
  return keyFrom(kind, metadata.namespace, metadata.name);
}

export function keyFrom(kind: string, namespace: string | undefined, name: string): Key {
  return `${kind}/${namespace ?? ""}/${name}`;
}

/** ownerOf is the key of what applied the object, undefined for what a person made. */
export function ownerOf({ metadata: { labels = {} } }: KubernetesObject): Key | undefined {
  for (const [prefix, kind] of ownerLabels) {
    const name = labels[`${prefix}/name`];
    if (name !== undefined) return keyFrom(kind, labels[`${prefix}/namespace`], name);
  }
  return undefined;
}
