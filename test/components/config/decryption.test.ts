import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { generateHybridIdentity, generateX25519Identity } from "age-encryption";

import { embedded, existing, good, problems, type Values } from "../../support/settings.ts";

const set = (path: string, value: string) => `Run: pulumi config set --path ${path} ${value}`;
const remove = (path: string) => `Run: pulumi config rm --path ${path}`;
const role = "arn:aws:iam::111122223333:role/flux";
const client = "8d1f0a52-6a3c-4bb3-9f4e-0c8f0b7c1d2e";
const own: Values = { ...existing, flux: { objectLevelWorkloadIdentity: true } };

const refused: readonly (readonly [what: string, values: Values, messages: readonly string[]])[] = [
  [
    "a provider that does not exist",
    { ...existing, decryption: { provider: "vault" } },
    [
      `decryption.provider must be "age" or "awskms" or "azurekv" or "secret" or "none", got "vault". ${set("decryption.provider", "age")}`,
    ],
  ],
  [
    "age without a key",
    { ...existing, decryption: { provider: "age" } },
    [
      `sopsAgeKeys must hold a key when decryption.provider is "age", got nothing. Run: pulumi config set --secret --path 'sopsAgeKeys["identity.agekey"]'`,
    ],
  ],
  [
    "age keys that another provider does not use",
    { ...existing, decryption: { provider: "awskms" }, sopsAgeKeys: { "a.agekey": "PLANTED" } },
    [
      'sopsAgeKeys must be absent when decryption.provider is "awskms", got a value that is not shown. Run: pulumi config rm sopsAgeKeys',
    ],
  ],
  [
    "a Secret without its name",
    { ...existing, decryption: { provider: "secret" } },
    [
      `decryption.secretName must be the name of a Secret, got nothing. ${set("decryption.secretName", "flux-source")}`,
    ],
  ],
  [
    "a Secret for a provider that takes none",
    { ...existing, decryption: { provider: "awskms", secretName: "keys" } },
    [
      `decryption.secretName must be absent when decryption.provider is "awskms", got "keys". ${remove("decryption.secretName")}`,
    ],
  ],
  [
    "a role that is no ARN",
    { ...existing, decryption: { provider: "awskms", roleArn: "flux" } },
    [
      `decryption.roleArn must be the ARN of an IAM role, got "flux". ${set("decryption.roleArn", role)}`,
    ],
  ],
  [
    "a client that is no UUID",
    { ...existing, decryption: { provider: "azurekv", clientId: "flux" } },
    [
      `decryption.clientId must be a UUID, got "flux". ${set("decryption.clientId", "00000000-0000-0000-0000-000000000000")}`,
    ],
  ],
  [
    "a tenant without a client",
    { ...existing, decryption: { provider: "azurekv", tenantId: client } },
    [
      `decryption.clientId must be set with decryption.tenantId, got nothing. ${set("decryption.clientId", "00000000-0000-0000-0000-000000000000")}`,
    ],
  ],
  [
    "a role of another cloud",
    { ...existing, decryption: { provider: "azurekv", roleArn: role } },
    [
      `decryption.roleArn must be absent when decryption.provider is "azurekv", got "${role}". ${remove("decryption.roleArn")}`,
    ],
  ],
  [
    "a ServiceAccount that the controllers may not use",
    { ...existing, decryption: { provider: "awskms", serviceAccountName: "kms" } },
    [
      `decryption.serviceAccountName must be set with flux.objectLevelWorkloadIdentity, got "kms". ${set("flux.objectLevelWorkloadIdentity", "true")}`,
    ],
  ],
  [
    "a role besides the ServiceAccount that carries it",
    { ...own, decryption: { provider: "awskms", serviceAccountName: "kms", roleArn: role } },
    [
      `decryption.roleArn must be absent when decryption.serviceAccountName is set, which carries it itself, got "${role}". ${remove("decryption.roleArn")}`,
    ],
  ],
  [
    "a key that resembles none",
    { ...existing, decryption: { kmsKey: "x" } },
    [
      `decryption must hold only the keys "clientId", "provider", "roleArn", "secretName", "serviceAccountName", "sopsFile", "tenantId", got "kmsKey". ${remove("decryption.kmsKey")}`,
    ],
  ],
];

describe("the decryption must not be", () => {
  for (const [what, values, messages] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), messages);
    });
  }
});

describe("the decryption is by", () => {
  const key = { "a.agekey": "" };
  before(async () => {
    key["a.agekey"] = await generateX25519Identity();
  });

  it("nothing in a cluster of one's own without keys", async () => {
    assert.deepEqual((await good(existing)).decryption, { provider: "none" });
  });

  it("nothing when the last key was removed, which leaves an empty map", async () => {
    const values = { ...existing, sopsAgeKeys: {} };
    assert.deepEqual((await good(values)).decryption, { provider: "none" });
    const kms = { ...values, decryption: { provider: "awskms" } };
    assert.equal((await good(kms)).decryption.provider, "awskms");
  });

  it("age where there are keys, and in an embedded cluster", async () => {
    assert.equal((await good({ ...existing, sopsAgeKeys: key })).decryption.provider, "age");
    assert.equal((await good(embedded)).decryption.provider, "age");
  });

  it("several age keys at once, a post-quantum one too", async () => {
    const keys = { ...key, "next.agekey": await generateHybridIdentity() };
    assert.match(keys["next.agekey"], /^AGE-SECRET-KEY-PQ-1/);
    assert.deepEqual((await good({ ...existing, sopsAgeKeys: keys })).ageKeys, keys);
  });

  it("nothing in an embedded cluster that is told so", async () => {
    const { decryption, ageKeys } = await good({ ...embedded, decryption: { provider: "none" } });
    assert.deepEqual([decryption, ageKeys], [{ provider: "none" }, {}]);
  });

  it("AWS, as the role of the controller", async () => {
    const values = { ...existing, decryption: { provider: "awskms", roleArn: role } };
    assert.deepEqual((await good(values)).decryption, {
      provider: "awskms",
      serviceAccountName: undefined,
      annotations: { "eks.amazonaws.com/role-arn": role },
    });
  });

  it("Azure, as the identity of the controller", async () => {
    const decryption = { provider: "azurekv", clientId: client, tenantId: client };
    assert.deepEqual((await good({ ...existing, decryption })).decryption, {
      provider: "azurekv",
      serviceAccountName: undefined,
      annotations: {
        "azure.workload.identity/client-id": client,
        "azure.workload.identity/tenant-id": client,
      },
    });
  });

  it("a cloud, as a ServiceAccount of its own", async () => {
    const values = { ...own, decryption: { provider: "awskms", serviceAccountName: "kms" } };
    const { decryption } = await good(values);
    assert.deepEqual(decryption, {
      provider: "awskms",
      serviceAccountName: "kms",
      annotations: {},
    });
  });
});
