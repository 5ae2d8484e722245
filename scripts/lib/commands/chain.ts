import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import {
  HelmChart,
  HelmRelease,
  HelmRepository,
  Kustomization,
  type Resource,
  sourceKinds,
} from "../kinds.ts";
import { displayName, type KubernetesObject, type Reference } from "../object.ts";
import { inventoryOf } from "../tree/inventory.ts";
import type { Found } from "./target.ts";

interface SourceRef {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

interface Spec {
  readonly type?: string;
  readonly sourceRef?: SourceRef;
  readonly chartRef?: SourceRef;
  readonly chart?: { readonly spec?: { readonly sourceRef?: SourceRef } };
  readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string }[];
}

/** Link is one object of a chain and what has to be Ready before it is asked. */
export interface Link extends Found {
  readonly needs: readonly string[];
}

/**
 * chainOf is what has to be fetched before the object, each link before the one that uses it, the object itself last.
 * Repositories of type oci are left out: they are only addresses, and no controller answers for them. Rejects with a
 * Failure that names a source which does not exist.
 */
export async function chainOf(cluster: Cluster, { reference, object }: Found): Promise<Link[]> {
  const before: Link[] = [];
  let needs: readonly string[] = [];
  for (const source of await sourcesOf(cluster, object)) {
    if (isAddress(source.object)) continue;
    before.push({ ...source, needs });
    needs = [displayName(source.reference)];
  }
  return [...before, { reference, object, needs: [...needs, ...dependencies(object)] }];
}

/** Outermost first: repository, chart. */
async function sourcesOf(cluster: Cluster, object: KubernetesObject): Promise<Found[]> {
  const { sourceRef, chartRef, chart } = (object.spec ?? {}) as Spec;
  if (object.kind === Kustomization.kind || object.kind === HelmChart.kind) {
    return [...(await sourceOf(cluster, object, sourceRef))];
  }
  if (object.kind !== HelmRelease.kind) return [];
  if (chartRef === undefined) {
    const repository = await sourceOf(cluster, object, chart?.spec?.sourceRef);
    return [...repository, ...(await chartOf(cluster, object))];
  }
  const referred = await sourceOf(cluster, object, chartRef);
  const [inner] = referred;
  return inner?.object.kind === HelmChart.kind
    ? [...(await sourcesOf(cluster, inner.object)), inner]
    : referred;
}

async function sourceOf(
  cluster: Cluster,
  of: KubernetesObject,
  ref: SourceRef | undefined,
): Promise<Found[]> {
  const { kind, name, namespace = of.metadata.namespace } = ref ?? {};
  const resource = sourceKinds.find((known) => known.kind === kind);
  // What another program fetches, such as an ExternalArtifact, answers to that program alone.
  if (resource === undefined || name === undefined) return [];
  const reference: Reference = { resource, name, ...(namespace !== undefined && { namespace }) };
  const object = await cluster.get(reference);
  if (object !== undefined) return [{ reference, object }];
  throw new Failure(`${displayName(of)} names ${displayName(reference)}, which does not exist`, {
    next: `kubectl get ${resource.plural} --all-namespaces`,
  });
}

/** The HelmChart that helm-controller made for the release; none before it has. */
async function chartOf(cluster: Cluster, { status }: KubernetesObject): Promise<Found[]> {
  const { helmChart = "" } = (status ?? {}) as { readonly helmChart?: string };
  const [namespace = "", name = ""] = helmChart.split("/");
  if (name === "") return [];
  const reference = { resource: HelmChart, name, namespace };
  const object = await cluster.get(reference);
  return object === undefined ? [] : [{ reference, object }];
}

function isAddress({ kind, spec }: KubernetesObject): boolean {
  return kind === HelmRepository.kind && ((spec ?? {}) as Spec).type === "oci";
}

function dependencies({ kind, metadata, spec }: KubernetesObject): string[] {
  return (((spec ?? {}) as Spec).dependsOn ?? []).map(
    ({ name, namespace = metadata.namespace ?? "" }) => `${kind}/${namespace}/${name}`,
  );
}

const below: readonly Resource[] = [Kustomization, HelmRelease];

/** childrenOf reads the Kustomizations and HelmReleases that the object says it applied; those that are gone are left out. */
export async function childrenOf(cluster: Cluster, object: KubernetesObject): Promise<Link[]> {
  const links = inventoryOf(object).map(async ({ kind, group, name, namespace }) => {
    const resource = below.find(
      (known) => known.kind === kind && known.apiVersion.startsWith(`${group}/`),
    );
    if (resource === undefined) return undefined;
    const reference = { resource, name, ...(namespace !== undefined && { namespace }) };
    const child = await cluster.get(reference);
    return child && { reference, object: child, needs: dependencies(child) };
  });
  return (await Promise.all(links)).filter((link) => link !== undefined);
}

/** usersOf lists the Kustomizations and HelmReleases that take what the source fetches. */
export async function usersOf(cluster: Cluster, source: KubernetesObject): Promise<Link[]> {
  const lists = await Promise.all(
    below.map(async (resource) => ({ resource, objects: await cluster.list(resource) })),
  );
  return lists.flatMap(({ resource, objects }) =>
    objects
      .filter((object) => uses(object, source))
      .map((object) => {
        const { name, namespace } = object.metadata;
        const reference = { resource, name, ...(namespace !== undefined && { namespace }) };
        return { reference, object, needs: dependencies(object) };
      }),
  );
}

function uses({ metadata, spec }: KubernetesObject, source: KubernetesObject): boolean {
  const { sourceRef, chartRef, chart } = (spec ?? {}) as Spec;
  return [sourceRef, chartRef, chart?.spec?.sourceRef].some(
    (ref) =>
      ref?.kind === source.kind &&
      ref.name === source.metadata.name &&
      (ref.namespace ?? metadata.namespace) === source.metadata.namespace,
  );
}
