import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { describe, it } from "node:test";
import { armor, Decrypter, identityToRecipient } from "age-encryption";
import { z } from "zod";
import { documentsOf, filesOf, render, textOf } from "./support/fleet.ts";

const keyFile = "DEMO-ONLY.agekey";
const secretFile = "apps/dev/payments.sops.yaml";
const Encrypted = z.object({
  stringData: z.record(z.string(), z.string()),
  sops: z.object({
    age: z.array(z.object({ recipient: z.string(), enc: z.string() })).length(1),
    encrypted_regex: z.literal("^(data|stringData)$"),
  }),
});
const sealed = /^ENC\[AES256_GCM,data:(?<data>.+),iv:(?<iv>.+),tag:(?<tag>.+),type:str\]$/;

function identity(): string {
  const lines = textOf(keyFile).split("\n");
  return String(lines.find((line) => line.startsWith("AGE-SECRET-KEY-1")));
}

/** openValue decrypts one value as SOPS seals it: AES-GCM, with the path of the value as additional data. */
function openValue(text: string, path: string, key: Uint8Array): string {
  const { data = "", iv = "", tag = "" } = sealed.exec(text)?.groups ?? {};
  const vector = Buffer.from(iv, "base64");
  const cipher = createDecipheriv("aes-256-gcm", key, vector);
  cipher.setAuthTag(Buffer.from(tag, "base64"));
  cipher.setAAD(Buffer.from(path));
  return Buffer.concat([cipher.update(data, "base64"), cipher.final()]).toString();
}

describe("the secrets of the example fleet", () => {
  it("are encrypted, every value of every Secret", () => {
    const files = filesOf().filter((path) => /^kind: Secret$/m.test(textOf(path)));
    assert.deepEqual(files, [secretFile]);
    for (const document of files.flatMap(documentsOf)) {
      for (const value of Object.values(Encrypted.parse(document).stringData)) {
        assert.match(value, sealed);
      }
    }
  });

  it("are part of the layer that decrypts, and of no other", () => {
    const layers = render("clusters/dev").map(({ metadata, spec }) => {
      const { path, decryption } = spec as { path: string; decryption?: unknown };
      const secrets = render(path).filter(({ kind }) => kind === "Secret").length;
      return { name: metadata.name, decryption, secrets };
    });
    const decryption = { provider: "sops", secretRef: { name: "sops-age" } };
    assert.deepEqual(layers, [
      { name: "infrastructure", decryption: undefined, secrets: 0 },
      { name: "data", decryption: undefined, secrets: 0 },
      { name: "apps", decryption, secrets: 1 },
      { name: "tenants", decryption: undefined, secrets: 0 },
    ]);
  });

  it("decrypt with the key beside them, whose recipient .sops.yaml names", async () => {
    const encrypted = Encrypted.parse(documentsOf(secretFile)[0]);
    const [stanza] = encrypted.sops.age;
    const recipient = await identityToRecipient(identity());
    assert.equal(stanza?.recipient, recipient);
    const rules = z.object({ creation_rules: z.tuple([z.looseObject({ age: z.string() })]) });
    assert.equal(rules.parse(documentsOf(".sops.yaml")[0]).creation_rules[0].age, recipient);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity());
    const key = await decrypter.decrypt(armor.decode(stanza.enc.trim()));
    const values = Object.entries(encrypted.stringData).map(([name, value]) => [
      name,
      openValue(value, `stringData:${name}:`, key),
    ]);
    assert.deepEqual(values, [
      ["PROVIDER_USER", "demo-shop"],
      ["PROVIDER_TOKEN", "demo-token-of-no-value"],
    ]);
  });

  it("come with a key that says that it is for the demonstration only", () => {
    const [first, second, third, ...rest] = textOf(keyFile).trimEnd().split("\n");
    assert.match(String(first), /^# DEMO-ONLY: /);
    assert.match(String(second), /^# DEMO-ONLY: /);
    assert.match(String(third), /^# public key: age1[a-z0-9]+$/);
    assert.deepEqual(rest, [identity()]);
    const elsewhere = filesOf().filter(
      (path) => path !== keyFile && textOf(path).includes("AGE-SECRET-KEY-"),
    );
    assert.deepEqual(elsewhere, []);
  });
});
