import { existsSync } from "node:fs";
import { link, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { contentKey, publish, recipe, type CachePaths } from "./cache.ts";
import type { GroupPlan } from "./group-build.ts";
import { kubectlAndHelm, layerPackage, unpackLayer } from "./kubectl-helm.ts";

/** Toolchain is where the built tools are. Everything stays in place as long as it is used once in 30 days. */
export interface Toolchain {
  /** One directory with every executable under its usual name. The Pulumi plugins are not among them. */
  readonly bin: string;
  /** Holds `resource-kubernetes-v4.25.0/pulumi-resource-kubernetes`, as `$PULUMI_HOME/plugins` does. */
  readonly pulumiPlugins: string;
  /** Holds `config/` of the flux-operator module: `config/crd/bases`, `config/data`, `config/manager`, `config/rbac`. */
  readonly operator: string;
  /** Holds `kustomize/` of the kwok module: `kustomize/stage`, `kustomize/crd`. */
  readonly kwok: string;
  /** Changes with every version, flag and source that goes in. */
  readonly key: string;
}

/** Parts are what one toolchain is put together from. */
export interface Parts {
  readonly paths: CachePaths;
  readonly plans: readonly GroupPlan[];
  /** Tools taken from PATH: their paths by name. */
  readonly onPath: ReadonlyMap<string, string>;
  /** The zip with kubectl and helm. Defaults to the npm package's. */
  readonly archive?: string;
}

const languageHost = "pulumi-language-nodejs";

/** locate tells where the toolchain of these parts is, or will be. */
export function locate({ paths, plans, onPath }: Parts): Toolchain {
  // The root counts as well: the language host's wrapper names it.
  const key = contentKey([
    String(recipe),
    paths.root,
    `${layerPackage.name}@${layerPackage.version}`,
    ...plans.map((plan) => basename(plan.directory)),
    ...[...onPath].map((entry) => entry.join("=")).sort(),
  ]);
  const holding = (path: string): string => {
    const plan = plans.find(({ group }) =>
      [
        ...group.tools.map((tool) => tool.directory),
        ...(group.extras ?? []).map((extra) => extra.to),
      ].some((inside) => inside?.startsWith(`${path}/`) === true),
    );
    return plan === undefined ? join(paths.assembled, key, path) : join(plan.directory, path);
  };
  return {
    bin: join(paths.assembled, key, "bin"),
    pulumiPlugins: holding("plugins"),
    operator: holding("operator"),
    kwok: holding("kwok"),
    key,
  };
}

/** isAssembled is true when nothing is left to do. */
export function isAssembled(parts: Parts): boolean {
  return (
    existsSync(locate(parts).bin) && parts.plans.every(({ directory }) => existsSync(directory))
  );
}

/** inUse are the directories of the cache that this toolchain is made of. */
export function inUse(parts: Parts): string[] {
  return [...parts.plans.map(({ directory }) => directory), dirname(locate(parts).bin)];
}

/**
 * assemble fills `bin`. Built tools are hard links, so that Pulumi finds its language host beside the real path of its own binary; tools of
 * PATH are symbolic links.
 */
export async function assemble(parts: Parts): Promise<Toolchain> {
  const toolchain = locate(parts);
  await publish(dirname(toolchain.bin), async (temporary) => {
    const bin = join(temporary, "bin");
    await mkdir(bin);
    for (const { directory } of parts.plans) await linkAll(join(directory, "bin"), bin);
    for (const [name, path] of parts.onPath) await symlink(path, join(bin, name));
    const host = parts.plans
      .map(({ directory }) => join(directory, "host", languageHost))
      .find((path) => existsSync(path));
    if (host !== undefined) await writeWrapper(join(bin, languageHost), host);
    const unpacked = kubectlAndHelm.filter(({ name }) => !parts.onPath.has(name));
    if (unpacked.length > 0) {
      await unpackLayer(
        bin,
        unpacked.map(({ name }) => name),
        parts.archive,
      );
    }
  });
  return toolchain;
}

async function linkAll(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  for (const name of await readdir(from)) await link(join(from, name), join(to, name));
}

/** writeWrapper turns off the host's own TypeScript, because Node runs the program as it is; this host takes that as a flag only. */
async function writeWrapper(path: string, host: string): Promise<void> {
  const quoted = `'${host.replaceAll("'", `'\\''`)}'`;
  await writeFile(path, `#!/bin/sh\nexec ${quoted} -typescript=false "$@"\n`, { mode: 0o755 });
}
