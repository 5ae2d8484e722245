import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";

import { isRsaKey, sshKeyProblem } from "../../../../components/config/credentials/private-key.ts";
import { ed25519Key, lockedKey, openSshShape, rsaKey } from "../../../support/keys.ts";

const publicKey = generateKeyPairSync("ed25519")
  .publicKey.export({ format: "pem", type: "spki" })
  .toString();
const lockedPkcs8 = generateKeyPairSync("ed25519")
  .privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "word" })
  .toString();
const locked = lockedKey("word");
const truncated = openSshShape("none").replace(/\n.{8}/, "\n");

type Case = readonly [what: string, key: string, passphrase: string | undefined, problem?: string];

const cases: readonly Case[] = [
  ["RSA in PEM", rsaKey(), undefined],
  ["Ed25519 in PEM", ed25519Key(), undefined],
  ["OpenSSH's own form", openSshShape("none"), undefined],
  ["no newline at its end", openSshShape("none").trim(), undefined],
  ["a passphrase in PEM", locked, "word"],
  ["a passphrase in OpenSSH's own form", openSshShape("aes256-ctr"), "word"],
  ["the wrong passphrase in PEM", locked, "other", "wrong passphrase"],
  ["a lock and no passphrase in PEM", locked, undefined, "locked"],
  ["a lock and no passphrase, by OpenSSH", openSshShape("aes256-ctr"), undefined, "locked"],
  ["a passphrase and no lock", ed25519Key(), "word", "unlocked"],
  ["a passphrase and no lock, by OpenSSH", openSshShape("none"), "word", "unlocked"],
  ["a lock that Flux cannot open", lockedPkcs8, "word", "unreadable"],
  ["the public half", publicKey, undefined, "unreadable"],
  ["a public line", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==", undefined, "unreadable"],
  ["a damaged PEM", ed25519Key().replace("MC4C", "AAAA"), undefined, "unreadable"],
  ["a damaged form of OpenSSH", truncated, undefined, "unreadable"],
  ["something else", "planted-token", undefined, "unreadable"],
];

describe("an SSH key with", () => {
  for (const [what, key, passphrase, problem] of cases) {
    it(`${what}: ${problem ?? "fine"}`, () => {
      assert.equal(sshKeyProblem(key, passphrase), problem);
    });
  }
});

describe("the key of a GitHub App", () => {
  it("is RSA", () => {
    assert.ok(isRsaKey(rsaKey()));
    assert.ok(!isRsaKey(ed25519Key()));
    assert.ok(!isRsaKey(locked));
    assert.ok(!isRsaKey("planted-token"));
  });
});
