import { HelmRelease } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import { type Key, keyOf, ownerOf } from "../../tree/owner.ts";
import { type DrainField, type DrainNode, goesAlone } from "./drain-node.ts";
import type { Inventories } from "./inventories.ts";
import { idOfObject } from "./scene-index.ts";
import { isKept } from "../scope.ts";

/** With which node an object goes. */
export interface Trace {
  readonly node: Key;
  /** The object of the inventory that it was made for; undefined when it is in the inventory itself. */
  readonly madeFor: Key | undefined;
}

/** Labels by which what a controller made for a Gateway names it; the namespace is its own where the label is missing. */
const gatewayLabels = [
  ["gateway.networking.k8s.io/gateway-name", undefined],
  ["gateway.envoyproxy.io/owning-gateway-name", "gateway.envoyproxy.io/owning-gateway-namespace"],
] as const;

export const gatewayGroup = "gateway.networking.k8s.io";

/** traceOf follows owners up to an object of an inventory that goes; undefined for what does not trace to one. */
export function traceOf(
  field: DrainField,
  inventories: Inventories,
  object: KubernetesObject,
): Trace | undefined {
  const visited = new Set<KubernetesObject>();
  let current: KubernetesObject | undefined = object;
  while (current !== undefined && !visited.has(current)) {
    visited.add(current);
    const node =
      inventories.holders.get(idOfObject(current)) ?? installingNode(field, current)?.key;
    if (node !== undefined) {
      return { node, madeFor: current === object ? undefined : keyOf(current) };
    }
    current = makerOf(field, current);
  }
  return undefined;
}

/**
 * installingNode is the HelmRelease that made an object and has not written its inventory yet, as while it installs.
 * Helm, which knows what it made, removes it all the same.
 */
export function installingNode(
  { nodes }: DrainField,
  object: KubernetesObject,
): DrainNode | undefined {
  const node = nodes.get(ownerOf(object) ?? "");
  if (node === undefined || node.remote || goesAlone(node) || isKept(object)) return undefined;
  return node.object.kind === HelmRelease.kind && node.inventory.length === 0 ? node : undefined;
}

/** What an object was made for, by its controlling owner or by a label. */
function makerOf({ index }: DrainField, { metadata }: KubernetesObject) {
  const { ownerReferences = [], labels = {}, namespace } = metadata;
  for (const { uid } of ownerReferences) {
    const owner = index.byUid(uid);
    if (owner !== undefined) return owner;
  }
  for (const [nameLabel, namespaceLabel] of gatewayLabels) {
    const name = labels[nameLabel];
    if (name === undefined) continue;
    const at = namespaceLabel === undefined ? namespace : labels[namespaceLabel];
    return index.find({ group: gatewayGroup, kind: "Gateway", namespace: at, name });
  }
  return undefined;
}
