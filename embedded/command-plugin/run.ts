import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { findExecutable } from "./environment.ts";
import { exitFailure, quote, systemMessage } from "./failure.ts";
import { openInput, openPipes } from "./pipes.ts";

export interface Run {
  readonly command: string;
  /** The program that runs the command, and its arguments before the command itself. */
  readonly interpreter: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** @default the plugin's own */
  readonly directory?: string | undefined;
  readonly stdin?: string | undefined;
  /** Kills the process that was started, not its children, whose output is waited for. */
  readonly signal: AbortSignal;
  /** Gets what is written as it is written. */
  readonly onOutput: (stream: "stdout" | "stderr", text: string) => void;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

type Stdio = readonly [stdin: number, stdout: number, stderr: number];
type Sink = (stream: "stdout" | "stderr", chunk: Buffer) => void;

function requireTime(signal: AbortSignal): void {
  if (!signal.aborted) return;
  const { name } = signal.reason as Error;
  throw new Error(name === "TimeoutError" ? "context deadline exceeded" : "context canceled");
}

function requireDirectory(path: string): void {
  try {
    statSync(path);
  } catch (error) {
    throw new Error(`chdir ${path}: ${systemMessage(error)}`, { cause: error });
  }
}

function start({ command, directory = "", ...run }: Run, stdio: Stdio): ChildProcess {
  const [name, ...args] = run.interpreter;
  const program = findExecutable(name ?? "");
  requireTime(run.signal);
  if (directory !== "") requireDirectory(directory);
  try {
    return spawn(program, [...args, command], {
      argv0: name,
      cwd: directory === "" ? undefined : directory,
      env: run.environment,
      stdio: [...stdio],
    });
  } catch (error) {
    throw new Error(`fork/exec ${program}: ${systemMessage(error)}`, { cause: error });
  }
}

/** Answers how the process failed once it has ended. */
async function ended(child: ChildProcess, signal: AbortSignal): Promise<string | undefined> {
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  try {
    const [code, by] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return exitFailure(code, by);
  } catch (error) {
    return `fork/exec ${child.spawnfile}: ${systemMessage(error)}`;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

/** Answers how the start or the process failed, after its end and the end of everything that holds its output. */
async function finish(run: Run, sink: Sink): Promise<string | undefined> {
  const { stdin = "" } = run;
  const pipes = openPipes();
  const input = stdin === "" ? openSync("/dev/null", "r") : openInput(stdin);
  const closed = (["stdout", "stderr"] as const).map((name) => {
    const stream = new Socket({ fd: pipes[name].read, readable: true, writable: false });
    stream.on("data", (chunk) => {
      sink(name, chunk);
    });
    return once(stream, "close");
  });
  const stdio = [input, pipes.stdout.write, pipes.stderr.write] as const;
  let failure;
  try {
    failure = ended(start(run, stdio), run.signal);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  for (const end of stdio) closeSync(end);
  await Promise.all(closed);
  return await failure;
}

function outputOf(chunks: readonly Buffer[]): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return text.decode(Buffer.concat(chunks)).replace(/\n$/, "");
  } catch (error) {
    const text = "grpc: error while marshaling: string field contains invalid UTF-8";
    throw new Error(text, { cause: error });
  }
}

/**
 * run answers what the command wrote, without the last newline of each stream. It throws
 * `<how it failed>: running "<command>":\n<all that it wrote>` when the command cannot be started or fails, and when
 * what it wrote is not UTF-8.
 */
export async function run(options: Run): Promise<Output> {
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const text = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  const all: Buffer[] = [];
  const failure = await finish(options, (stream, chunk) => {
    output[stream].push(chunk);
    all.push(chunk);
    options.onOutput(stream, text[stream].write(chunk));
  });
  if (failure !== undefined) {
    const written = Buffer.concat(all).toString();
    throw new Error(`${failure}: running ${quote(options.command)}:\n${written}`);
  }
  return { stdout: outputOf(output.stdout), stderr: outputOf(output.stderr) };
}
