import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { clusterNames } from "../../embedded/cluster/status.ts";
import { deleteCluster } from "../../embedded/cluster/stop.ts";
import { endOrphanedPlugins } from "../../embedded/pulumi/orphans.ts";
import { ensureToolchain } from "../../embedded/toolchain/build.ts";
import { formatDuration, type Log } from "../../scripts/lib/log.ts";

export interface EndToEndOptions {
  readonly root: string;
  /** The long tests too; those that passed on the same state of the checkout are not run again. */
  readonly full: boolean;
  readonly log: Log;
}

/**
 * endToEnd runs the test files of test/e2e one after the other in a state home of their own, which they share, and leaves
 * neither process nor file behind. Returns the exit code.
 */
export async function endToEnd({ root, full, log }: EndToEndOptions): Promise<number> {
  await ensureToolchain({ log });
  const home = mkdtempSync(join(tmpdir(), "flux-bootstrap-e2e-"));
  process.env["FLUX_BOOTSTRAP_HOME"] = home;
  const passed = full ? readPassed(root) : new Set<string>();
  const results: string[] = [];
  let failed = 0;
  try {
    for (const file of testFiles(root, full)) {
      if (passed.has(file)) {
        results.push(`✔ ${file} passed before`);
        continue;
      }
      const started = Date.now();
      const code = await runFile(root, file);
      results.push(`${code === 0 ? "✔" : "✗"} ${file} ${formatDuration(Date.now() - started)}`);
      if (code === 0) passed.add(file);
      else failed += 1;
      if (full) writePassed(root, passed);
    }
  } finally {
    await endOrphanedPlugins();
    for (const name of clusterNames()) await deleteCluster(name, log);
    rmSync(home, { recursive: true, force: true });
  }
  for (const line of results) log.line(line);
  return failed === 0 ? 0 : 1;
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

async function runFile(root: string, file: string): Promise<number> {
  const node = ["--disable-warning=ExperimentalWarning", "--test", "--test-reporter=spec", file];
  const child = spawn(process.execPath, node, { cwd: root, stdio: ["ignore", 1, 2] });
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once("close", (code) => {
    resolve(code ?? 1);
  });
  return promise;
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
