import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";

/** The chart that stands in for the published one of flux-operator. */
export const operatorChart = fileURLToPath(new URL("flux-operator", import.meta.url));

export interface SyncCrdsArgs {
  /** Directory of the operator's CRDs, which its module has at `config/crd/bases`. */
  readonly crds: string;
  /** @default operatorChart */
  readonly chart?: string;
}

const CustomResourceDefinition = z.object({ kind: z.literal("CustomResourceDefinition") });

/**
 * syncCrds makes the chart's `crds-upstream/` hold exactly the CRDs of the directory, and resolves to whether anything
 * was written. They are not part of this project: they come with the toolchain, and Git ignores them.
 */
export async function syncCrds({ crds, chart = operatorChart }: SyncCrdsArgs): Promise<boolean> {
  const wanted = await readDefinitions(crds);
  const target = join(chart, "crds-upstream");
  if (equal(await readFiles(target), wanted)) return false;
  // Written beside its place and renamed, so that helm never sees a part of them.
  const work = await mkdtemp(join(dirname(chart), ".crds-"));
  try {
    const complete = join(work, "complete");
    await mkdir(complete);
    for (const [name, content] of wanted) await writeFile(join(complete, name), content);
    await rm(target, { recursive: true, force: true });
    await rename(complete, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return true;
}

async function readDefinitions(directory: string): Promise<ReadonlyMap<string, string>> {
  const files = await readFiles(directory);
  const foreign = [...files].filter(
    ([, content]) => !CustomResourceDefinition.safeParse(parse(content)).success,
  );
  if (files.size > 0 && foreign.length === 0) return files;
  const found = files.size === 0 ? "none" : foreign.map(([name]) => `"${name}"`).join(", ");
  throw new Error(
    `"${directory}" must hold the CRDs of flux-operator and nothing else, got ${found}. ` +
      "Pass the directory config/crd/bases of its module.",
  );
}

async function readFiles(directory: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const name of await namesIn(directory)) {
    if (name.endsWith(".yaml")) files.set(name, await readFile(join(directory, name), "utf8"));
  }
  return files;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function equal(one: ReadonlyMap<string, string>, two: ReadonlyMap<string, string>): boolean {
  return one.size === two.size && [...one].every(([name, content]) => two.get(name) === content);
}
