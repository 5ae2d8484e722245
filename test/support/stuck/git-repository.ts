import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { credentialsFile } from "../../../embedded/git/credentials.ts";
import { privateEnvironment } from "../../../embedded/git/git.ts";
import type { Files } from "./chart-files.ts";

const execute = promisify(execFile);

/** Writes files below a directory. */
export async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** ServedRepository is a bare repository that the embedded Git server serves, filled commit by commit on branch main. */
export class ServedRepository {
  readonly #bare: string;

  constructor(repositories: string, name: string) {
    this.#bare = join(repositories, `${name}.git`);
  }

  /** Adds the files, or other content for them, as one commit. */
  async commit(files: Files): Promise<void> {
    const work = await mkdtemp(join(tmpdir(), "flux-bootstrap-commit-"));
    const git = (...words: string[]) =>
      execute("git", words, { cwd: work, env: { ...privateEnvironment(), ...identity } });
    try {
      const bare = this.#bare;
      await execute("git", ["init", "-q", "--bare", "--initial-branch=main", bare], {
        env: privateEnvironment(),
      });
      await git("init", "-q", "--initial-branch=main");
      const fetched = await git("fetch", "-q", bare, "main").then(
        () => true,
        () => false,
      );
      if (fetched) await git("reset", "-q", "--hard", "FETCH_HEAD");
      await writeFiles(work, files);
      await git("add", "--all");
      await git("commit", "-q", "--allow-empty", "-m", "Change the scene");
      await git("push", "-q", bare, "main");
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  /** A copy of this repository that asks for `user:password`. */
  async copyPrivately(repositories: string, name: string, credentials: string): Promise<void> {
    const copy = join(repositories, `${name}.git`);
    await cp(this.#bare, copy, { recursive: true });
    await writeFile(join(copy, credentialsFile), `${credentials}\n`);
  }
}

const identity = {
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
};
