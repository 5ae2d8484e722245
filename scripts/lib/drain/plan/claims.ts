import type { InventoryEntry } from "../../tree/inventory.ts";
import type { Key } from "../../tree/owner.ts";
import type { DrainField } from "./drain-node.ts";
import type { Edge } from "./graph.ts";
import { type Id, idOf } from "./scene-index.ts";

/** Claims tells which nodes applied an object. */
export class Claims {
  readonly #holders = new Map<Id, Key[]>();

  constructor({ nodes }: DrainField) {
    for (const { key, inventory } of nodes.values()) {
      for (const entry of inventory) {
        const id = idOf(entry);
        this.#holders.set(id, [...(this.#holders.get(id) ?? []), key]);
      }
    }
  }

  holders(entry: InventoryEntry): readonly Key[] {
    return this.#holders.get(idOf(entry)) ?? [];
  }

  /** What needs the object goes before those that applied it. */
  edges(first: Key, needed: InventoryEntry, because: Edge["because"]): Edge[] {
    return this.holders(needed)
      .filter((then) => then !== first)
      .map((then) => ({ first, then, because }));
  }
}

/** An entry of the core group, or of `group`. */
export function entry(
  kind: string,
  name: string,
  at: { readonly namespace?: string | undefined; readonly group?: string } = {},
): InventoryEntry {
  return { group: at.group ?? "", kind, name, namespace: at.namespace };
}
