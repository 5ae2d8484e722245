import { execFile, spawn } from "node:child_process";
import { devNull } from "node:os";
import { pipeline } from "node:stream/promises";

/** GitError carries what git wrote to stderr. */
export class GitError extends Error {
  constructor(command: readonly string[], stderr: string, cause?: unknown) {
    const said = stderr.trim();
    super(`git ${command.join(" ")} failed: ${said === "" ? "no message" : said}`, { cause });
    this.name = "GitError";
  }
}

// A hook or a rebase around this process would otherwise point every git at the repository that it works on.
const repositoryVariables = /^GIT_(?!SSL_|TRACE|EXEC_PATH|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)$)/;

/** gitEnvironment is `base` without the variables that choose a repository, an identity or a configuration. */
export function gitEnvironment(base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => !repositoryVariables.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
}

/** privateEnvironment leaves the user's and the machine's configuration out: for repositories that are ours alone. */
export function privateEnvironment(): NodeJS.ProcessEnv {
  return { ...gitEnvironment(), GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" };
}

/** Git runs commands on one repository. */
export interface Git {
  readonly directory: string;
  /** Resolves to stdout without the newline at its end; rejects with GitError. */
  run(command: readonly string[], options?: GitOptions): Promise<string>;
  /** Like `run`, but undefined where git says no, which is its exit code 1. */
  ask(command: readonly string[]): Promise<string | undefined>;
}

export interface GitOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** readCheckout reads a person's clone and writes nothing to it, not even a refreshed index. */
export function readCheckout(directory: string): Git {
  const environment = { ...gitEnvironment(), GIT_OPTIONAL_LOCKS: "0" };
  return gitIn(directory, ["-c", "core.fsmonitor=false"], environment);
}

/** bareRepository runs on a bare repository of ours, whatever the user has configured. */
export function bareRepository(directory: string): Git {
  return gitIn(directory, ["--git-dir", directory], privateEnvironment());
}

function gitIn(directory: string, prefix: readonly string[], base: NodeJS.ProcessEnv): Git {
  const execute = (command: readonly string[], { input, environment }: GitOptions = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const child = execFile(
      "git",
      [...prefix, ...command],
      { cwd: directory, env: { ...base, ...environment }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout.replace(/\n$/, ""));
        else reject(new GitError(command, stderr === "" ? error.message : stderr, error));
      },
    );
    // git may end before it has read everything; its exit code tells.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
    return promise;
  };
  return {
    directory,
    run: execute,
    ask: async (command) => {
      try {
        return await execute(command);
      } catch (error) {
        if (error instanceof GitError && saysNo(error.cause)) return undefined;
        throw error;
      }
    },
  };
}

function saysNo(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === 1;
}

/** copyObjects copies every object that `tree` reaches from one repository to another. */
export async function copyObjects(tree: string, from: Git, to: Git): Promise<void> {
  const objects = await from.run(["rev-list", "--objects", "--no-object-names", tree]);
  const environment = { ...gitEnvironment(), GIT_OPTIONAL_LOCKS: "0" };
  const pack = spawn("git", ["pack-objects", "-q", "--stdout"], {
    cwd: from.directory,
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const unpack = spawn("git", ["--git-dir", to.directory, "unpack-objects", "-q"], {
    cwd: to.directory,
    env: privateEnvironment(),
    stdio: ["pipe", "ignore", "pipe"],
  });
  const ended = Promise.all([exitOf(pack, ["pack-objects"]), exitOf(unpack, ["unpack-objects"])]);
  pack.stdin.on("error", () => undefined);
  pack.stdin.end(`${objects}\n`);
  // A broken pipe is the echo of an exit code, and the exit code is what is reported.
  const piped = pipeline(pack.stdout, unpack.stdin).catch(() => undefined);
  await ended;
  await piped;
}

function exitOf(child: ReturnType<typeof spawn>, command: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.on("error", reject);
  child.on("close", (code) => {
    if (code === 0) resolve(undefined);
    else reject(new GitError(command, stderr));
  });
  return promise;
}
