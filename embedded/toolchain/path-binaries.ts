import { execFile } from "node:child_process";
import { accessSync, constants, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, sep } from "node:path";
import { promisify } from "node:util";

/** Versioned is a tool that can tell its version. */
export interface Versioned {
  readonly name: string;
  /** With or without a `v`. */
  readonly version: string;
  readonly versionArguments?: readonly string[];
}

const patience = 10_000;

/**
 * findOnPath returns the path of every tool whose first executable on PATH says it is exactly the wanted version. Directories below
 * `ignore` do not count: a shell of the embedded cluster has the toolchain itself on PATH.
 */
export async function findOnPath(
  tools: readonly Versioned[],
  env: NodeJS.ProcessEnv,
  ignore: string,
): Promise<ReadonlyMap<string, string>> {
  const directories = (env["PATH"] ?? "").split(delimiter).filter((directory) => directory !== "");
  const outside = directories.filter((directory) => !isBelow(directory, ignore));
  const found = await Promise.all(
    tools.map(async (tool): Promise<[string, string] | undefined> => {
      if (tool.versionArguments === undefined) return undefined;
      const path = outside.map((directory) => join(directory, tool.name)).find(isExecutable);
      if (path === undefined) return undefined;
      const output = await versionOutput(path, tool.versionArguments, env);
      return saysVersion(output, tool.version) ? [tool.name, path] : undefined;
    }),
  );
  return new Map(found.filter((entry) => entry !== undefined));
}

/**
 * saysVersion looks for exactly this version in what a tool prints. A suffix is another build (`v1.36.3-gke.1`, `v1.36.3+k3s1`), but for
 * the commit that helm adds (`v4.2.3+g1a2b3c4`).
 */
export function saysVersion(output: string, version: string): boolean {
  const digits = version.replace(/^v/, "").replaceAll(".", "\\.");
  return new RegExp(`(?<![\\w.-])v?${digits}(?:\\+g[0-9a-f]+)?(?![\\w.+-])`).test(output);
}

async function versionOutput(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  // A tool may write to its home before it prints a line, and the user's home is not ours.
  const home = mkdtempSync(join(tmpdir(), "version-"));
  const homes = { HOME: home, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const options = { env: { ...env, ...homes }, timeout: patience };
  try {
    const { stdout, stderr } = await promisify(execFile)(path, args, options);
    return stdout === "" ? stderr : stdout;
  } catch {
    // What cannot tell its version is not the pinned one; the tool is built.
    return "";
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isBelow(directory: string, parent: string): boolean {
  const real = (path: string): string => {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  };
  return `${real(directory)}${sep}`.startsWith(`${real(parent)}${sep}`);
}
