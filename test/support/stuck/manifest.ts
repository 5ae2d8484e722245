import {
  ConfigMap,
  GitRepository,
  HelmRelease,
  Kustomization,
  Namespace,
  OCIRepository,
  type Resource,
  Secret,
} from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, ObjectMeta } from "../../../scripts/lib/object.ts";

/** Manifest is an object to apply and the collection that it belongs to. */
export interface Manifest {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

/** Where the sources of a test cluster are. */
export interface Places {
  /** `host:port` of the registry, over plain HTTP. */
  readonly registry: string;
  /** `http://host:port` of the Git server. */
  readonly git: string;
}

export const ServiceAccount: Resource = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};

type Meta = Pick<ObjectMeta, "name"> & Partial<ObjectMeta>;

/** A manifest of any kind; `fields` are those beside metadata. */
export function manifest(resource: Resource, metadata: Meta, fields: object = {}): Manifest {
  const { apiVersion, kind } = resource;
  return { resource, object: { apiVersion, kind, metadata, ...fields } };
}

export function namespaceManifest(name: string): Manifest {
  return manifest(Namespace, { name });
}

export function configMap(name: string, data: Readonly<Record<string, string>>): Manifest {
  return manifest(ConfigMap, { name }, { data });
}

export function secret(name: string, stringData: Readonly<Record<string, string>>): Manifest {
  return manifest(Secret, { name }, { stringData });
}

/** The chart of the scenarios as an OCIRepository `chart`. */
export function chart({ registry }: Places, tag = "1.0.0"): Manifest {
  const spec = {
    url: `oci://${registry}/charts/probe`,
    ref: { tag },
    layerSelector: {
      mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
      operation: "copy",
    },
    interval: "1h",
    insecure: true,
  };
  return manifest(OCIRepository, { name: "chart" }, { spec });
}

/** The repository of the scenarios as a GitRepository `repository`. */
export function repository({ git }: Places, spec: object = {}): Manifest {
  const base = { url: `${git}/stuck.git`, ref: { branch: "main" }, interval: "1h", timeout: "20s" };
  return manifest(GitRepository, { name: "repository" }, { spec: { ...base, ...spec } });
}

/** Values of the chart by which its pods find no node. */
export const unschedulable = { nodeSelector: { "example.com/pool": "none" } };

/** A HelmRelease of the chart `chart`. */
export function release(name: string, spec: object = {}, metadata: Partial<Meta> = {}): Manifest {
  const source = "chart" in spec ? {} : { chartRef: { kind: "OCIRepository", name: "chart" } };
  const base = { interval: "1h", timeout: "40s", ...source };
  return manifest(HelmRelease, { ...metadata, name }, { spec: { ...base, ...spec } });
}

/** A Kustomization of the GitRepository `repository`. Its controller waits no shorter than 30 seconds. */
export function kustomization(
  name: string,
  spec: object = {},
  metadata: Partial<Meta> = {},
): Manifest {
  const base = {
    interval: "1h",
    retryInterval: "1h",
    timeout: "30s",
    prune: true,
    sourceRef: { kind: "GitRepository", name: "repository" },
  };
  return manifest(Kustomization, { ...metadata, name }, { spec: { ...base, ...spec } });
}

/** The manifest in a namespace, unless it has one or its kind has none. */
export function inNamespace({ resource, object }: Manifest, namespace: string): Manifest {
  if (!resource.namespaced || object.metadata.namespace !== undefined) return { resource, object };
  return { resource, object: { ...object, metadata: { ...object.metadata, namespace } } };
}
