import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { createLog, type Log } from "../../../../scripts/lib/log.ts";

const execute = promisify(execFile);

/** What the person who runs the tests has configured must not matter. */
export const plainEnvironment = {
  PATH: process.env["PATH"],
  HOME: devNull,
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  // A commit would else start another process that looks for something to tidy up.
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "maintenance.auto",
  GIT_CONFIG_VALUE_0: "false",
  GIT_CONFIG_KEY_1: "core.fsync",
  GIT_CONFIG_VALUE_1: "none",
};

/** git runs the real client and resolves to its stdout without the last newline. */
export async function git(directory: string, ...command: string[]): Promise<string> {
  const { stdout } = await execute("git", command, { cwd: directory, env: plainEnvironment });
  return stdout.replace(/\n$/, "");
}

/** temporaryDirectory is removed when the test ends. */
export async function temporaryDirectory(test: TestContext): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "flux-bootstrap-")));
  test.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** linesOf is a log and the lines that it was given. */
export function linesOf(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: createLog((line) => lines.push(line)) };
}

export interface Author {
  readonly name: string;
  readonly date: string;
}

const committedAt = "2026-03-03T03:03:03+02:00";
const ana: Author = { name: "Ana Sá", date: "2026-01-02T03:04:05+01:00" };

/** commit writes files and commits them, as a person with a name that is not ASCII. */
export async function commit(
  checkout: string,
  files: Readonly<Record<string, string>>,
  message: string,
  author: Author = ana,
): Promise<void> {
  await write(checkout, files);
  await git(checkout, "add", "--all");
  const identity = ["-c", `user.name=${author.name}`, "-c", "user.email=ana@example.com"];
  const environment = { ...plainEnvironment, GIT_COMMITTER_DATE: committedAt };
  const command = [...identity, "commit", "-q", "-m", message, `--date=${author.date}`];
  await execute("git", command, { cwd: checkout, env: environment });
}

/** write puts files, by their path, into a directory. */
export async function write(
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

let firstCheckout: Promise<string> | undefined;

/** newCheckout is a repository of two commits, of which the first touched the fleet. */
export async function newCheckout(directory: string): Promise<string> {
  firstCheckout ??= makeCheckout(await mkdtemp(join(tmpdir(), "flux-bootstrap-checkout-")));
  await cp(await firstCheckout, directory, { recursive: true });
  return directory;
}

/** Makes the one that all others are copies of, until this process ends. */
async function makeCheckout(directory: string): Promise<string> {
  process.once("exit", () => {
    rmSync(directory, { recursive: true, force: true });
  });
  await git(directory, "init", "-q", "--initial-branch=trunk", "--template=");
  const fleet = {
    "examples/fleet/clusters/dev/kustomization.yaml": "resources: []\n",
    "examples/fleet/README.md": "fleet\n",
  };
  const text = "Add the fleet\n\nWith a reason.";
  await commit(directory, { ...fleet, "README.md": "project\n" }, text);
  const later = { name: "Bo", date: "2026-02-02T00:00:00Z" };
  await commit(directory, { "README.md": "changed\n" }, "Change something else", later);
  return directory;
}
