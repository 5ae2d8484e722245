import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { SourceCredentials } from "../../../components/config/credentials/types.ts";
import { type SourceSecret, sourceSecret } from "../../../components/flux/source-secret.ts";

const url = "https://git.example.com/fleet.git";
const ssh = { kind: "given", noun: "ssh", name: "flux-system-ssh", setting: "sshKey" } as const;

type Case = readonly [what: string, credentials: SourceCredentials, secret: SourceSecret];

const cases: readonly Case[] = [
  [
    "a password",
    { kind: "basic", setting: "gitPassword", username: "ada", password: "word" },
    {
      kind: "given",
      noun: "source",
      name: "flux-system",
      setting: "gitPassword",
      values: { username: "ada", password: "word" },
    },
  ],
  [
    "an SSH key",
    { kind: "ssh", privateKey: "key", passphrase: undefined, knownHosts: "hosts" },
    { ...ssh, values: { identity: "key", known_hosts: "hosts" } },
  ],
  [
    "a locked SSH key",
    { kind: "ssh", privateKey: "key", passphrase: "word", knownHosts: "hosts" },
    {
      ...ssh,
      values: { identity: "key", known_hosts: "hosts", password: "word" },
    },
  ],
  [
    "a key of the cluster",
    { kind: "generatedSsh", knownHosts: "hosts", generation: "2" },
    { kind: "generated", name: "flux-system-deploy-key", knownHosts: "hosts", generation: "2" },
  ],
  [
    "a GitHub App of an Enterprise Server",
    {
      kind: "githubApp",
      appId: "1",
      installation: { owner: "ada" },
      privateKey: "key",
      baseUrl: "https://github.example.com",
    },
    {
      kind: "given",
      noun: "github-app",
      name: "flux-system-github-app",
      setting: "githubAppKey",
      values: {
        githubAppID: "1",
        githubAppInstallationOwner: "ada",
        githubAppPrivateKey: "key",
        githubAppBaseURL: "https://github.example.com",
      },
    },
  ],
  [
    "a bucket's key pair",
    { kind: "bucket", accessKey: "one", secretKey: "two" },
    {
      kind: "given",
      noun: "bucket",
      name: "flux-system-bucket",
      setting: "bucketSecretKey",
      values: { accesskey: "one", secretkey: "two" },
    },
  ],
];

describe("the Secret of", () => {
  for (const [what, credentials, secret] of cases) {
    it(`${what} holds what source-controller reads`, () => {
      assert.deepEqual(sourceSecret(credentials, url), secret);
    });
  }

  const servers: readonly (readonly [url: string, server: string])[] = [
    ["oci://ghcr.io/ada/fleet", "ghcr.io"],
    ["oci://127.0.0.1:5000/fleet", "127.0.0.1:5000"],
    ["oci://docker.io/ada/fleet", "https://index.docker.io/v1/"],
    ["oci://registry-1.docker.io/ada/fleet", "https://index.docker.io/v1/"],
    ["oci://notdocker.io/ada/fleet", "notdocker.io"],
  ];
  for (const [address, server] of servers) {
    it(`a registry knows ${address} as ${server}`, () => {
      const secret = sourceSecret({ kind: "registry", username: "ada", password: "word" }, address);
      assert.ok(secret.kind === "given");
      assert.equal(secret.name, "flux-system-registry");
      assert.equal(secret.type, "kubernetes.io/dockerconfigjson");
      const auth = Buffer.from("ada:word").toString("base64");
      assert.deepEqual(JSON.parse(secret.values[".dockerconfigjson"] ?? ""), {
        auths: { [server]: { username: "ada", password: "word", auth } },
      });
    });
  }
});
