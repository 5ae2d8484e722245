import { stringify } from "yaml";

import {
  FluxInstance,
  GitRepository,
  HelmRelease,
  Kustomization,
  ResourceSet,
} from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import type { Files } from "../stuck/chart-files.ts";
import { inNamespace, kustomization, type Manifest, type Places } from "../stuck/manifest.ts";
import { ready, type Test } from "../stuck/scenario.ts";
import type { Stage } from "../stuck/stage.ts";

/** Fleet is what a repository holds: the objects of each directory. The sync applies the directory `cluster`. */
export type Fleet = Readonly<Record<string, readonly Manifest[]>>;

export const fluxNamespace = "flux-system";

const inFlux = { namespace: fluxNamespace };
export const flux: Reference = { resource: FluxInstance, name: "flux", ...inFlux };
/** The root Kustomization and its source, which the operator makes from the sync. */
export const root: Reference = { resource: Kustomization, name: fluxNamespace, ...inFlux };
export const rootSource: Reference = { resource: GitRepository, name: fluxNamespace, ...inFlux };

/** A Kustomization in the namespace of Flux that applies a directory of the fleet. */
export function layer(name: string, spec: object = {}): Manifest {
  const sourceRef = { kind: "GitRepository", name: fluxNamespace };
  const base = { path: `./${name}`, sourceRef, retryInterval: "5s" };
  return inNamespace(kustomization(name, { ...base, ...spec }), fluxNamespace);
}

/** The objects in that namespace, as far as their kinds have one. */
export function within(namespace: string, manifests: readonly Manifest[]): Manifest[] {
  return manifests.map((one) => inNamespace(one, namespace));
}

/** The fleet as the files of a repository. */
export function filesOf(fleet: Fleet): Files {
  const files = Object.entries(fleet).flatMap(([directory, manifests]) =>
    manifests.map(({ object }) => {
      const { kind, metadata } = object;
      const file = [kind.toLowerCase(), metadata.namespace ?? "", metadata.name].join("-");
      return [`${directory}/${file}.yaml`, stringify(object)];
    }),
  );
  return Object.fromEntries(files) as Files;
}

const appliers: readonly string[] = [Kustomization.kind, HelmRelease.kind, ResourceSet.kind];

/** What of the fleet has a Ready condition to wait for. */
function awaited(fleet: Fleet): Reference[] {
  return Object.values(fleet)
    .flat()
    .filter(({ object: { kind, spec } }) => {
      const { suspend = false } = (spec ?? {}) as { readonly suspend?: boolean };
      return appliers.includes(kind) && !suspend;
    })
    .map(({ resource, object: { metadata } }) => referenceTo(resource, metadata));
}

function referenceTo(
  resource: Manifest["resource"],
  { name, namespace }: KubernetesObject["metadata"],
): Reference {
  return { resource, name, ...(namespace !== undefined && { namespace }) };
}

/**
 * Commits the fleet to a repository of that name, makes it what Flux is to reconcile, and waits until all of it is Ready.
 */
export async function attach(stage: Stage, name: string, fleet: Fleet): Promise<void> {
  await stage.ground.repository(name).commit(filesOf(fleet));
  await stage.cluster.patch(flux, { spec: { sync: syncOf(stage.ground.places, name) } }, "person");
  await stage.until(root, ready);
  await Promise.all(awaited(fleet).map((reference) => stage.until(reference, ready)));
}

/** The sync of a FluxInstance with the repository of that name. */
export function syncOf({ git }: Places, name: string) {
  const url = `${git}/${name}.git`;
  const ref = "refs/heads/main";
  return { kind: "GitRepository", url, ref, path: "./cluster", interval: "1h" };
}

/** Commits other content for some objects and has it fetched; what comes of it is the caller's to wait for. */
export async function change(stage: Stage, name: string, fleet: Fleet): Promise<void> {
  await stage.ground.repository(name).commit(filesOf(fleet));
  const annotations = { "reconcile.fluxcd.io/requestedAt": new Date().toISOString() };
  await stage.cluster.patch(rootSource, { metadata: { annotations } }, "person");
}

/** The UIDs of the objects by their references' order; undefined for what is not there. */
export async function uidsOf(
  { cluster }: Stage,
  references: readonly Reference[],
): Promise<(string | undefined)[]> {
  const objects = await Promise.all(references.map((reference) => cluster.get(reference)));
  return objects.map((object) => object?.metadata.uid);
}

/** A field of the spec is that. */
export function specified(field: string, value: unknown): Test {
  return ({ spec }) => (spec as Readonly<Record<string, unknown>>)[field] === value;
}
