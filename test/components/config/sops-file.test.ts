import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { generateX25519Identity, identityToRecipient } from "age-encryption";

import { existing, parse, problems, type Values } from "../../support/settings.ts";

interface Key {
  readonly identity: string;
  readonly recipient: string;
}

async function newKey(): Promise<Key> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

const none: Key = { identity: "", recipient: "" };

describe("the recipients of .sops.yaml", () => {
  const project = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));
  const home = process.cwd();
  let [ours, next, theirs] = [none, none, none];
  before(async () => {
    [ours, next, theirs] = await Promise.all([newKey(), newKey(), newKey()]);
    mkdirSync(join(project, "clusters", "prod"), { recursive: true });
    process.chdir(project);
  });
  after(() => {
    process.chdir(home);
    rmSync(project, { recursive: true });
  });

  const write = (text: string, file = ".sops.yaml") => {
    writeFileSync(join(project, file), text);
  };
  const rules = (...recipients: readonly string[]) =>
    `creation_rules:\n${recipients.map((recipient) => `  - age: ${recipient}\n`).join("")}`;
  const settings = (keys: Readonly<Record<string, Key>>, more: Values = {}): Values => ({
    ...existing,
    sopsAgeKeys: Object.fromEntries(Object.entries(keys).map(([name, of]) => [name, of.identity])),
    ...more,
  });
  const notes = async (values: Values) => {
    const parsed = await parse(values);
    assert.equal(parsed.problems, undefined);
    return parsed.notes.map(({ severity, text }) => `${severity}: ${text}`);
  };

  it("are no matter where the keys open them all", async () => {
    write(rules(`${ours.recipient}, ${next.recipient}`));
    assert.deepEqual(await notes(settings({ "a.agekey": ours, "b.agekey": next })), []);
  });

  it("are refused when no key opens what is encrypted for them", async () => {
    write(rules(theirs.recipient, next.recipient));
    assert.deepEqual(await problems(settings({ "a.agekey": ours })), [
      `.sops.yaml must name a recipient that a key of sopsAgeKeys opens, got ${theirs.recipient}, ${next.recipient}. ` +
        `Add ${ours.recipient} to it and run for each encrypted file: sops updatekeys FILE`,
    ]);
  });

  it("are refused when they are those of other tools only", async () => {
    write("creation_rules:\n  - kms: arn:aws:kms:eu-west-1:111122223333:key/a\n");
    assert.deepEqual(await problems(settings({ "a.agekey": ours })), [
      ".sops.yaml must name a recipient that a key of sopsAgeKeys opens, got no age recipient. " +
        `Add ${ours.recipient} to it and run for each encrypted file: sops updatekeys FILE`,
    ]);
  });

  it("are told apart from keys that they do not name, and from recipients of others", async () => {
    write(
      `creation_rules:\n  - key_groups:\n      - age: [${ours.recipient}, ${theirs.recipient}]\n`,
    );
    assert.deepEqual(await notes(settings({ "a.agekey": ours, "b.agekey": next })), [
      `warn: .sops.yaml does not name the recipient of sopsAgeKeys["b.agekey"]: ${next.recipient}`,
      `info: .sops.yaml names a recipient that no key of sopsAgeKeys opens: ${theirs.recipient}`,
    ]);
  });

  it("are those of the file nearest to what is reconciled", async () => {
    write(rules(theirs.recipient));
    const near = join("clusters", ".sops.yaml");
    write(rules(ours.recipient), near);
    assert.deepEqual(await notes(settings({ "a.agekey": ours })), []);
    rmSync(join(project, near));
  });

  it("are those of the file that is configured", async () => {
    write(rules(theirs.recipient));
    write(rules(ours.recipient), "other.yaml");
    const decryption = { sopsFile: "other.yaml" };
    assert.deepEqual(await notes(settings({ "a.agekey": ours }, { decryption })), []);
  });

  it("are not looked for where the repository is not at hand", async () => {
    write(rules(theirs.recipient));
    const sync = { url: "https://example.com/fleet.git", path: "./elsewhere" };
    assert.deepEqual(await notes(settings({ "a.agekey": ours }, { sync })), []);
  });

  it("are refused where the configured file is not", async () => {
    const decryption = { sopsFile: "missing.yaml" };
    assert.deepEqual(await problems(settings({ "a.agekey": ours }, { decryption })), [
      'decryption.sopsFile must be the path of a file, from the project\'s root, got "missing.yaml". Run: pulumi config set --path decryption.sopsFile .sops.yaml',
    ]);
  });

  for (const text of ["creation_rules: 3", "{", "stores: {}"]) {
    it(`are refused in a file such as ${text}`, async () => {
      write(text);
      assert.deepEqual(await problems(settings({ "a.agekey": ours })), [
        ".sops.yaml must be a file of creation_rules in YAML, got another. Correct it, or name another: pulumi config set --path decryption.sopsFile FILE",
      ]);
    });
  }
});
