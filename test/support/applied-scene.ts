import type { DrainScene } from "../../scripts/lib/drain/plan/drain-plan.ts";
import { entryOf, groupOf, idOfObject } from "../../scripts/lib/drain/plan/scene-index.ts";
import { FluxInstance, HelmRelease, Kustomization, ResourceSet } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import type { Fleet } from "./destroy/fleet.ts";
import { deployment } from "./destroy/manifests.ts";
import { layer, root, rootSource } from "./destroy/fleet.ts";
import { inNamespace, type Manifest, namespaceManifest } from "./stuck/manifest.ts";

/** What surrounds a fleet once it is applied. */
export interface Surroundings {
  /** What the chart of a release makes, by `namespace/name`. @default a Deployment of the release's name */
  readonly charts?: Readonly<Record<string, readonly Manifest[]>>;
  /** What somebody else made. */
  readonly others?: readonly Manifest[];
}

type Entries = { readonly id: string; readonly v: string }[];
type Placed = Omit<KubernetesObject, "spec" | "status"> & { spec?: unknown; status?: unknown };
interface Spec {
  readonly path?: string;
  readonly resources?: readonly KubernetesObject[];
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  readonly type?: string;
}

const owners: Readonly<Record<string, string>> = {
  Kustomization: "kustomize.toolkit.fluxcd.io",
  HelmRelease: "helm.toolkit.fluxcd.io",
  ResourceSet: "resourceset.fluxcd.controlplane.io",
};

/** appliedScene is what a drain finds once Flux has applied the fleet, with what Kubernetes adds to it. */
export function appliedScene(fleet: Fleet, around: Surroundings = {}): DrainScene {
  const cluster = new AppliedCluster(fleet, around.charts ?? {});
  const { apiVersion, kind } = FluxInstance;
  const instance = {
    apiVersion,
    kind,
    metadata: { name: "flux", namespace: "flux-system" },
    spec: { sync: { kind: "GitRepository" } },
  };
  const source = { apiVersion: rootSource.resource.apiVersion, kind: rootSource.resource.kind };
  cluster.add({ ...instance }, undefined);
  cluster.add({ ...namespaceManifest("flux-system").object }, undefined);
  cluster.add({ ...source, metadata: { name: root.name, namespace: "flux-system" } }, undefined);
  cluster.add({ ...layer(root.name, { path: "./cluster" }).object }, undefined);
  for (const { object } of around.others ?? []) cluster.add({ ...object }, undefined);
  const objects = [...cluster.objects.values()];
  const isFlux = ({ apiVersion: version }: KubernetesObject) =>
    /(toolkit\.fluxcd|fluxcd\.controlplane)\.io$/.test(groupOf(version));
  return {
    uid: "uid",
    endpoint: "https://api.example",
    fluxNamespace: "flux-system",
    flux: objects.filter(isFlux),
    objects: objects.filter((object) => !isFlux(object)),
  };
}

class AppliedCluster {
  readonly objects = new Map<string, KubernetesObject>();
  readonly #fleet: Fleet;
  readonly #charts: Readonly<Record<string, readonly Manifest[]>>;

  constructor(fleet: Fleet, charts: Readonly<Record<string, readonly Manifest[]>>) {
    this.#fleet = fleet;
    this.#charts = charts;
  }

  /** Puts the object as its owner applied it, and plays who acts on it. */
  add(object: KubernetesObject, owner: KubernetesObject | undefined): void {
    const id = idOfObject(object);
    const { labels = {} } = object.metadata;
    const placed: Placed = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: object.metadata.uid ?? `uid-${id}`,
        labels: { ...labels, ...ownerLabels(owner) },
      },
    };
    this.objects.set(id, placed);
    const inventory = { entries: this.#apply(placed) };
    if (inventory.entries.length > 0) placed.status = { inventory };
    this.#surround(placed);
  }

  /** The entries of what a Flux object applies. */
  #apply(object: Placed): Entries {
    const entries: Entries = [];
    for (const each of this.#appliedBy(object)) {
      this.add({ ...each }, object);
      const { namespace = "", name, group, kind } = entryOf(each);
      entries.push({ id: [namespace, name.replaceAll(":", "__"), group, kind].join("_"), v: "v1" });
    }
    return entries;
  }

  #appliedBy({ kind, metadata, spec }: Placed): readonly KubernetesObject[] {
    const { name, namespace = "" } = metadata;
    const { path = "", resources = [] } = (spec ?? {}) as Spec;
    if (kind === Kustomization.kind) {
      const directory = path.replace("./", "");
      return (this.#fleet[directory] ?? []).map(({ object }) => object);
    }
    if (kind === ResourceSet.kind) return resources;
    if (kind !== HelmRelease.kind) return [];
    const made = this.#charts[`${namespace}/${name}`] ?? [deployment(name)];
    return made.map((each) => inNamespace(each, namespace).object);
  }

  /** What Kubernetes, Helm and a cloud make of the object. */
  #surround(object: Placed): void {
    const { kind, metadata } = object;
    const { name, namespace = "" } = metadata;
    const { type, volumeClaimTemplates = [] } = (object.spec ?? {}) as Spec;
    if (kind === "Namespace") {
      this.add(core("ServiceAccount", "default", name), undefined);
      this.add(core("ConfigMap", "kube-root-ca.crt", name), undefined);
    } else if (kind === HelmRelease.kind) {
      const secret = core("Secret", `sh.helm.release.v1.${name}.v1`, namespace);
      const labels = { owner: "helm", name };
      this.add({ ...secret, metadata: { ...secret.metadata, labels } }, undefined);
    } else if (kind === "Service" && type === "LoadBalancer") {
      object.status = { loadBalancer: { ingress: [{ ip: "198.51.100.7" }] } };
    } else if (kind === "PersistentVolumeClaim") {
      this.#provision(object);
    }
    for (const template of volumeClaimTemplates) {
      this.add(
        core("PersistentVolumeClaim", `${template.metadata.name}-${name}-0`, namespace),
        undefined,
      );
    }
  }

  #provision(claim: Placed): void {
    const { name, namespace = "" } = claim.metadata;
    const volumeName = `pv-${namespace}-${name}`;
    claim.spec = { ...(claim.spec as Spec | undefined), volumeName };
    claim.status = { capacity: { storage: "1Mi" } };
    const spec = { persistentVolumeReclaimPolicy: "Delete" };
    this.add({ ...core("PersistentVolume", volumeName, undefined), spec }, undefined);
  }
}

function core(kind: string, name: string, namespace: string | undefined): KubernetesObject {
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  return { apiVersion: "v1", kind, metadata };
}

function ownerLabels(owner: KubernetesObject | undefined): Readonly<Record<string, string>> {
  if (owner === undefined) return {};
  const prefix = owners[owner.kind] ?? "";
  const { name, namespace = "" } = owner.metadata;
  return { [`${prefix}/name`]: name, [`${prefix}/namespace`]: namespace };
}

/** withMetadata adds to the metadata of a manifest. */
export function withMetadata({ resource, object }: Manifest, metadata: object): Manifest {
  return { resource, object: { ...object, metadata: { ...object.metadata, ...metadata } } };
}
