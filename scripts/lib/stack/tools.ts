import { spawn } from "node:child_process";
import { constants } from "node:os";
import { text } from "node:stream/consumers";

import type { Log } from "../log.ts";
import { type PrivateKubeconfig, runCommand } from "../restore/command-run.ts";

/** A program and its arguments. */
export type CommandLine = readonly [string, ...string[]];

export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** StackTools is all that the commands around a stack do to the outside. */
export interface StackTools {
  readonly variables: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Writes a result to stdout. */
  readonly write: (text: string) => void;
  /** Undefined where nobody can answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly now: () => Date;
  /** Runs a command whose output is shown, and returns its exit code, `interrupted` when it failed after an interrupt. */
  readonly run: (command: CommandLine, kubeconfig?: PrivateKubeconfig) => Promise<number>;
  /** Runs a command whose output is kept. */
  readonly capture: (command: CommandLine) => Promise<Captured>;
}

/** The exit code of a command that failed after it was interrupted. */
export const interrupted = 130;

/** runShown runs a command that shares this terminal; an interrupt reaches it, and it decides how to end. */
export async function runShown([program, ...rest]: CommandLine): Promise<number> {
  const child = spawn(program, rest, { stdio: "inherit" });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("close", (code, signal) => {
    resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
  const interruption = new AbortController();
  const note = () => {
    interruption.abort();
  };
  const pass = () => {
    note();
    child.kill("SIGTERM");
  };
  process.on("SIGINT", note).on("SIGTERM", pass);
  try {
    const code = await promise;
    return interruption.signal.aborted && code !== 0 ? interrupted : code;
  } finally {
    process.off("SIGINT", note).off("SIGTERM", pass);
  }
}

/** runWith runs a command with a kubeconfig in a private file that is gone afterwards. */
export async function runWith(
  argv: CommandLine,
  kubeconfig: PrivateKubeconfig,
  line: (text: string) => void,
): Promise<number> {
  const { signal } = new AbortController();
  const environment = {};
  return (await runCommand({ argv, environment, kubeconfig, signal, line, answers: false })).code;
}

/** captured runs a command and keeps what it prints. */
export async function captured([program, ...rest]: CommandLine): Promise<Captured> {
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("close", (code) => {
    resolve(code ?? 1);
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    promise,
  ]);
  return { code, stdout, stderr };
}
