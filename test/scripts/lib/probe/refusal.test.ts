import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { refusal, type Remedy } from "../../../../scripts/lib/probe/refusal.ts";
import type { SyncSource } from "../../../../scripts/lib/probe/source.ts";

const git: SyncSource = {
  kind: "GitRepository",
  url: "ssh://git@git.example/fleet",
  ref: "refs/heads/main",
  pullSecret: "flux-system",
};
const oci: SyncSource = {
  kind: "OCIRepository",
  url: "oci://r.example/fleet",
  ref: "latest",
  pullSecret: "flux-system-registry",
};
const bucket: SyncSource = { kind: "Bucket", url: "s3.example", ref: "fleet" };
const key = "ssh-ed25519 AAAA flux-bootstrap-true";
const handshake =
  "unable to clone: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain";

type Case = readonly [
  what: string,
  source: SyncSource,
  message: string,
  remedy: Remedy,
  next: string,
];

const cases: readonly Case[] = [
  [
    "an SSH key that the host does not know",
    git,
    handshake,
    { setting: "sshKey" },
    "pulumi config set --secret sshKey < FILE",
  ],
  ["a deploy key that the host does not know", git, handshake, { deployKey: key }, "pulumi up"],
  [
    "a Secret made elsewhere",
    git,
    handshake,
    {},
    "kubectl -n flux-system describe secret flux-system",
  ],
  [
    "a host with another key",
    git,
    "ssh: handshake failed: knownhosts: key mismatch",
    { deployKey: key },
    "pulumi config set --path sync.knownHosts 'HOST ssh-ed25519 KEY'",
  ],
  [
    "a GitHub App with another key",
    git,
    "POST https://api.github.com/app/installations/1/access_tokens: 401 A JSON web token could not be decoded: bad credentials",
    { setting: "githubAppKey" },
    "pulumi config set --secret githubAppKey < FILE",
  ],
  [
    "a refused token",
    git,
    "authentication required: Unauthorized",
    { setting: "gitToken" },
    "pulumi config set --secret gitToken",
  ],
  [
    "a refused password of a registry",
    oci,
    "GET https://r.example/v2/fleet/manifests/latest: UNAUTHORIZED: authentication required",
    { setting: "registryPassword" },
    "pulumi config set --secret registryPassword",
  ],
  [
    "a wrong signature for a bucket",
    bucket,
    "The request signature we calculated does not match the signature you provided.",
    { setting: "bucketSecretKey" },
    "pulumi config set --secret bucketSecretKey",
  ],
  [
    "an artifact that is not there",
    oci,
    "MANIFEST_UNKNOWN: manifest unknown",
    { setting: "registryPassword" },
    "kubectl -n flux-system describe secret flux-system-registry",
  ],
  [
    "a branch that is not there",
    git,
    "couldn't find remote ref",
    { deployKey: key },
    "git ls-remote ssh://git@git.example/fleet",
  ],
  [
    "a bucket that is not there",
    bucket,
    "bucket 'fleet' not found",
    {},
    "kubectl -n flux-system get secrets",
  ],
];

describe("what is said of", () => {
  for (const [what, source, message, remedy, next] of cases) {
    it(`${what}: ${next}`, () => {
      const verdict = { reason: "SomeReason", message };
      const failure = refusal(verdict, { source, namespace: "flux-system", remedy });
      assert.equal(
        failure.message,
        `${source.kind} ${source.url} (${source.ref}) cannot be fetched: SomeReason: ${message}`,
      );
      assert.equal(failure.next, next);
      const asks = next === "pulumi up";
      assert.deepEqual(
        failure.details,
        asks
          ? ["the repository must have this deploy key, which needs no more than reading:", key]
          : [],
      );
    });
  }
});

describe("a source that is not signed as it must be", () => {
  const verified = (verify: object): SyncSource => ({ ...git, fields: { verify: { ...verify } } });
  const next = (source: SyncSource, reason: string) => {
    const message = "signature verification of commit '1f3c' failed";
    const remedy = { setting: "gitToken" };
    return refusal({ reason, message }, { source, namespace: "flux-system", remedy }).next;
  };

  it("is compared with keys in a Secret, whatever opens the repository", () => {
    const signed = verified({ mode: "HEAD", secretRef: { name: "signers" } });
    const look = "kubectl -n flux-system describe secret signers";
    assert.equal(next(signed, "InvalidCommitSignature"), look);
    assert.equal(next(signed, "VerificationError"), look);
  });

  it("is compared with who may sign", () => {
    const keyless = verified({ provider: "cosign" });
    assert.equal(next(keyless, "VerificationError"), "pulumi config get --path sync.verify");
  });

  it("may be one that cannot be opened, all the same", () => {
    const signed = verified({ mode: "HEAD", secretRef: { name: "signers" } });
    assert.equal(next(signed, "AuthenticationFailed"), "pulumi config set --secret gitToken");
    assert.equal(next(git, "VerificationError"), "pulumi config set --secret gitToken");
  });
});
