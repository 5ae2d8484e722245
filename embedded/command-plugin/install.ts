import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "./stand-in.ts";

const mark = "# Stand-in for pulumi-resource-command, for embedded clusters and tests only.";

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

/**
 * installCommandPlugin puts the stand-in for the `command` plugin where Pulumi looks for it, in `plugins` of a
 * PULUMI_HOME of its own, and answers the path of the executable. That is a small script which runs this checkout
 * with the given Node (22.19 or newer). A file that is there and not ours is left alone, with an error.
 */
export async function installCommandPlugin(
  pluginsDirectory: string,
  nodeExecutable: string,
): Promise<string> {
  const directory = join(pluginsDirectory, `resource-command-v${version}`);
  const path = join(directory, "pulumi-resource-command");
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const node = `${shellQuote(nodeExecutable)} --disable-warning=ExperimentalWarning`;
  const script = `#!/bin/sh\n${mark}\nexec ${node} ${shellQuote(main)} "$@"\n`;

  const present = await textOf(path);
  if (present === script) return path;
  if (present !== undefined && !present.includes(mark)) {
    throw new Error(
      `${path} must be absent or a stand-in, got another program. ` +
        "Use a PULUMI_HOME of its own for the embedded environment",
    );
  }
  await mkdir(directory, { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, script);
  await chmod(draft, 0o755);
  await rename(draft, path);
  return path;
}
