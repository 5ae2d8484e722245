import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, readdir, rename, rm, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Counted up when the way things are built or laid out changes, so that no older build is taken for a new one. */
export const recipe = 1;

const day = 24 * 60 * 60 * 1000;

/** CachePaths are the directories below one cache directory. */
export interface CachePaths {
  readonly root: string;
  /** Private Go caches and copies of sources: there while building, gone afterwards. */
  readonly work: string;
  /** One directory per built group, `<name>-<key>`. */
  readonly groups: string;
  /** One directory per assembled toolchain, `<key>`. */
  readonly assembled: string;
}

/**
 * defaultCacheDirectory is `$FLUX_BOOTSTRAP_CACHE`, else `flux-bootstrap/toolchain` in `$XDG_CACHE_HOME`, else the same in
 * `~/.cache`.
 */
export function defaultCacheDirectory(env: NodeJS.ProcessEnv): string {
  const own = env["FLUX_BOOTSTRAP_CACHE"] ?? "";
  if (own !== "") return resolve(own);
  const xdg = env["XDG_CACHE_HOME"] ?? "";
  return join(xdg === "" ? join(homedir(), ".cache") : xdg, "flux-bootstrap", "toolchain");
}

/** cachePaths names the directories; it creates none. */
export function cachePaths(root: string): CachePaths {
  return {
    root,
    work: join(root, "work"),
    groups: join(root, "groups"),
    assembled: join(root, "assembled"),
  };
}

/** contentKey is 16 hexadecimal digits that change with any of the parts or their order. */
export function contentKey(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/**
 * publish makes `directory` appear whole or not at all: `fill` writes into a temporary sibling that is then renamed. When
 * another process was first, its directory stays.
 */
export async function publish(
  directory: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${directory}.${randomUUID().slice(0, 8)}.partial`;
  await mkdir(temporary, { recursive: true });
  try {
    await fill(temporary);
    await rename(temporary, directory);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}

/** markUsed sets the time that `prune` goes by. */
export async function markUsed(directories: readonly string[]): Promise<void> {
  const now = new Date();
  await Promise.all(directories.map((directory) => utimes(directory, now, now)));
}

/**
 * prune removes groups and assembled toolchains that nothing used for `unusedFor` milliseconds (default 30 days), and what
 * interrupted builds left half-written. It returns what it removed. Call it under the lock only.
 */
export async function prune(
  paths: CachePaths,
  keep: readonly string[],
  unusedFor = 30 * day,
): Promise<string[]> {
  const removed: string[] = [];
  for (const parent of [paths.groups, paths.assembled]) {
    const names = existsSync(parent) ? await readdir(parent) : [];
    for (const directory of names.map((name) => join(parent, name))) {
      const stale = Date.now() - statSync(directory).mtimeMs >= unusedFor;
      if (keep.includes(directory) || !(stale || directory.endsWith(".partial"))) continue;
      await rm(directory, { recursive: true, force: true });
      removed.push(directory);
    }
  }
  return removed;
}

/** sizeOf sums the bytes of all files below a directory, without following links. */
export function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
