import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";

import { rsaKey } from "../keys.ts";
import { pushArtifact } from "./artifact.ts";
import { type Attempt, files } from "./credential-stage.ts";
import { GitHubApi } from "./github-api.ts";
import { PrivateRegistry } from "./private-registry.ts";
import { S3 } from "./s3.ts";
import type { Trial } from "./trial.ts";

/** Tries a GitHub App. */
export function tryApp(trial: Trial): void {
  describe("a GitHub App", () => {
    let api: GitHubApi;
    const secret = "flux-system-github-app";
    const [known, stranger] = [rsaKey(), rsaKey()];
    const token = trial.plant("ghs_token0of0the0app0installation");
    const tried = (key: string, by: object): Attempt => ({
      sync: { url: trial.stage.url("locked") },
      settings: { githubApp: { id: 12, ...by, baseUrl: api.url } },
      secrets: { githubAppKey: trial.plant(key) },
    });

    before(async () => {
      await trial.stage.lock(`x-access-token:${token}`);
      api = trial.owns(await GitHubApi.start({ appId: "12", id: "34", owner: "ada" }, token));
      api.register(known);
    });
    const keysWith = (installation: string) =>
      ["BaseURL", "ID", installation, "PrivateKey"].map((key) => `githubApp${key}`);

    it("with a key that GitHub does not know attaches nothing", async () => {
      const attempt = tried(stranger, { installationId: 34 });
      const next = "pulumi config set --secret githubAppKey < FILE";
      await trial.fails(attempt, /401 A JSON web token could not be decoded/, next);
      assert.deepEqual(await trial.keysOf(secret), keysWith("InstallationID"));
    });

    it("opens the repository, its installation found by the owner", async () => {
      await trial.rotates(secret, tried(known, { owner: "ada" }));
      assert.equal((await trial.stage.attached())?.provider, "github");
      assert.deepEqual(await trial.stage.sourceSecrets(), [secret]);
      assert.deepEqual(await trial.keysOf(secret), keysWith("InstallationOwner"));
    });
  });
}

/** Tries what opens a registry and a bucket. */
export function tryRegistryAndBucket(trial: Trial): void {
  describe("the password of a registry", () => {
    let registry: PrivateRegistry;
    const secret = "flux-system-registry";
    const tried = (password: string): Attempt => ({
      sync: { kind: "OCIRepository", url: registry.url("fleet") },
      settings: { registryUsername: "robot" },
      secrets: { registryPassword: planted(password) },
    });
    const planted = (password: string) => {
      // A Secret for a registry holds both together.
      trial.plant(`robot:${password}`);
      return trial.plant(password);
    };

    before(async () => {
      await pushArtifact(trial.stage.embedded, "fleet:latest", files);
      registry = trial.owns(
        await PrivateRegistry.start(trial.stage.embedded.record.ports.registry),
      );
      registry.account = "robot:password-that-is-right-1";
    });

    it("that is wrong attaches nothing", async () => {
      const next = "pulumi config set --secret registryPassword";
      await trial.fails(tried("password-that-is-wrong-1"), /UNAUTHORIZED/, next);
    });

    it("that is right opens the artifact", async () => {
      await trial.rotates(secret, tried("password-that-is-right-1"));
      assert.deepEqual(await trial.stage.sourceSecrets(), [secret]);
      assert.equal((await trial.stage.secret(secret))?.type, "kubernetes.io/dockerconfigjson");
    });
  });

  describe("the key pair of a bucket", () => {
    let store: S3;
    const secret = "flux-system-bucket";
    const tried = (bucketSecretKey: string): Attempt => ({
      sync: { kind: "Bucket", url: store.endpoint, ref: "fleet" },
      secrets: {
        bucketAccessKey: trial.plant("access-key-of-the-bucket"),
        bucketSecretKey: trial.plant(bucketSecretKey),
      },
    });
    const account = (secretKey: string) => ({ accessKey: "access-key-of-the-bucket", secretKey });

    before(async () => {
      const tls = {
        cert: readFileSync(trial.stage.tls("apiserver.crt")),
        key: readFileSync(trial.stage.tls("apiserver.key")),
      };
      store = trial.owns(await S3.start({ bucket: "fleet", objects: files, tls }));
      store.account = account("secret-key-that-is-right-1");
    });

    it("that is wrong attaches nothing", async () => {
      const next = "pulumi config set --secret bucketSecretKey";
      await trial.fails(tried("secret-key-that-is-wrong-1"), /signature we calculated/, next);
    });

    it("that is right opens the bucket", async () => {
      await trial.rotates(secret, tried("secret-key-that-is-right-1"));
      assert.deepEqual(await trial.stage.sourceSecrets(), [secret]);
    });
  });
}
