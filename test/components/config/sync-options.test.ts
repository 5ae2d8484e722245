import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { existing, good, problems, type Values } from "../../support/settings.ts";

const git = { url: "https://example.com/fleet.git", path: "./clusters/prod" };
const oci = { kind: "OCIRepository", url: "oci://example.com/fleet", path: "./" };
const bucket = { kind: "Bucket", url: "minio.example.com", ref: "fleet", path: "./" };
const withSync = (sync: object, more: object): Values => ({
  ...existing,
  sync: { ...sync, ...more },
});
const identity = { issuer: "^https://token.example.com$", subject: "^https://example.com/fleet" };

const set = (path: string, value: string) => `Run: pulumi config set --path ${path} ${value}`;
const remove = (path: string) => `Run: pulumi config rm --path ${path}`;

const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
  [
    "a proxy whose Secret has no such name",
    withSync(git, { proxySecret: "My Proxy" }),
    `sync.proxySecret must be the name of a Secret, got "My Proxy". ${set("sync.proxySecret", "flux-source")}`,
  ],
  [
    "a bucket that is to be verified",
    withSync(bucket, { verify: { secretName: "keys" } }),
    `sync.verify must be absent when sync.kind is "Bucket", which Flux cannot verify, got {"secretName":"keys"}. ${remove("sync.verify")}`,
  ],
  [
    "signed commits without the keys",
    withSync(git, { verify: { mode: "HEAD" } }),
    `sync.verify.secretName must be the name of a Secret, got nothing. ${set("sync.verify.secretName", "flux-source")}`,
  ],
  [
    "a signed tag where there is a branch",
    withSync(git, { verify: { mode: "Tag", secretName: "keys" } }),
    'sync.verify.mode must be "HEAD" unless sync.ref is a tag, got "Tag". Set sync.ref to refs/tags/….',
  ],
  [
    "a Git repository signed with cosign",
    withSync(git, { verify: { provider: "cosign", secretName: "keys" } }),
    `sync.verify must hold only the keys "mode", "secretName", got "provider". ${remove("sync.verify.provider")}`,
  ],
  [
    "an artifact of which nobody says who signs it",
    withSync(oci, { verify: { provider: "cosign" } }),
    `sync.verify.secretName must be set, or sync.verify.matchOIDCIdentity, got nothing. ${set("sync.verify.secretName", "cosign-keys")}`,
  ],
  [
    "an artifact signed by a key and by somebody",
    withSync(oci, { verify: { secretName: "keys", matchOIDCIdentity: [identity] } }),
    `sync.verify.secretName must be absent when sync.verify.matchOIDCIdentity is set, got "keys". ${remove("sync.verify.secretName")}`,
  ],
  [
    "an identity without its issuer",
    withSync(oci, { verify: { matchOIDCIdentity: [{ subject: "x" }] } }),
    'sync.verify.matchOIDCIdentity must be a list of identities {issuer, subject}, each a regular expression, got [{"subject":"x"}]. Correct it in the stack\'s configuration file.',
  ],
];

describe("the options of the source must not be", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});

describe("the options of the source may be", () => {
  const verifyOf = async (values: Values) => (await good(values)).sync.verify;

  it("signed commits, the head unless another mode is set", async () => {
    assert.deepEqual(await verifyOf(withSync(git, { verify: { secretName: "keys" } })), {
      mode: "HEAD",
      secretName: "keys",
    });
  });

  it("a signed tag", async () => {
    const verify = { mode: "TagAndHEAD", secretName: "keys" };
    const values = withSync(git, { ref: "refs/tags/v1.0.0", verify });
    assert.deepEqual(await verifyOf(values), verify);
  });

  it("an artifact that somebody signed without a key", async () => {
    const values = withSync(oci, { verify: { matchOIDCIdentity: [identity] } });
    assert.deepEqual(await verifyOf(values), {
      provider: "cosign",
      matchOIDCIdentity: [identity],
    });
  });

  it("a proxy", async () => {
    const { sync } = await good(withSync(git, { proxySecret: "proxy" }));
    assert.equal(sync.proxySecret, "proxy");
  });
});
