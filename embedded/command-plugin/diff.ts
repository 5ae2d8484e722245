import { isDeepStrictEqual } from "node:util";
import { isMap, type Properties, type Value } from "./properties.ts";

export type Change = "ADD" | "DELETE" | "UPDATE";
export type Kind = Change | `${Change}_REPLACE`;

type Path = readonly (string | number)[];
type Changes = Map<string, Kind>;

function format(path: Path): string {
  const parts = path.map((part, index) => {
    if (typeof part === "number") return `[${part}]`;
    if (!/^[\w$]+$/.test(part)) return `["${part.replaceAll('"', '\\"')}"]`;
    return index === 0 ? part : `.${part}`;
  });
  return parts.join("");
}

function compare(path: Path, old: Value | undefined, next: Value | undefined, found: Changes) {
  if (Array.isArray(old) && Array.isArray(next)) {
    for (let index = 0; index < Math.max(old.length, next.length); index++) {
      compare([...path, index], old[index], next[index], found);
    }
  } else if (isMap(old) && isMap(next)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
      compare([...path, key], old[key], next[key], found);
    }
  } else if (!isDeepStrictEqual(old, next)) {
    found.set(format(path), changeOf(old ?? null, next ?? null));
  }
}

function changeOf(old: Value, next: Value): Change {
  if (old === null) return "ADD";
  return next === null ? "DELETE" : "UPDATE";
}

/**
 * diff answers what changed from the old inputs to the new ones: property path to kind.
 *
 * Only a change of `triggers` as a whole replaces by itself. For a change inside of it (`triggers[0]`) the SDK's
 * Command asks the engine for the replacement, with `replaceOnChanges: ["triggers[*]"]`.
 */
export function diff(oldInputs: Properties, inputs: Properties): ReadonlyMap<string, Kind> {
  const own = Object.entries(inputs).filter(([key]) => key !== "version" && !key.startsWith("__"));
  const found: Changes = new Map();
  compare([], oldInputs, Object.fromEntries(own), found);
  const triggers = found.get("triggers");
  if (triggers !== undefined) found.set("triggers", `${triggers as Change}_REPLACE`);
  return found;
}

/** keepIgnored puts the values of the state back for every input whose changes are ignored. */
export function keepIgnored(
  inputs: Properties,
  state: Properties,
  ignored: readonly string[],
): Properties {
  const kept = Object.entries(state).filter(([name]) => ignored.includes(name));
  return { ...inputs, ...Object.fromEntries(kept) };
}
