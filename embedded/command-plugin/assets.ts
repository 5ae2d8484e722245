import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { posix, relative } from "node:path";
import { compileGlob } from "./glob.ts";
import { fileAsset, type Properties } from "../plugin/properties.ts";
import { systemMessage } from "./failure.ts";

async function hashOf(path: string): Promise<string> {
  try {
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  } catch (error) {
    const reason = systemMessage(error);
    throw new Error(`failed to open asset file '${path}': open ${path}: ${reason}`, {
      cause: error,
    });
  }
}

/**
 * findAssets answers the files under `directory` that the rules include, by their path relative to it. Rules are
 * globs, applied in their order; one that begins with `!` takes out what it matches.
 */
export async function findAssets(directory: string, globs: readonly string[]): Promise<Properties> {
  const rules = globs.map((glob) => ({
    excludes: glob.startsWith("!"),
    pattern: compileGlob(glob.replace(/^!/, "")),
  }));
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const assets: Properties = {};
  for (const entry of entries) {
    const name = relative(directory, posix.join(entry.parentPath, entry.name));
    const last = entry.isDirectory()
      ? undefined
      : rules.findLast(({ pattern }) => pattern.test(name));
    if (last?.excludes !== false) continue;
    const path = posix.join(directory, name);
    assets[name] = fileAsset(path, await hashOf(path));
  }
  return assets;
}
