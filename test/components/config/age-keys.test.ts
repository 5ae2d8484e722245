import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { generateX25519Identity, identityToRecipient } from "age-encryption";

import { demoKeyFile, demoRecipient } from "../../../components/demo-key.ts";
import { embedded, existing, good, problems, type Values } from "../../support/settings.ts";

const demoKey = readFileSync(new URL(`../../../${demoKeyFile}`, import.meta.url), "utf8");

const ageRule = "must be an age identity (AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…)";
const ageFix = `Make one with: age-keygen. Run: pulumi config set --secret --path 'sopsAgeKeys["a.agekey"]'`;
const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
  [
    "a malformed age key",
    { ...embedded, sopsAgeKeys: { "a.agekey": "AGE-SECRET-KEY-1PLANTED" } },
    `sopsAgeKeys["a.agekey"] ${ageRule}, got a value that is not shown. ${ageFix}`,
  ],
  [
    "an age key under a name that Flux does not read",
    { ...embedded, sopsAgeKeys: { identity: demoKey } },
    'sopsAgeKeys.identity must have a name that ends in .agekey, got "identity". Run: pulumi config rm --path sopsAgeKeys.identity',
  ],
  [
    "age keys that are no map",
    { ...embedded, sopsAgeKeys: "AGE-SECRET-KEY-1PLANTED" },
    "sopsAgeKeys must be an object, got a value that is not shown. Write it as a map in the stack's configuration file.",
  ],
  [
    "the demo key for a cluster that is not embedded",
    { ...existing, sopsAgeKeys: { "a.agekey": demoKey } },
    `sopsAgeKeys["a.agekey"] must be a key of your own, since everybody has the demo key, got the key of ${demoRecipient}. ${ageFix}`,
  ],
];

describe("the age keys must not hold", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});

describe("the demo key", () => {
  it("has the recipient that is refused", async () => {
    const [, identity = ""] = /^(AGE-SECRET-KEY-\S+)$/m.exec(demoKey) ?? [];
    assert.equal(await identityToRecipient(identity), demoRecipient);
    assert.match(demoKey, new RegExp(`public key: ${demoRecipient}`));
  });

  it("may decrypt what an embedded cluster runs", async () => {
    await good({ ...embedded, sopsAgeKeys: { "a.agekey": demoKey } });
  });

  it("is found among other keys of a file", async () => {
    const file = `${await generateX25519Identity()}\n${demoKey}`;
    const [problem] = await problems({ ...existing, sopsAgeKeys: { "a.agekey": file } });
    assert.match(problem ?? "", /everybody has the demo key/);
  });
});
