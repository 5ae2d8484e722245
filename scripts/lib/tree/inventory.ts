import type { KubernetesObject } from "../object.ts";

/** An object that a Kustomization or HelmRelease applied. */
export interface InventoryEntry {
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly name: string;
  /** Undefined for what is not namespaced. */
  readonly namespace: string | undefined;
}

interface WithInventory {
  readonly inventory?: { readonly entries?: readonly { readonly id: string }[] };
}

/** inventoryOf is what the object says it applied; empty while it has not applied anything. */
export function inventoryOf(object: KubernetesObject): InventoryEntry[] {
  const entries = (object.status as WithInventory | undefined)?.inventory?.entries ?? [];
  return entries.map(({ id }) => parseId(id)).filter((entry) => entry !== undefined);
}

/** parseId reads `<namespace>_<name>_<group>_<kind>`, in whose name a colon is written as two underscores. */
export function parseId(id: string): InventoryEntry | undefined {
  const match = /^([^_]*)_(.+)_([^_]*)_([^_]+)$/.exec(id);
  if (match === null) return undefined;
  const [, namespace = "", name = "", group = "", kind = ""] = match;
  return {
    kind,
    group,
    name: name.replaceAll("__", ":"),
    namespace: namespace === "" ? undefined : namespace,
  };
}
