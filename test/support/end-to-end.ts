import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type ProcessRecord, stopProcesses } from "../../embedded/cluster/process.ts";
import { clusterNames } from "../../embedded/cluster/status.ts";
import { deleteCluster } from "../../embedded/cluster/stop.ts";
import { endOrphanedPlugins } from "../../embedded/pulumi/orphans.ts";
import { ensureToolchain } from "../../embedded/toolchain/build.ts";
import { formatDuration, type Log } from "../../scripts/lib/log.ts";
import { processesOf } from "./left-processes.ts";

export interface EndToEndOptions {
  readonly root: string;
  /** The long tests too; what passed on the same state of the checkout, in this or the short suite, is not run again. */
  readonly full: boolean;
  readonly log: Log;
}

/**
 * endToEnd runs the test files of test/e2e one after the other in a state home of their own, which they share, and leaves
 * neither process nor file behind. Returns the exit code: not 0 either when a process is left that belongs to no cluster on
 * record, or a control plane of a cloud, which its own tests end.
 */
export async function endToEnd({ root, full, log }: EndToEndOptions): Promise<number> {
  await ensureToolchain({ log });
  const home = mkdtempSync(join(tmpdir(), "flux-bootstrap-e2e-"));
  process.env["FLUX_BOOTSTRAP_HOME"] = home;
  const passed = readPassed(root);
  const results: string[] = [];
  let failed = 0;
  const ending = interruption();
  try {
    for (const file of testFiles(root, full)) {
      if (ending.aborted) break;
      if (full && passed.has(file)) {
        results.push(`✔ ${file} passed before`);
        continue;
      }
      const { passes, line } = await runFile(root, file, ending);
      results.push(line);
      if (passes) passed.add(file);
      else {
        passed.delete(file);
        failed += 1;
      }
      writePassed(root, passed);
    }
  } finally {
    failed += await sweep(home, log);
    rmSync(home, { recursive: true, force: true });
  }
  for (const line of results) log.line(line);
  return failed === 0 && !ending.aborted ? 0 : 1;
}

/** Aborts at the first interrupt, so that what the tests started is ended even then. */
function interruption(): AbortSignal {
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      ending.abort();
    });
  }
  return ending.signal;
}

/** Ends everything that runs in the state home, and answers how much of it should not have run any more. */
async function sweep(home: string, log: Log): Promise<number> {
  await endOrphanedPlugins();
  const names = clusterNames();
  for (const name of names) await deleteCluster(name, log);
  const processes = await lasting(home);
  await stopProcesses(processes);
  const clouds = names.filter((name) => name.startsWith("cloud-"));
  const left = [...clouds, ...processes.map(({ name, pid }) => `${name} (pid ${pid})`)];
  for (const one of left) log.fail(`${one}: left running by a test`);
  return left.length;
}

/** What still runs in the home after some time: a program whose cluster is gone ends by itself. */
async function lasting(home: string): Promise<ProcessRecord[]> {
  const deadline = Date.now() + 5_000;
  while (processesOf(home).length > 0 && Date.now() < deadline) await delay(100);
  return processesOf(home);
}

function testFiles(root: string, full: boolean): string[] {
  const directories = full ? ["test/e2e", "test/e2e/full"] : ["test/e2e"];
  return directories.flatMap((directory) =>
    readdirSync(join(root, directory))
      .filter((file) => file.endsWith(".test.ts"))
      .sort()
      .map((file) => join(directory, file)),
  );
}

async function runFile(root: string, file: string, signal: AbortSignal) {
  const started = Date.now();
  const node = ["--disable-warning=ExperimentalWarning", "--test", "--test-reporter=spec", file];
  const child = spawn(process.execPath, node, { cwd: root, stdio: ["ignore", 1, 2] });
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once("close", (code) => {
    resolve(code ?? 1);
  });
  // In a terminal the interrupt has reached it already.
  signal.addEventListener("abort", () => child.kill(), { once: true });
  const passes = (await promise) === 0;
  return {
    passes,
    line: `${passes ? "✔" : "✗"} ${file} ${formatDuration(Date.now() - started)}`,
  };
}

interface Passed {
  readonly state: string;
  readonly files: readonly string[];
}

function passedFile(root: string): string {
  return join(root, ".flux-bootstrap", "e2e-full.json");
}

/** The files that passed on this very state of the checkout. */
function readPassed(root: string): Set<string> {
  try {
    const { state, files } = JSON.parse(readFileSync(passedFile(root), "utf8")) as Passed;
    return new Set(state === stateOf(root) ? files : []);
  } catch {
    return new Set();
  }
}

function writePassed(root: string, passed: ReadonlySet<string>): void {
  mkdirSync(join(root, ".flux-bootstrap"), { recursive: true });
  const content: Passed = { state: stateOf(root), files: [...passed] };
  writeFileSync(passedFile(root), JSON.stringify(content));
}

function stateOf(root: string): string {
  const git = (...words: string[]) => execFileSync("git", words, { cwd: root });
  const hash = createHash("sha256");
  for (const part of [git("rev-parse", "HEAD"), git("diff", "HEAD")]) hash.update(part);
  return hash.digest("hex");
}
