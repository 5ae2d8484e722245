import { ConfigMap, Kustomization, ResourceSet } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import { configMap, type Manifest, manifest, namespaceManifest } from "../../stuck/manifest.ts";
import { type Fleet, fluxNamespace, layer, within } from "../fleet.ts";

/** A ResourceSet that makes a ResourceSet that makes a Kustomization. */
export function nestedSets(): Fleet {
  const inner = within(fluxNamespace, [set("inner", [layer("leaf")])]);
  return {
    cluster: [layer("nest")],
    nest: within(fluxNamespace, [set("outer", inner)]),
    leaf: [namespaceManifest("nested"), ...within("nested", [configMap("leaf", {})])],
  };
}

function set(name: string, manifests: readonly Manifest[]): Manifest {
  const resources = manifests.map(({ object }) => object);
  return manifest(ResourceSet, { name }, { spec: { resources, wait: true } });
}

const inFlux = { namespace: fluxNamespace };
export const outer: Reference = { resource: ResourceSet, name: "outer", ...inFlux };
export const inner: Reference = { resource: ResourceSet, name: "inner", ...inFlux };
export const leaf: Reference = { resource: Kustomization, name: "leaf", ...inFlux };
export const leafNote: Reference = { resource: ConfigMap, name: "leaf", namespace: "nested" };
