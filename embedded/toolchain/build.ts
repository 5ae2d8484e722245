import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { stderrLog, type Log } from "../../scripts/lib/log.ts";
import { inUse, isAssembled, locate, type Parts, type Toolchain } from "./assemble.ts";
import { cachePaths, defaultCacheDirectory, markUsed, prune } from "./cache.ts";
import { findGo, type GoInstallation } from "./go.ts";
import { isBuilt, planGroups, type GroupPlan } from "./group-build.ts";
import { groups, type Group } from "./groups.ts";
import { kubectlAndHelm, layerPackage } from "./kubectl-helm.ts";
import { acquireLock } from "./lock.ts";
import { buildUnderLock, diskWhileBuilding } from "./locked-build.ts";
import { findOnPath } from "./path-binaries.ts";
import { ToolchainError } from "./problems.ts";
import { findProblems, goProblem, type Situation } from "./requirements.ts";

export type { Toolchain } from "./assemble.ts";
export { ToolchainError } from "./problems.ts";

export interface ToolchainOptions {
  /** @default stderrLog */
  readonly log?: Log;
  /** @default $FLUX_BOOTSTRAP_CACHE, else flux-bootstrap/toolchain in the user's cache directory */
  readonly cacheDirectory?: string;
  /** Ends the build; what is compiled is kept and the next run goes on from there. */
  readonly signal?: AbortSignal;
}

/** Definition is what is built: the real groups, or those of a test. */
export interface Definition {
  readonly groups: readonly Group[];
  /** Directory with one directory per group, which holds its go.mod. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** The zip with kubectl and helm. Defaults to the npm package's. */
  readonly archive?: string;
}

/**
 * ensureToolchain returns the toolchain, and builds what is missing first. It throws a ToolchainError that tells all problems at once, or
 * the signal's reason.
 */
export function ensureToolchain(options: ToolchainOptions = {}): Promise<Toolchain> {
  return ensure(realDefinition(), options);
}

/** ensure is ensureToolchain for any definition. */
export async function ensure(
  definition: Definition,
  options: ToolchainOptions = {},
): Promise<Toolchain> {
  const { log = stderrLog, signal = new AbortController().signal } = options;
  const root = resolve(options.cacheDirectory ?? defaultCacheDirectory(definition.env));
  const go = await findGo(definition.env);
  if (go === undefined || goProblem(go) !== undefined) {
    throw new ToolchainError(await findProblems(situation(definition, { root, go, missing: [] })));
  }
  const parts = await partsOf(definition, root, go);
  if (!isAssembled(parts)) {
    const missing = parts.plans.filter((plan) => !isBuilt(plan));
    const onPath = new Set(parts.onPath.keys());
    const problems = await findProblems(situation(definition, { root, go, missing, onPath }));
    if (problems.length > 0) throw new ToolchainError(problems);
    await buildUnderLock(parts, { env: definition.env, go, log, signal });
  }
  await markUsed(inUse(parts));
  return locate(parts);
}

/** describeToolchain lists the executables with the versions a person knows them by, and where they come from. */
export function describeToolchain(): { name: string; version: string; from: string }[] {
  return [
    ...groups.flatMap((group) =>
      group.tools.map((tool) => ({
        name: tool.name,
        version: tool.release ?? tool.version.replace(/^v/, ""),
        from: `Go module ${tool.module} ${tool.version}`,
      })),
    ),
    ...kubectlAndHelm.map(({ name, version }) => ({
      name,
      version,
      from: `npm package ${layerPackage.name} ${layerPackage.version}`,
    })),
  ];
}

/** pruneToolchains removes every build of this cache directory but the current one, and returns the directories it removed. */
export async function pruneToolchains(options: ToolchainOptions = {}): Promise<string[]> {
  const { log = stderrLog, signal } = options;
  const paths = cachePaths(options.cacheDirectory ?? defaultCacheDirectory(process.env));
  if (!existsSync(paths.root)) return [];
  const go = await findGo(process.env);
  const keep = go === undefined ? [] : inUse(await partsOf(realDefinition(), paths.root, go));
  const lock = await acquireLock(paths.root, { log, signal });
  try {
    return await prune(paths, keep, 0);
  } finally {
    lock.release();
  }
}

function realDefinition(): Definition {
  const directory = fileURLToPath(new URL("groups", import.meta.url));
  return { groups, directory, env: process.env };
}

async function partsOf(definition: Definition, root: string, go: GoInstallation): Promise<Parts> {
  const paths = cachePaths(root);
  const tools = [...definition.groups.flatMap((group) => group.tools), ...kubectlAndHelm];
  const onPath = await findOnPath(tools, definition.env, root);
  const places = { definitions: definition.directory, paths };
  const plans = planGroups(definition.groups, new Set(onPath.keys()), go, places);
  const { archive } = definition;
  return { paths, plans, onPath, ...(archive === undefined ? {} : { archive }) };
}

function situation(
  { env }: Definition,
  found: {
    root: string;
    go: GoInstallation | undefined;
    missing: readonly GroupPlan[];
    onPath?: ReadonlySet<string>;
  },
): Situation {
  const { root, go, missing, onPath } = found;
  return { env, go, cacheDirectory: root, gigabytes: diskWhileBuilding(missing), onPath };
}

async function main(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort(new Error(`ended by ${signal}. Run the command again to go on from here.`));
    });
  }
  try {
    const toolchain = await ensureToolchain({ signal: stop.signal });
    process.stdout.write(`${JSON.stringify(toolchain, null, 2)}\n`);
  } catch (error) {
    stderrLog.fail(
      `toolchain not built: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exitCode = 1;
  }
}

if (
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  await main();
}
