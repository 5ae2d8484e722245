import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { publishedHosts } from "../../../../components/config/credentials/known-hosts.ts";
import { ed25519Key, lockedKey, openSshShape, rsaKey } from "../../../support/keys.ts";
import { existing, good, type Values } from "../../../support/settings.ts";

const path = "./clusters/prod";
const from = (sync: Values, values: Values = {}): Values => ({
  ...existing,
  sync: { path, ...sync },
  ...values,
});
const gitHub = { url: "ssh://git@github.com/ada/fleet.git" };
const https = { url: "https://github.com/ada/fleet.git" };
const oci = { kind: "OCIRepository", url: "oci://ghcr.io/ada/fleet" };
const bucket = { kind: "Bucket", url: "s3.example.com", ref: "fleet" };
const hosts = `${publishedHosts("github.com") ?? ""}\n`;

const key = ed25519Key();
const appKey = rsaKey();
const locked = lockedKey("word");
const app = { id: 12, installationId: "34" };

const cases: readonly (readonly [what: string, values: Values, credentials: unknown])[] = [
  ["nothing", from(https), undefined],
  ["a Secret that is made elsewhere", from({ ...gitHub, pullSecret: "elsewhere" }), undefined],
  [
    "a name and a password",
    from(https, { gitUsername: "ada", gitPassword: "secret" }),
    { kind: "basic", setting: "gitPassword", username: "ada", password: "secret" },
  ],
  [
    "a token",
    from(https, { gitToken: "token" }),
    { kind: "basic", setting: "gitToken", username: "git", password: "token" },
  ],
  [
    "an SSH key for a host that publishes its own",
    from(gitHub, { sshKey: key.trim() }),
    { kind: "ssh", privateKey: key, passphrase: undefined, knownHosts: hosts },
  ],
  [
    "a locked SSH key for a host of one's own",
    from(
      {
        url: "ssh://git@git.example.com:2222/fleet.git",
        knownHosts: hosts.replace("github.com", "[git.example.com]:2222"),
      },
      { sshKey: locked, sshKeyPassphrase: "word" },
    ),
    {
      kind: "ssh",
      privateKey: locked,
      passphrase: "word",
      knownHosts: hosts.replace("github.com", "[git.example.com]:2222"),
    },
  ],
  [
    "a key that the cluster makes",
    from({ ...gitHub, deployKey: true }),
    { kind: "generatedSsh", knownHosts: hosts, generation: "true" },
  ],
  [
    "another key that the cluster makes",
    from({ ...gitHub, deployKey: 2 }),
    { kind: "generatedSsh", knownHosts: hosts, generation: "2" },
  ],
  ["a refusal to make one", from({ ...https, deployKey: false }), undefined],
  [
    "a GitHub App by the number of its installation",
    from(https, { githubApp: app, githubAppKey: appKey }),
    {
      kind: "githubApp",
      appId: "12",
      installation: { id: "34" },
      privateKey: appKey,
      baseUrl: undefined,
    },
  ],
  [
    "a GitHub App by its owner, of an Enterprise Server",
    from(https, {
      githubApp: { id: "12", owner: "ada", baseUrl: "https://github.example.com/api/v3" },
      githubAppKey: appKey,
    }),
    {
      kind: "githubApp",
      appId: "12",
      installation: { owner: "ada" },
      privateKey: appKey,
      baseUrl: "https://github.example.com/api/v3",
    },
  ],
  [
    "a registry's name and password",
    from(oci, { registryUsername: "ada", registryPassword: "secret" }),
    { kind: "registry", username: "ada", password: "secret" },
  ],
  [
    "a bucket's key pair",
    from(bucket, { bucketAccessKey: "name", bucketSecretKey: "secret" }),
    { kind: "bucket", accessKey: "name", secretKey: "secret" },
  ],
];

describe("what opens the source is read from", () => {
  for (const [what, values, credentials] of cases) {
    it(what, async () => {
      assert.deepEqual((await good(values)).credentials, credentials);
    });
  }
});

describe("whose identity opens the source", () => {
  const clouds: readonly (readonly [string, Values])[] = [
    ["azure", { url: "https://dev.azure.com/ada/fleet/_git/fleet" }],
    ["azure", { url: "https://ada.visualstudio.com/fleet/_git/fleet" }],
    ["aws", { url: "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/fleet" }],
    ["aws", { ...oci, url: "oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/fleet" }],
    ["aws", { ...oci, url: "oci://public.ecr.aws/ada/fleet" }],
    ["azure", { ...oci, url: "oci://ada.azurecr.io/fleet" }],
    ["gcp", { ...oci, url: "oci://europe-docker.pkg.dev/ada/fleet/fleet" }],
    ["aws", bucket],
    ["gcp", { ...bucket, url: "storage.googleapis.com" }],
    ["azure", { ...bucket, url: "https://ada.blob.core.windows.net" }],
    ["generic", https],
  ];
  for (const [provider, sync] of clouds) {
    it(`may be ${provider} at ${String(sync["url"])}`, async () => {
      const config = await good(from({ ...sync, provider }));
      assert.equal(config.sync.provider, provider);
      assert.equal(config.credentials, undefined);
    });
  }

  it("is GitHub's with a GitHub App", async () => {
    const { sync } = await good(from(https, { githubApp: app, githubAppKey: appKey }));
    assert.equal(sync.provider, "github");
  });

  it("is GitHub's with a Secret that is made elsewhere", async () => {
    const { sync } = await good(from({ ...https, provider: "github", pullSecret: "elsewhere" }));
    assert.equal(sync.provider, "github");
  });

  it("is nobody's otherwise", async () => {
    assert.equal((await good(from(https, { gitToken: "token" }))).sync.provider, undefined);
  });
});

describe("a key in the form of OpenSSH", () => {
  it("ends with a newline, however it was stored", async () => {
    const sshKey = openSshShape("none").trim();
    const { credentials } = await good(from(gitHub, { sshKey }));
    assert.ok(credentials?.kind === "ssh" && credentials.privateKey === `${sshKey}\n`);
  });
});
