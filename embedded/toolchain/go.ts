import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { promisify } from "node:util";

import { rareCollection } from "../garbage-collection.ts";

/** GoInstallation is the Go on PATH with the settings that its user made for fetching modules. */
export interface GoInstallation {
  /** Without the `go`, for example `1.26.8`. */
  readonly version: string;
  /** Operating system and architecture, for example `linux/amd64`. */
  readonly platform: string;
  /** GOPROXY, GOSUMDB and the like: a company's proxy keeps working. */
  readonly fetching: Readonly<Record<string, string>>;
}

const fetchingVariables = [
  "GOPROXY",
  "GOSUMDB",
  "GONOSUMDB",
  "GONOPROXY",
  "GOPRIVATE",
  "GOINSECURE",
  "GOAUTH",
  "GOVCS",
];

/** GoError is a failed run of go with what it wrote, credentials in addresses left out. */
export class GoError extends Error {
  override readonly name = "GoError";
  readonly lines: readonly string[];

  constructor(command: string, lines: readonly string[]) {
    super(`${command} failed: ${lines.join("\n")}`);
    this.lines = lines;
  }
}

/** findGo is undefined when no Go is on PATH. */
export async function findGo(env: NodeJS.ProcessEnv): Promise<GoInstallation | undefined> {
  const names = ["GOVERSION", "GOHOSTOS", "GOHOSTARCH", ...fetchingVariables];
  // GOTOOLCHAIN=local: the version found is the version that builds, nothing is downloaded to find out.
  const options = { env: { ...env, GOTOOLCHAIN: "local" } };
  try {
    const { stdout } = await promisify(execFile)("go", ["env", "-json", ...names], options);
    const settings = JSON.parse(stdout) as Record<string, string>;
    return {
      version: (settings["GOVERSION"] ?? "").replace(/^go/, ""),
      platform: `${settings["GOHOSTOS"] ?? ""}/${settings["GOHOSTARCH"] ?? ""}`,
      fetching: Object.fromEntries(fetchingVariables.map((name) => [name, settings[name] ?? ""])),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * buildEnvironment makes builds independent of the user's Go settings but for those that say where modules come from. All that Go
 * writes goes below `work`.
 */
export function buildEnvironment(
  env: NodeJS.ProcessEnv,
  go: GoInstallation,
  work: string,
): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !/^(GO[A-Z0-9]+|CGO_.*)$/.test(name));
  return {
    ...Object.fromEntries(others),
    ...Object.fromEntries(Object.entries(go.fetching).filter(([, value]) => value !== "")),
    GOENV: "off",
    GOWORK: "off",
    GOTOOLCHAIN: "local",
    GOFLAGS: "-buildvcs=false -modcacherw",
    GOCACHE: join(work, "go-build"),
    GOMODCACHE: join(work, "mod"),
    CGO_ENABLED: "0",
    ...rareCollection(),
  };
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Called with every line that go writes to stderr. */
  readonly onLine?: (line: string) => void;
}

const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) killGroup(pid);
});

/**
 * runGo returns what go wrote to stdout. Aborting ends go with its compilers, which share a process group. A failure is a GoError.
 */
export async function runGo(args: readonly string[], options: RunOptions): Promise<string> {
  const { cwd, env, signal, onLine } = options;
  signal.throwIfAborted();
  const child = spawn("go", args, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid;
  const exited = new Promise<number | null>((done, failed) => {
    child.once("error", failed);
    child.once("close", done);
  });
  const stop = (): void => {
    if (pid !== undefined) killGroup(pid);
  };
  if (pid !== undefined) running.add(pid);
  signal.addEventListener("abort", stop, { once: true });
  const complaints: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    if (!isProgress(line)) complaints.push(redact(line));
    onLine?.(line);
  });
  const stdout: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  try {
    const code = await exited;
    signal.throwIfAborted();
    const output = Buffer.concat(stdout).toString();
    if (code === 0) return output;
    throw new GoError(`go ${args[0] ?? ""}`, complaints.length > 0 ? complaints : [redact(output)]);
  } finally {
    signal.removeEventListener("abort", stop);
    if (pid !== undefined) running.delete(pid);
  }
}

/** isPackage tells a line of `go build -v`: an import path and nothing else. */
export function isPackage(line: string): boolean {
  return /^[\w.~/-]+$/.test(line);
}

function isProgress(line: string): boolean {
  return isPackage(line) || line.startsWith("go: downloading ");
}

/** redact removes user names and passwords from addresses. */
export function redact(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, "//");
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It ended by itself.
  }
}
