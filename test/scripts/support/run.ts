import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { HostAnswer, HostRequest } from "./script-host.ts";

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

/** Runs `node scripts/<name>` in a process of its own. */
export async function runScript(name: string, environment: Readonly<Record<string, string>>) {
  return startScript(name, environment).finished;
}

let host: ChildProcess | undefined;
let hosted = 0;
const awaited = new Map<number, (answer: HostAnswer) => void>();

/**
 * As runScript, in a process that all of these share and that has loaded the Kubernetes client: for what says nothing of
 * processes, such as signals. One at a time.
 */
export async function runHosted(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<Finished> {
  host ??= startHost();
  const { promise, resolve } = Promise.withResolvers<HostAnswer>();
  hosted += 1;
  const request: HostRequest = { id: hosted, name, environment };
  awaited.set(request.id, resolve);
  host.ref();
  host.channel?.ref();
  host.send(request);
  return promise;
}

/** It ends with this process, which need not wait for it. */
function startHost(): ChildProcess {
  const file = fileURLToPath(new URL("script-host.ts", import.meta.url));
  const child = fork(file, {
    env: { NODE_COMPILE_CACHE },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  child.on("message", (answer: HostAnswer) => {
    awaited.get(answer.id)?.(answer);
    awaited.delete(answer.id);
    if (awaited.size > 0) return;
    child.unref();
    child.channel?.unref();
  });
  return child;
}
