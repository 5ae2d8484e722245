import { existsSync, readdirSync, statSync } from "node:fs";
import { join, normalize } from "node:path";

import { isObject } from "../fields.ts";
import { kustomizeFiles, type Manifest, manifestsIn } from "./manifest.ts";

/** The fields of a kustomize file that name other files or directories. */
const following = [
  "resources",
  "components",
  "bases",
  "patches",
  "patchesStrategicMerge",
  "patchesJson6902",
  "replacements",
  "generators",
  "transformers",
  "configMapGenerator",
  "secretGenerator",
];

/**
 * buildOf is what kustomize would read for a directory: what its kustomize file names, and that in turn; without such a
 * file all manifests below it. What is elsewhere is not fetched.
 */
export async function buildOf(
  directory: string,
  seen = new Set<string>(),
): Promise<readonly Manifest[]> {
  if (seen.has(directory)) return [];
  seen.add(directory);
  const own = kustomizeFiles.map((name) => join(directory, name)).find((file) => existsSync(file));
  if (own === undefined) return allBelow(directory, seen);
  const found = await manifestsIn(own);
  const named = found.flatMap(({ content }) => pathsIn(content));
  const more: Manifest[] = [];
  for (const path of named) more.push(...(await read(normalize(join(directory, path)), seen)));
  return [...found, ...more];
}

async function allBelow(directory: string, seen: Set<string>): Promise<readonly Manifest[]> {
  const found: Manifest[] = [];
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(await buildOf(path, seen)));
    else if (/\.ya?ml$/.test(entry.name)) found.push(...(await read(path, seen)));
  }
  return found;
}

async function read(path: string, seen: Set<string>): Promise<readonly Manifest[]> {
  const isOutside = path.startsWith("..");
  if (isOutside || seen.has(path) || !existsSync(path)) return [];
  if (statSync(path).isDirectory()) return buildOf(path, seen);
  seen.add(path);
  return manifestsIn(path);
}

/** The texts that may be paths. A generator may give a file another name: `name=path`. */
function pathsIn(content: Manifest["content"]): string[] {
  const texts = following.flatMap((field) => textsIn(content?.[field]));
  return texts.filter((text) => !text.includes("\n")).map((text) => text.split("=").at(-1) ?? "");
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
