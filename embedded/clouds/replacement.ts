import { changesOf, type Kind } from "../plugin/changes.ts";
import type { Properties } from "../plugin/properties.ts";
import type { ResourceType } from "./resource-type.ts";

export interface CloudDiff {
  readonly changes: ReadonlyMap<string, Kind>;
  /** Whether the old one has to go first, because both would have the same name. */
  readonly deleteBeforeReplace: boolean;
}

/** cloudDiff is what changed between two sets of inputs, and what of it the cloud does not change in place. */
export function cloudDiff(
  { replaceOn, nameInput }: ResourceType,
  oldInputs: Properties,
  inputs: Properties,
): CloudDiff {
  const changes = changesOf(oldInputs, inputs);
  let replaces = false;
  for (const [path, kind] of changes) {
    const plain = path.replaceAll(/\[\d+\]/g, "");
    if (!replaceOn.some((part) => plain === part || plain.startsWith(`${part}.`))) continue;
    changes.set(path, kind.endsWith("_REPLACE") ? kind : (`${kind}_REPLACE` as Kind));
    replaces = true;
  }
  const sameName = nameInput !== undefined && !changes.has(nameInput);
  return { changes, deleteBeforeReplace: replaces && sameName };
}
