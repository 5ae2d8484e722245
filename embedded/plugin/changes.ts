import { isDeepStrictEqual } from "node:util";

import { isMap, type Properties, type Value } from "./properties.ts";

export type Change = "ADD" | "DELETE" | "UPDATE";
export type Kind = Change | `${Change}_REPLACE`;

/** Property path, such as `subnetIds[0]` or `tags["a b"]`, to what happened there. */
export type Changes = Map<string, Kind>;

type Path = readonly (string | number)[];

/** changesOf answers what changed from the old inputs to the new ones, at any depth of maps and lists. */
export function changesOf(oldInputs: Properties, inputs: Properties): Changes {
  const own = Object.entries(inputs).filter(([key]) => !key.startsWith("__"));
  const found: Changes = new Map();
  compare([], oldInputs, Object.fromEntries(own), found);
  return found;
}

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
