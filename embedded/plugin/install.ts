import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { StandIn } from "./stand-in.ts";

const shellQuote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The text of the file at path, or undefined when there is none. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export interface Program {
  /** The path of the executable. */
  readonly path: string;
  /** What it stands in for, such as `pulumi-resource-command`. */
  readonly name: string;
  /** The module that it runs. */
  readonly main: string;
  /** Node 22.19 or newer. */
  readonly node: string;
}

/**
 * installProgram leaves an executable at the path: a small script which runs the module with the given Node. A file
 * that is there and not ours is left alone, with an error.
 */
export async function installProgram({ path, name, main, node }: Program): Promise<void> {
  const mark = `# Stand-in for ${name}, for embedded clusters and tests only.`;
  const run = `${shellQuote(node)} --disable-warning=ExperimentalWarning`;
  const script = `#!/bin/sh\n${mark}\nexec ${run} ${shellQuote(main)} "$@"\n`;

  const present = await textOf(path);
  if (present === script) return;
  if (present !== undefined && !present.includes(mark)) {
    throw new Error(
      `${path} must be absent or a stand-in, got another program. ` +
        "Use a PULUMI_HOME of its own for the embedded environment",
    );
  }
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, script);
  await chmod(draft, 0o755);
  await rename(draft, path);
}

/**
 * installPlugin puts a stand-in where Pulumi looks for the plugin, in `plugins` of a PULUMI_HOME of its own, and answers
 * the path of the executable.
 */
export async function installPlugin(
  { name, version }: StandIn,
  options: { readonly main: string; readonly plugins: string; readonly node: string },
): Promise<string> {
  const program = `pulumi-resource-${name}`;
  const path = join(options.plugins, `resource-${name}-v${version}`, program);
  await installProgram({ path, name: program, main: options.main, node: options.node });
  return path;
}
