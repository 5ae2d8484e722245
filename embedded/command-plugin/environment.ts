import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import type { CommandInputs } from "./check.ts";

/**
 * commandEnvironment is that of the plugin, then the resource's `environment`, then what the last run wrote unless
 * `addPreviousOutputInEnv` is false. Later ones win; an empty previous output sets nothing.
 */
export function commandEnvironment(
  inputs: CommandInputs,
  previous: { readonly stdout: string; readonly stderr: string },
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...inputs.environment };
  if (inputs.addPreviousOutputInEnv === false) return environment;
  if (previous.stdout !== "") environment["PULUMI_COMMAND_STDOUT"] = previous.stdout;
  if (previous.stderr !== "") environment["PULUMI_COMMAND_STDERR"] = previous.stderr;
  return environment;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** findExecutable looks on the plugin's own PATH; the resource's `environment` does not move it. */
export function findExecutable(name: string): string {
  if (name === "") throw new Error("exec: no command");
  if (name.includes("/")) return name;
  const directories = (process.env["PATH"] ?? "").split(":");
  const found = directories.map((directory) => join(directory, name)).find(isExecutable);
  if (found === undefined) {
    throw new Error(`exec: ${JSON.stringify(name)}: executable file not found in $PATH`);
  }
  return found;
}
