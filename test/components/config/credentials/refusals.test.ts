import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ed25519Key, lockedKey, rsaKey } from "../../../support/keys.ts";
import { existing, problems, type Values } from "../../../support/settings.ts";

const path = "./clusters/prod";
const from = (sync: Values, values: Values = {}): Values => ({
  ...existing,
  sync: { path, ...sync },
  ...values,
});
const gitHub = { url: "ssh://git@github.com/ada/fleet.git" };
const own = { url: "ssh://git@git.example.com/fleet.git" };
const https = { url: "https://github.com/ada/fleet.git" };
const oci = { kind: "OCIRepository", url: "oci://ghcr.io/ada/fleet" };
const bucket = { kind: "Bucket", url: "s3.example.com", ref: "fleet" };
const app = { githubApp: { id: 12, owner: "ada" }, githubAppKey: rsaKey() };
const sshKey = ed25519Key();
const locked = lockedKey("planted-word");

const hidden = "got a value that is not shown";
const nothing = "got nothing";
const set = (path: string, value: string) =>
  `Run: pulumi config set ${path.includes(".") ? "--path " : ""}${path} ${value}`;
const remove = (path: string) =>
  `Run: pulumi config rm ${path.includes(".") ? "--path " : ""}${path}`;
const setSecret = (key: string) => `Run: pulumi config set --secret ${key}`;
const lineOf = (host: string) =>
  `Take the line from where the host publishes its keys. Run: pulumi config set --path sync.knownHosts '${host} ssh-ed25519 KEY'`;

type Refused = readonly [what: string, values: Values, ...messages: readonly string[]];

const pairs: readonly Refused[] = [
  [
    "a token and a GitHub App",
    from(https, { gitToken: "planted", ...app }),
    `githubApp must be absent when gitToken is set, got {"id":12,"owner":"ada"}. ${remove("githubApp")}`,
    `githubAppKey must be absent when gitToken is set, ${hidden}. ${remove("githubAppKey")}`,
  ],
  [
    "two SSH keys",
    from({ ...gitHub, deployKey: true }, { sshKey }),
    `sync.deployKey must be absent when sshKey is set, got true. ${remove("sync.deployKey")}`,
  ],
  [
    "an SSH key and a token",
    from(gitHub, { sshKey, gitToken: "planted" }),
    `gitToken must be absent when sync.url is an ssh:// address, ${hidden}. ${remove("gitToken")}`,
  ],
  [
    "an SSH key beside a Secret",
    from({ ...gitHub, pullSecret: "s" }, { sshKey }),
    `sshKey must be absent when sync.pullSecret is set, ${hidden}. ${remove("sshKey")}`,
  ],
  [
    "a GitHub App over SSH",
    from(gitHub, app),
    `githubApp must be absent when sync.url is an ssh:// address, got {"id":12,"owner":"ada"}. ${remove("githubApp")}`,
    `githubAppKey must be absent when sync.url is an ssh:// address, ${hidden}. ${remove("githubAppKey")}`,
  ],
  [
    "a password of a registry for Git",
    from(https, { registryUsername: "ada", registryPassword: "planted" }),
    `registryPassword must be absent when sync.kind is "GitRepository", ${hidden}. ${remove("registryPassword")}`,
    `registryUsername must be absent when sync.kind is "GitRepository", got "ada". ${remove("registryUsername")}`,
  ],
  [
    "the key pair of a bucket for a registry",
    from(oci, { bucketAccessKey: "planted", bucketSecretKey: "planted" }),
    `bucketSecretKey must be absent when sync.kind is "OCIRepository", ${hidden}. ${remove("bucketSecretKey")}`,
    `bucketAccessKey must be absent when sync.kind is "OCIRepository", ${hidden}. ${remove("bucketAccessKey")}`,
  ],
  [
    "credentials beside the identity of a cloud",
    from(
      { url: "https://dev.azure.com/ada/fleet/_git/fleet", provider: "azure" },
      { gitToken: "planted" },
    ),
    `gitToken must be absent when sync.provider is "azure", ${hidden}. ${remove("gitToken")}`,
  ],
  [
    "a GitHub App that is said to be generic",
    from({ ...https, provider: "generic" }, app),
    `sync.provider must be absent when githubApp is set, got "generic". ${remove("sync.provider")}`,
  ],
  [
    "the identity of a cloud beside a Secret of a registry",
    from({ ...oci, url: "oci://ada.azurecr.io/fleet", provider: "azure", pullSecret: "s" }),
    `sync.provider must be absent when sync.pullSecret is set, which a registry prefers, got "azure". ${remove("sync.provider")}`,
  ],
];

const forms: readonly Refused[] = [
  [
    "an ssh:// address without a key",
    from(gitHub),
    `sshKey must be set when sync.url is an ssh:// address (or sync.deployKey, or sync.pullSecret), ${nothing}. ${setSecret("sshKey")} < FILE`,
  ],
  [
    "a key for an https:// address",
    from(https, { sshKey }),
    `sync.url must be an ssh:// address when sshKey is set, got "https://github.com/ada/fleet.git". ${set("sync.url", "ssh://git@github.com/ada/fleet.git")}`,
  ],
  [
    "a deploy key for an https:// address",
    from({ ...https, deployKey: "2" }),
    `sync.url must be an ssh:// address when sync.deployKey is set, got "https://github.com/ada/fleet.git". ${set("sync.url", "ssh://git@github.com/ada/fleet.git")}`,
  ],
  [
    "a deploy key of no generation",
    from({ ...gitHub, deployKey: "the second" }),
    `sync.deployKey must be true, or a text that is another one for each new key, got "the second". ${set("sync.deployKey", "true")}`,
  ],
  [
    "a key that is none",
    from(gitHub, { sshKey: "planted" }),
    `sshKey must be a private key of OpenSSH or in PEM, ${hidden}. ${setSecret("sshKey")} < FILE`,
  ],
  [
    "a locked key without its passphrase",
    from(gitHub, { sshKey: locked }),
    `sshKeyPassphrase must be set when sshKey is locked by one, ${nothing}. ${setSecret("sshKeyPassphrase")}`,
  ],
  [
    "a locked key with another passphrase",
    from(gitHub, { sshKey: locked, sshKeyPassphrase: "planted" }),
    `sshKeyPassphrase must open sshKey, ${hidden}. ${setSecret("sshKeyPassphrase")}`,
  ],
  [
    "a passphrase for a key without one",
    from(gitHub, { sshKey, sshKeyPassphrase: "planted" }),
    `sshKeyPassphrase must be absent when sshKey is not locked by one, ${hidden}. ${remove("sshKeyPassphrase")}`,
  ],
  [
    "a passphrase without a key",
    from(gitHub, { sshKeyPassphrase: "planted" }),
    `sshKey must be set with sshKeyPassphrase, ${nothing}. ${setSecret("sshKey")} < FILE`,
  ],
  [
    "a host whose keys nobody gave",
    from(own, { sshKey }),
    `sync.knownHosts must hold a line for git.example.com, ${nothing}. ${lineOf("git.example.com")}`,
  ],
  [
    "the keys of another host",
    from({ ...own, knownHosts: "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMq" }, { sshKey }),
    `sync.knownHosts must hold a line for git.example.com, the host of sync.url, got "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMq". ${lineOf("git.example.com")}`,
  ],
  [
    "host keys that are none",
    from({ ...own, knownHosts: "git.example.com" }, { sshKey }),
    `sync.knownHosts must hold lines of known_hosts (HOST TYPE KEY), got "git.example.com". ${lineOf("git.example.com")}`,
  ],
  [
    "host keys for an https:// address",
    from({ ...https, knownHosts: "github.com" }),
    `sync.knownHosts must be absent without sshKey or sync.deployKey, got "github.com". ${remove("sync.knownHosts")}`,
  ],
  [
    "a GitHub App without a number, an installation and a key",
    from(https, { githubApp: { baseUrl: "https://github.example.com" } }),
    `githubApp.id must be a number, ${nothing}. ${set("githubApp.id", "123456")}`,
    `githubApp.installationId must be set, or githubApp.owner, ${nothing}. ${set("githubApp.installationId", "123456")}`,
    `githubAppKey must be set with githubApp, ${nothing}. ${setSecret("githubAppKey")} < FILE`,
  ],
  [
    "a GitHub App with two installations",
    from(https, { ...app, githubApp: { id: 12, installationId: 34, owner: "ada" } }),
    `githubApp.owner must be absent when githubApp.installationId is set, got "ada". ${remove("githubApp.owner")}`,
  ],
  [
    "a GitHub App by its name",
    from(https, { ...app, githubApp: { id: "Iv1.abc", owner: "ada" } }),
    `githubApp.id must be a number, got "Iv1.abc". ${set("githubApp.id", "123456")}`,
  ],
  [
    "a GitHub App with a key that is not RSA",
    from(https, { ...app, githubAppKey: sshKey }),
    `githubAppKey must be the RSA key of the GitHub App, in PEM and without a passphrase, ${hidden}. ${setSecret("githubAppKey")} < FILE`,
  ],
  [
    "an API of GitHub in clear",
    from(https, {
      ...app,
      githubApp: { id: 12, owner: "ada", baseUrl: "http://github.example.com" },
    }),
    `githubApp.baseUrl must be the https:// address of the API of a GitHub Enterprise Server, got "http://github.example.com". ${set("githubApp.baseUrl", "https://github.example.com/api/v3")}`,
  ],
  [
    "a GitHub App for an address in clear",
    from({ url: "http://github.com/ada/fleet.git" }, app),
    `sync.url must be an https:// address when githubApp is set, got "http://github.com/ada/fleet.git". ${set("sync.url", "https://github.com/ada/fleet.git")}`,
  ],
  [
    "GitHub's identity without an App",
    from({ ...https, provider: "github" }),
    `sync.provider must go with githubApp or sync.pullSecret when it is "github", got "github". ${set("githubApp.id", "123456")}`,
  ],
  [
    "a registry's password without a name",
    from(oci, { registryPassword: "planted" }),
    `registryUsername must be set with registryPassword, ${nothing}. ${set("registryUsername", "NAME")}`,
  ],
  [
    "half of a bucket's key pair",
    from(bucket, { bucketSecretKey: "planted" }),
    `bucketAccessKey must be set with bucketSecretKey, ${nothing}. ${setSecret("bucketAccessKey")}`,
  ],
];

describe("the credentials of the source must not be", () => {
  for (const [what, values, ...messages] of [...pairs, ...forms]) {
    it(what, async () => {
      const found = await problems(values);
      assert.deepEqual(found, messages);
      assert.doesNotMatch(found.join("\n"), /planted|PRIVATE/);
    });
  }
});
