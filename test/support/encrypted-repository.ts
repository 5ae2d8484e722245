import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { identityToRecipient } from "age-encryption";

import type { Embedded } from "./embedded.ts";

const name = "encrypted";

/** EncryptedRepository holds one Secret, `default/encrypted`, that SOPS encrypted, on the Git server of the cluster. */
export class EncryptedRepository {
  readonly url: string;
  readonly #embedded: Embedded;
  readonly #work = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));

  constructor(embedded: Embedded) {
    this.#embedded = embedded;
    this.url = `http://127.0.0.1:${embedded.record.ports.git}/${name}.git`;
    const bare = embedded.path("git", `${name}.git`);
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
    this.#git("init", "--quiet", "--initial-branch=main");
    this.#git("remote", "add", "origin", bare);
  }

  /** Pushes the Secret with this token, for whoever has the key of the recipient. */
  async push(token: string, recipient: string): Promise<void> {
    const file = join(this.#work, "secret.yaml");
    writeFileSync(
      file,
      `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: default }\nstringData: { token: ${token} }\n`,
    );
    const sops = ["encrypt", "--in-place", "--age", recipient, "--encrypted-regex", "^stringData$"];
    const { code, output } = await this.#embedded.run(["sops", ...sops, file]);
    assert.equal(code, 0, output);
    this.#git("add", ".");
    const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    this.#git(...author, "commit", "--quiet", "-m", "Change the Secret");
    this.#git("push", "--quiet", "origin", "main");
  }

  remove(): void {
    rmSync(this.#work, { recursive: true, force: true });
  }

  #git(...words: readonly string[]): void {
    execFileSync("git", ["-C", this.#work, ...words]);
  }
}

/** Adds an age key to the stack, and answers its recipient. */
export async function addKey(embedded: Embedded, file: string, identity: string): Promise<string> {
  await configure(embedded, "set", "--secret", "--path", keyPath(file), identity);
  return identityToRecipient(identity);
}

/** Removes an age key from the stack; without the last one a map is left that holds none. */
export async function removeKey(embedded: Embedded, file: string): Promise<void> {
  await configure(embedded, "rm", "--path", keyPath(file));
}

function keyPath(file: string): string {
  return `sopsAgeKeys["${file}.agekey"]`;
}

async function configure(embedded: Embedded, ...words: readonly string[]): Promise<void> {
  const { code, output } = await embedded.pulumi(["config", ...words]);
  assert.equal(code, 0, output);
}
