import type { KubernetesObject } from "../../object.ts";
import { nameOf } from "../../report/text.ts";
import { type Key, keyOf, ownerOf } from "../../tree/owner.ts";
import { outlivesBy } from "../scope.ts";

/**
 * markOf says whose mark asks that what a Flux object applied stays: its own, or that of what applied it, which would have
 * kept it. Undefined: nobody asks.
 */
export function markOf(
  object: KubernetesObject,
  appliers: ReadonlyMap<Key, KubernetesObject>,
): string | undefined {
  const visited = new Set<KubernetesObject>();
  let current: KubernetesObject | undefined = object;
  while (current !== undefined && !visited.has(current)) {
    visited.add(current);
    const mark = outlivesBy(current);
    if (mark !== undefined) {
      return current === object ? `marked ${mark}` : `${nameOf(keyOf(current))} is marked ${mark}`;
    }
    current = appliers.get(ownerOf(current) ?? "");
  }
  return undefined;
}
