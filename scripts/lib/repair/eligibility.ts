import {
  FluxInstance,
  HelmRelease,
  Kustomization,
  type Resource,
  ResourceSet,
  sourceKinds,
} from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";

/** The kinds whose objects may be asked to reconcile: those that report a handled token. */
export const repairableKinds: readonly Resource[] = [
  ...sourceKinds,
  FluxInstance,
  ResourceSet,
  Kustomization,
  HelmRelease,
];

/** Annotations that the repairer writes, all with the same token. */
export const annotations = {
  reconcile: "reconcile.fluxcd.io/requestedAt",
  reset: "reconcile.fluxcd.io/resetAt",
  force: "reconcile.fluxcd.io/forceAt",
} as const;

/** resourceOf is the collection of a repairable object; undefined for any other kind. */
export function resourceOf({ apiVersion, kind }: KubernetesObject): Resource | undefined {
  const group = apiVersion.split("/")[0] ?? "";
  return repairableKinds.find(
    (resource) => resource.kind === kind && resource.apiVersion.startsWith(`${group}/`),
  );
}

/** untouchable says why an object must not be written to, undefined when it may. */
export function untouchable(object: KubernetesObject): string | undefined {
  const { metadata, spec } = object;
  if (metadata.deletionTimestamp !== undefined) return "is being deleted";
  if ((spec as { readonly suspend?: unknown } | null | undefined)?.suspend === true) {
    return "is suspended";
  }
  const marks = { ...metadata.labels, ...metadata.annotations };
  const disabled = Object.entries(marks).find(
    ([name, value]) => name.endsWith("/reconcile") && value.toLowerCase() === "disabled",
  );
  if (disabled !== undefined) return `is marked ${disabled[0]}: ${disabled[1]}`;
  return resourceOf(object) === undefined ? "is of a kind that takes no requests" : undefined;
}

/** isAddress is true for a Helm repository of type oci: no controller reports anything about it. */
export function isAddress({ kind, spec }: KubernetesObject): boolean {
  return kind === "HelmRepository" && (spec as { readonly type?: unknown } | null)?.type === "oci";
}

/** What tells an object from another of the same name that came after it. */
export function identityOf({ kind, metadata }: KubernetesObject): string {
  return metadata.uid ?? `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}
