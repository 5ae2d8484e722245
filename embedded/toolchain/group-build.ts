import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { appendFile, cp, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { contentKey, publish, recipe, type CachePaths } from "./cache.ts";
import { runGo, type GoInstallation } from "./go.ts";
import type { Group, Tool } from "./groups.ts";

/** GroupPlan is a group with the tools that are to be built and the directory its result has in the cache. */
export interface GroupPlan {
  readonly group: Group;
  readonly tools: readonly Tool[];
  /** Directory that holds the group's go.mod, go.sum and Go files. */
  readonly definition: string;
  /** Where the result is published; the name ends in the key of all that goes in. */
  readonly directory: string;
}

/** BuildContext is what all builds of one run share. */
export interface BuildContext {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly paths: CachePaths;
}

/** PreparedGroup has its definition in the work directory and the modules it takes files from in the module cache. */
export interface PreparedGroup {
  readonly plan: GroupPlan;
  readonly cwd: string;
  readonly moduleDirectories: ReadonlyMap<string, string>;
}

/** planGroups leaves out tools that PATH has, and groups with nothing left to publish. */
export function planGroups(
  groups: readonly Group[],
  onPath: ReadonlySet<string>,
  go: GoInstallation,
  places: { readonly definitions: string; readonly paths: CachePaths },
): GroupPlan[] {
  return groups.flatMap((group) => {
    const tools = group.tools.filter((tool) => !onPath.has(tool.name));
    if (tools.length === 0 && group.extras === undefined) return [];
    const definition = join(places.definitions, group.name);
    const key = groupKey({ ...group, tools }, definition, go);
    return [
      { group, tools, definition, directory: join(places.paths.groups, `${group.name}-${key}`) },
    ];
  });
}

function groupKey(group: Group, definition: string, go: GoInstallation): string {
  const files = readdirSync(definition, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(join(definition, file)).isFile())
    .sort();
  return contentKey([
    String(recipe),
    go.version,
    go.platform,
    JSON.stringify([group.tools, group.extras, group.source]),
    ...buildFlags(group),
    ...files.flatMap((file) => [file, readFileSync(join(definition, file), "utf8")]),
  ]);
}

/** buildFlags are the flags that shape the binaries: no debug information, no profile-guided second pass, the group's stamps. */
export function buildFlags(group: Group): string[] {
  const stamps = Object.entries(group.stamps ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return [
    "-mod=readonly",
    "-trimpath",
    "-pgo=off",
    "-gcflags=all=-dwarf=false",
    `-ldflags=${["-s", "-w", ...stamps].join(" ")}`,
    ...(group.tags === undefined ? [] : [`-tags=${group.tags.join(",")}`]),
  ];
}

/**
 * prepareGroup gets the modules that the group's tools are in, which shows within seconds whether the module proxy has them.
 */
export async function prepareGroup(plan: GroupPlan, context: BuildContext): Promise<PreparedGroup> {
  const { group } = plan;
  const cwd = join(context.paths.work, group.name);
  await rm(cwd, { recursive: true, force: true });
  await cp(plan.definition, cwd, { recursive: true });
  const named = [...plan.tools, ...(group.extras ?? [])].map(({ module }) => module);
  const modules = [...new Set([...named, ...(group.source === undefined ? [] : [group.source])])];
  await runGo(["mod", "download", ...modules], { ...context, cwd });
  const format = "{{.Path}}\t{{.Dir}}";
  const listed = await runGo(["list", "-mod=readonly", "-m", "-f", format, ...modules], {
    ...context,
    cwd,
  });
  const lines = listed.trim().split("\n");
  const moduleDirectories = new Map(lines.map((line) => line.split("\t") as [string, string]));
  const prepared = { plan, cwd, moduleDirectories };
  if (group.source !== undefined) await copySource(prepared, group.source);
  return prepared;
}

/** copySource makes go build the module from a copy with our files laid over it; go.sum has vouched for the original. */
async function copySource(prepared: PreparedGroup, module: string): Promise<void> {
  const copy = join(prepared.cwd, "module");
  await copyTree(moduleDirectory(prepared, module), copy);
  await copyTree(join(prepared.cwd, "source"), copy);
  await appendFile(join(prepared.cwd, "go.mod"), `\nreplace ${module} => ./module\n`);
}

function moduleDirectory(prepared: PreparedGroup, module: string): string {
  const directory = prepared.moduleDirectories.get(module);
  if (directory === undefined) throw new Error(`module "${module}" must be in go.mod, got none.`);
  return directory;
}

/** fetchGroup gets every module that the group's packages need, and no other. */
export async function fetchGroup(
  prepared: PreparedGroup,
  context: BuildContext,
  onModule: () => void,
): Promise<void> {
  const { plan, cwd } = prepared;
  const tags = plan.group.tags === undefined ? [] : [`-tags=${plan.group.tags.join(",")}`];
  const packages = plan.tools.map((tool) => tool.package);
  if (packages.length === 0) return;
  await runGo(["list", "-mod=readonly", "-deps", "-f", "{{.ImportPath}}", ...tags, ...packages], {
    ...context,
    cwd,
    onLine: (line) => {
      if (line.startsWith("go: downloading ")) onModule();
    },
  });
}

/** compileGroup builds the group's tools and publishes them with its extras. */
export async function compileGroup(
  prepared: PreparedGroup,
  context: BuildContext,
  onLine: (line: string) => void,
): Promise<void> {
  const { plan, cwd } = prepared;
  const built = join(cwd, "built");
  const packages = plan.tools.map((tool) => tool.package);
  if (packages.length > 0) {
    const args = ["build", "-v", ...buildFlags(plan.group), "-o", `${built}/`, ...packages];
    await runGo(args, { ...context, cwd, onLine });
  }
  await publish(plan.directory, async (temporary) => {
    for (const tool of plan.tools) {
      const target = join(temporary, tool.directory ?? "bin", tool.name);
      await mkdir(dirname(target), { recursive: true });
      await rename(join(built, tool.builtAs ?? tool.name), target);
    }
    for (const extra of plan.group.extras ?? []) {
      const from = join(moduleDirectory(prepared, extra.module), extra.from);
      await copyTree(from, join(temporary, extra.to));
    }
  });
}

export function isBuilt(plan: GroupPlan): boolean {
  return existsSync(plan.directory);
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, force: true });
}
