import { read, textOf } from "../../classify/field.ts";
import type { KubernetesObject } from "../../object.ts";
import type { Key } from "../../tree/owner.ts";
import { type Claims, entry } from "./claims.ts";
import type { DrainField } from "./drain-node.ts";
import type { Address } from "./drain-plan.ts";
import type { Edge } from "./graph.ts";
import { groupOf, type Id, type SceneIndex } from "./scene-index.ts";
import { gatewayGroup } from "./tracing.ts";
import type { TracedVolume } from "./volumes.ts";

const storageGroup = "storage.k8s.io";
const ingressGroup = "networking.k8s.io";

/** storageEdges put a node with volumes before those that applied their class and its driver. */
export function storageEdges(
  { index }: DrainField,
  claims: Claims,
  volumes: ReadonlyMap<Id, TracedVolume>,
): Edge[] {
  const because = "its storage class";
  return [...volumes.values()].flatMap(({ node, storageClass }) => {
    const used =
      storageClass === undefined
        ? defaultOf(index, "StorageClass", storageGroup)
        : index.find(entry("StorageClass", storageClass, { group: storageGroup }));
    if (used === undefined) return [];
    const driver = textOf(read(used, "provisioner"));
    return [
      entry(used.kind, used.metadata.name, { group: storageGroup }),
      entry("CSIDriver", driver, { group: storageGroup }),
    ].flatMap((one) => claims.edges(node, one, because));
  });
}

/** classEdges put a node with Ingresses or Gateways before those that applied their class. */
export function classEdges(
  { index }: DrainField,
  claims: Claims,
  addresses: ReadonlyMap<Key, readonly Address[]>,
): Edge[] {
  return [...addresses].flatMap(([node, all]) =>
    all.flatMap((address) => {
      const used = classOf(index, address);
      return used === undefined ? [] : claims.edges(node, used, "its gateway or ingress class");
    }),
  );
}

function classOf(index: SceneIndex, { apiVersion, kind, namespace, name }: Address) {
  const object = index.find({ group: groupOf(apiVersion), kind, namespace, name });
  if (kind === "Ingress") return ingressClassOf(index, object);
  if (kind !== "Gateway") return undefined;
  const named = textOf(read(object?.spec, "gatewayClassName"));
  return entry("GatewayClass", named, { group: gatewayGroup });
}

function ingressClassOf(index: SceneIndex, ingress: KubernetesObject | undefined) {
  const annotated = ingress?.metadata.annotations?.["kubernetes.io/ingress.class"];
  const named = textOf(read(ingress?.spec, "ingressClassName")) || annotated;
  const used = named ?? defaultOf(index, "IngressClass", ingressGroup)?.metadata.name;
  return used === undefined ? undefined : entry("IngressClass", used, { group: ingressGroup });
}

const defaults: Readonly<Record<string, string>> = {
  StorageClass: "storageclass.kubernetes.io/is-default-class",
  IngressClass: "ingressclass.kubernetes.io/is-default-class",
};

function defaultOf(index: SceneIndex, kind: string, group: string): KubernetesObject | undefined {
  return index
    .ofKind(kind, group)
    .find(({ metadata }) => metadata.annotations?.[defaults[kind] ?? ""] === "true");
}
