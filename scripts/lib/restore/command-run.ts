import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { parse } from "yaml";

import { Lines } from "./lines.ts";

export interface CommandRun {
  readonly argv: readonly [string, ...string[]];
  /** Variables besides those of this process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly kubeconfig: PrivateKubeconfig;
  /** Ends the command and everything that it started. */
  readonly signal: AbortSignal;
  /** Hears each line of stderr, and of stdout unless that is the answer. */
  readonly line: (text: string) => void;
  /** Whether stdout is an answer to keep. */
  readonly answers: boolean;
}

export interface PrivateKubeconfig {
  readonly content: string;
  /** @default its current-context */
  readonly context?: string | undefined;
}

export interface CommandResult {
  /** 127 when there is no such program, 137 when it was killed. */
  readonly code: number;
  /** Empty unless it is the answer. */
  readonly stdout: string;
}

const guard = fileURLToPath(new URL("./guard.ts", import.meta.url));
/** How long a command that is told to end may take for it. */
const graceMilliseconds = 5_000;
const lingerMilliseconds = 2_000;
const longestAnswer = 1024 * 1024;
/** What a command has no business with. */
const ownVariables = /^(KUBECONFIG|PULUMI_|GATE_RESULT$|RESTORE$)/;

/**
 * runCommand runs a program of the user's with KUBECONFIG naming a file that only this user can read and that is gone
 * afterwards. Nothing of its process group runs on when this ends, nor when this process is killed. Rejects with the
 * reason of `signal` when that aborts.
 */
export async function runCommand(run: CommandRun): Promise<CommandResult> {
  const { argv, signal, answers } = run;
  signal.throwIfAborted();
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", guard, String(graceMilliseconds), ...argv],
    { detached: true, env: environmentOf(run), stdio: ["pipe", "pipe", "pipe"] },
  );
  const ended = Promise.withResolvers<number>();
  let lingering: NodeJS.Timeout | undefined;
  child.once("error", ended.reject).once("close", (code) => {
    clearTimeout(lingering);
    ended.resolve(code ?? 137);
  });
  // What left the process group by itself may hold the pipes open for ever.
  child.once("exit", () => {
    lingering = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, lingerMilliseconds);
  });
  const stop = () => {
    child.stdin.end();
  };
  // The guard may be gone when its stdin is closed.
  child.stdin.on("error", () => undefined);
  signal.addEventListener("abort", stop);
  const answer = new Answer(stop);
  const [errors, output] = [new Lines(run.line), new Lines(run.line)];
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors.write(chunk);
  });
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    if (answers) answer.add(chunk);
    else output.write(chunk);
  });
  try {
    const code = await ended.promise;
    for (const lines of [errors, output]) lines.end();
    signal.throwIfAborted();
    return { code, stdout: answer.text(argv[0]) };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Answer keeps what a command prints as its answer, up to 1 MiB. */
class Answer {
  readonly #tooLong: () => void;
  #text = "";

  constructor(tooLong: () => void) {
    this.#tooLong = tooLong;
  }

  add(chunk: string): void {
    if (this.#text.length <= longestAnswer) this.#text += chunk;
    else this.#tooLong();
  }

  text(program: string): string {
    if (this.#text.length <= longestAnswer) return this.#text;
    throw new Error(`${program} must print at most 1 MiB, got more. Send progress to stderr.`);
  }
}

function environmentOf({ environment, kubeconfig }: CommandRun): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !ownVariables.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...environment,
    KUBECONFIG_CONTENT: inContext(kubeconfig),
  };
}

/** The context is chosen in the file: not every program has a flag for it. */
function inContext({ content, context }: PrivateKubeconfig): string {
  if (context === undefined) return content;
  return JSON.stringify({ ...(parse(content) as object), "current-context": context });
}
