import { fieldsOf, listOf, textOf } from "../../classify/field.ts";
import type { InventoryEntry } from "../../tree/inventory.ts";
import { type Key, keyFrom, ownerOf } from "../../tree/owner.ts";
import { type Claims, entry } from "./claims.ts";
import { type DrainField, type DrainNode, nodeNamed } from "./drain-node.ts";
import type { Edge } from "./graph.ts";
import { originalDependsOn } from "../freeze/original.ts";
import { groupOf } from "./scene-index.ts";

/** appliedEdges put what was applied before what applied it, by inventories and by labels. Nothing applied the root. */
export function appliedEdges(field: DrainField): Edge[] {
  const { nodes, root } = field;
  const edges: Edge[] = [];
  const add = (first: Key, then: Key) => {
    if (first !== then && first !== root) edges.push({ first, then, because: "applied by it" });
  };
  for (const { key, object, inventory } of nodes.values()) {
    const owner = ownerOf(object);
    if (owner !== undefined && nodes.has(owner)) add(key, owner);
    for (const one of inventory) {
      const child = nodeNamed(field, one);
      if (child !== undefined && ownerOf(child.object) !== key) add(child.key, key);
    }
  }
  return edges;
}

/** What objects themselves ask for. */
export interface DependentEdges {
  /** Between an object and the one that it depends on. */
  readonly direct: readonly Edge[];
  /** Between an object and what applied the one that it depends on. */
  readonly indirect: readonly Edge[];
}

/** dependentEdges put what depends before what it depends on. */
export function dependentEdges(field: DrainField, claims: Claims): DependentEdges {
  const direct: Edge[] = [];
  const indirect: Edge[] = [];
  for (const node of field.nodes.values()) {
    if (node.key === field.root) continue;
    for (const reference of listOf(originalDependsOn(node.object))) {
      const { key, entries } = dependencyOf(node, reference);
      if (key === node.key) continue;
      if (field.nodes.has(key)) direct.push({ first: node.key, then: key, because: "dependsOn" });
      else indirect.push(...entries.flatMap((one) => claims.edges(node.key, one, "dependsOn")));
    }
  }
  return { direct, indirect };
}

/** layerEdges put what depends on a layer before all that the layer applied, level by level. */
export function layerEdges(applied: readonly Edge[], dependent: readonly Edge[]): Edge[] {
  const children = new Map<Key, Key[]>();
  for (const { first, then } of applied) {
    children.set(then, [...(children.get(then) ?? []), first]);
  }
  return dependent.flatMap(({ first, then }) => {
    const below = new Set([then]);
    for (const one of below) for (const child of children.get(one) ?? []) below.add(child);
    below.delete(then);
    return [...below].map((each): Edge => ({ first, then: each, because: "dependsOn its layer" }));
  });
}

/** What a reference names, as a node and as an object of some inventory. A ResourceSet may depend on any kind. */
function dependencyOf(
  { object }: DrainNode,
  reference: unknown,
): { readonly key: Key; readonly entries: readonly InventoryEntry[] } {
  const fields = fieldsOf(reference);
  const kind = textOf(fields["kind"]) || object.kind;
  const name = textOf(fields["name"]);
  const namespace = textOf(fields["namespace"]) || object.metadata.namespace;
  const group = groupOf(textOf(fields["apiVersion"]));
  // Whether the kind has namespaces is not said.
  const entries = [entry(kind, name, { group, namespace }), entry(kind, name, { group })];
  return { key: keyFrom(kind, namespace, name), entries };
}
