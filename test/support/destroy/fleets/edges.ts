import type { Cluster } from "../../../../scripts/lib/cluster.ts";
import { CustomResourceDefinition, type Resource } from "../../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../../scripts/lib/object.ts";
import { manifest, namespaceManifest } from "../../stuck/manifest.ts";
import { type Fleet, layer, within } from "../fleet.ts";
import { loadBalancer, Service } from "../manifests.ts";

const group = "networking.example.com";
const namespace = "edges";

/** Edge is a kind of its own for which a controller makes a LoadBalancer Service. */
export const Edge: Resource = {
  apiVersion: `${group}/v1`,
  kind: "Edge",
  plural: "edges",
  namespaced: true,
};

const definition = manifest(
  CustomResourceDefinition,
  { name: `edges.${group}` },
  {
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Edge", plural: "edges", singular: "edge", listKind: "EdgeList" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object" } },
        },
      ],
    },
  },
);

/** A layer with the definition, and one with an Edge, in no order of their own. */
export function edges(): Fleet {
  return {
    cluster: [layer("platform"), layer("doors")],
    platform: [definition, namespaceManifest(namespace)],
    doors: within(namespace, [manifest(Edge, { name: "front" })]),
  };
}

export const edge: Reference = { resource: Edge, name: "front", namespace };
/** The Service that is made for it, which is in no inventory. */
export const madeService: Reference = { resource: Service, name: "edge-front", namespace };

/** Makes the Service of each Edge, as its owner, until the signal aborts. */
export function controlEdges(cluster: Cluster, signal: AbortSignal): void {
  const seen = ({ metadata }: KubernetesObject) => {
    if (metadata.deletionTimestamp !== undefined) return;
    const { apiVersion, kind } = Edge;
    const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid };
    const [made] = within(metadata.namespace ?? "", [loadBalancer(`edge-${metadata.name}`)]);
    if (made === undefined) return;
    const { object } = made;
    const owned = { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } };
    // The next event of the Edge makes it when it cannot be made now.
    cluster.apply(Service, owned as KubernetesObject, "edge-controller").catch(() => undefined);
  };
  cluster.follow(Edge, { signal }, { seen, gone: () => undefined });
}
