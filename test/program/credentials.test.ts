import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Output } from "@pulumi/pulumi";

import { publishedHosts } from "../../components/config/credentials/known-hosts.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { ed25519Key, rsaKey } from "../support/keys.ts";
import { type MockEngine, ownership, plain, valueOf, visible } from "../support/mocks.ts";
import { ClusterRecords } from "../support/program.ts";
import type { Values } from "../support/settings.ts";

const records = new ClusterRecords();
let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
});
after(async () => {
  records.remove();
  await server.stop();
});

const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };

function run(sync: Values, secrets: Values = {}) {
  const config = {
    cluster: { kind: "existing", name: "prod", context: "fake" },
    kubeconfig: server.kubeconfig(),
    sync: { path: "./", ...sync },
    ...secrets,
  };
  return records.run({ config, stdout });
}

const inputs = (engine: MockEngine, name: string) =>
  plain(engine.get(name).inputs) as Readonly<Record<string, unknown>>;

const syncOf = (engine: MockEngine) => {
  const { spec } = inputs(engine, "flux-sync-patch") as {
    spec: { sync: Readonly<Record<string, unknown>> };
  };
  return spec.sync;
};

const sshKey = ed25519Key();
const appKey = rsaKey();
const hosts = `${publishedHosts("github.com") ?? ""}\n`;
const inFlux = {
  namespace: "flux-system",
  labels: { "reconcile.fluxcd.io/watch": "Enabled" },
  annotations: ownership,
};

interface Made {
  readonly sync: Values;
  readonly secrets: Values;
  /** The planted values, which stand in no other place. */
  readonly planted: readonly string[];
  readonly resource: string;
  readonly name: string;
  readonly type?: string;
  readonly values: Readonly<Record<string, string>>;
  readonly provider?: string;
  readonly setting: string;
}

const named = (noun: string) => ({
  resource: `flux-credentials-${noun}`,
  name: `flux-system-${noun}`,
});
const dockerConfig = {
  auths: {
    "ghcr.io": {
      username: "ada",
      password: "planted-registry",
      auth: Buffer.from("ada:planted-registry").toString("base64"),
    },
  },
};

const made: Readonly<Record<string, Made>> = {
  "a token": {
    resource: "flux-credentials-source",
    name: "flux-system",
    sync: { url: "https://github.com/ada/fleet.git" },
    secrets: { gitToken: "planted-token" },
    planted: ["planted-token"],
    values: { username: "git", password: "planted-token" },
    setting: "gitToken",
  },
  "an SSH key": {
    ...named("ssh"),
    sync: { url: "ssh://git@github.com/ada/fleet.git" },
    secrets: { sshKey },
    planted: [sshKey.split("\n")[1] ?? ""],
    values: { identity: sshKey, known_hosts: hosts },
    setting: "sshKey",
  },
  "a GitHub App": {
    ...named("github-app"),
    sync: { url: "https://github.com/ada/fleet.git" },
    secrets: { githubApp: { id: 12, installationId: 34 }, githubAppKey: appKey },
    planted: [appKey.split("\n")[1] ?? ""],
    values: { githubAppID: "12", githubAppInstallationID: "34", githubAppPrivateKey: appKey },
    provider: "github",
    setting: "githubAppKey",
  },
  "a registry's password": {
    ...named("registry"),
    sync: { kind: "OCIRepository", url: "oci://ghcr.io/ada/fleet" },
    secrets: { registryUsername: "ada", registryPassword: "planted-registry" },
    planted: ["planted-registry"],
    type: "kubernetes.io/dockerconfigjson",
    values: { ".dockerconfigjson": JSON.stringify(dockerConfig) },
    setting: "registryPassword",
  },
  "a bucket's key pair": {
    ...named("bucket"),
    sync: { kind: "Bucket", url: "s3.example.com", ref: "fleet" },
    secrets: { bucketAccessKey: "planted-access", bucketSecretKey: "planted-secret" },
    planted: ["planted-access", "planted-secret"],
    values: { accesskey: "planted-access", secretkey: "planted-secret" },
    setting: "bucketSecretKey",
  },
};

for (const [what, expected] of Object.entries(made)) {
  describe(what, () => {
    let engine: MockEngine;
    before(async () => {
      ({ engine } = await run(expected.sync, expected.secrets));
    });

    it("becomes the one Secret of the source", () => {
      const { metadata, type, stringData } = inputs(engine, expected.resource);
      assert.deepEqual(metadata, { name: expected.name, ...inFlux });
      assert.equal(type, expected.type);
      assert.deepEqual(stringData, expected.values);
      const secrets = engine.registered.filter((one) => one.type === "kubernetes:core/v1:Secret");
      assert.equal(secrets.length, 1);
    });

    it("is what the sync and the probe open the source with", () => {
      const { pullSecret, provider } = syncOf(engine);
      assert.equal(pullSecret, expected.name);
      assert.equal(provider, expected.provider);
      const { environment } = inputs(engine, "flux-sync-probe") as { environment: Values };
      const probed = JSON.parse(String(environment["PROBE_SOURCE"])) as Values;
      assert.equal(probed["pullSecret"], pullSecret);
      assert.equal(probed["provider"], provider);
      assert.equal(environment["PROBE_SETTING"], expected.setting);
    });

    it("reaches the engine as a secret only", () => {
      const everything = JSON.stringify(engine.registered);
      const readable = JSON.stringify(visible(engine.registered));
      for (const word of expected.planted) {
        assert.ok(everything.includes(word), "the secret is used at all");
        assert.ok(!readable.includes(word));
      }
    });
  });
}

describe("a deploy key", () => {
  let engine: MockEngine;
  let outputs: Readonly<Record<string, unknown>>;
  before(async () => {
    const url = "ssh://git@github.com/ada/fleet.git";
    ({ engine, outputs } = await run({ url, deployKey: "2" }));
  });

  it("is made by a program that nothing but a new input runs again", () => {
    const { environment, ...rest } = inputs(engine, "flux-credentials-deploy-key");
    assert.deepEqual(rest, {
      interpreter: ["node", "--disable-warning=ExperimentalWarning"],
      create: "scripts/deploy-key.ts",
      update: "scripts/deploy-key.ts",
      delete: "scripts/deploy-key-remove.ts",
      addPreviousOutputInEnv: true,
      logging: "stderr",
    });
    const { DEPLOY_KEY_SECRET, DEPLOY_KEY_GENERATION, DEPLOY_KEY_KNOWN_HOSTS } =
      environment as Values;
    assert.equal(DEPLOY_KEY_SECRET, "flux-system-deploy-key");
    assert.equal(DEPLOY_KEY_GENERATION, "2");
    assert.equal(DEPLOY_KEY_KNOWN_HOSTS, hosts);
  });

  it("is in no Secret of Pulumi's", () => {
    const secrets = engine.registered.filter((one) => one.type === "kubernetes:core/v1:Secret");
    assert.deepEqual(secrets, []);
  });

  it("opens the source, and is shown to whom it does not", () => {
    assert.equal(syncOf(engine)["pullSecret"], "flux-system-deploy-key");
    const { environment } = inputs(engine, "flux-sync-probe") as { environment: Values };
    assert.equal(environment["PROBE_DEPLOY_KEY"], "ssh-ed25519 AAAA flux-bootstrap-true");
    assert.equal(environment["PROBE_SETTING"], undefined);
  });

  it("is an output of the stack by its public half", async () => {
    const key = await valueOf(outputs["deployKey"] as Output<string>);
    assert.equal(key, "ssh-ed25519 AAAA flux-bootstrap-true");
  });

  it("is none where nobody asked for it", async () => {
    const open = await run({ url: "https://github.com/ada/fleet.git" });
    assert.equal(open.outputs["deployKey"], "none");
  });
});
