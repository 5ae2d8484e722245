import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What Node has compiled before, which changes nothing but the start time. */
const { NODE_COMPILE_CACHE } = process.env;

/** Starts `node scripts/<name>` with only these variables, as the program's commands do. */
export function startScript(name: string, environment: Readonly<Record<string, string>>) {
  const file = fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));
  const child = spawn(process.execPath, [file], { env: { NODE_COMPILE_CACHE, ...environment } });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const finished = once(child, "close").then(
    ([code]) => ({ code: code as number | null, ...output }) satisfies Finished,
  );
  return { child, finished };
}

export async function runScript(name: string, environment: Readonly<Record<string, string>>) {
  return startScript(name, environment).finished;
}
