import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { rsaKey } from "../keys.ts";
import { accessKey, robot, secretOf, withApp, withKeyPair, withRegistry } from "./attempts.ts";
import type { GitHubApi } from "./github-api.ts";
import type { PrivateRegistry } from "./private-registry.ts";
import type { S3 } from "./s3.ts";
import { startGitHubApi, startRegistry, startStore } from "./servers.ts";
import type { Trial } from "./trial.ts";

/** Tries a GitHub App. */
export function tryApp(trial: Trial): void {
  describe("a GitHub App", () => {
    let api: GitHubApi;
    const [known, stranger] = [trial.plant(rsaKey()), trial.plant(rsaKey())];
    const token = trial.plant("ghs_token0of0the0app0installation");
    const url = () => trial.stage.url("locked");
    const keysWith = (installation: string) =>
      ["BaseURL", "ID", installation, "PrivateKey"].map((key) => `githubApp${key}`);

    before(async () => {
      api = await startGitHubApi(trial, token, known);
    });

    it("with a key that GitHub does not know attaches nothing", async () => {
      const attempt = withApp(url(), api, stranger, { installationId: 34 });
      const next = "pulumi config set --secret githubAppKey < FILE";
      await trial.fails(attempt, /401 A JSON web token could not be decoded/, next);
      assert.deepEqual(await trial.keysOf(secretOf.app), keysWith("InstallationID"));
    });

    it("opens the repository, its installation found by the owner", async () => {
      await trial.rotates(secretOf.app, withApp(url(), api, known, { owner: "ada" }));
      assert.equal((await trial.stage.attached())?.provider, "github");
      assert.deepEqual(await trial.stage.sourceSecrets(), [secretOf.app]);
      assert.deepEqual(await trial.keysOf(secretOf.app), keysWith("InstallationOwner"));
    });
  });
}

/** Tries what opens a registry and a bucket. */
export function tryRegistryAndBucket(trial: Trial): void {
  describe("the password of a registry", () => {
    let registry: PrivateRegistry;
    const [right, wrong] = ["password-that-is-right-1", "password-that-is-wrong-1"];
    for (const password of [right, wrong]) {
      trial.plant(password);
      // A Secret for a registry holds both together.
      trial.plant(`${robot}:${password}`);
    }

    before(async () => {
      registry = await startRegistry(trial);
      registry.account = `${robot}:${right}`;
    });

    it("that is wrong attaches nothing", async () => {
      const next = "pulumi config set --secret registryPassword";
      await trial.fails(withRegistry(registry, wrong), /UNAUTHORIZED/, next);
    });

    it("that is right opens the artifact", async () => {
      await trial.rotates(secretOf.registry, withRegistry(registry, right));
      assert.deepEqual(await trial.stage.sourceSecrets(), [secretOf.registry]);
      const { type } = (await trial.stage.secret(secretOf.registry)) ?? {};
      assert.equal(type, "kubernetes.io/dockerconfigjson");
    });
  });

  describe("the key pair of a bucket", () => {
    let store: S3;
    const [right, wrong] = ["secret-key-that-is-right-1", "secret-key-that-is-wrong-1"];
    for (const secret of [accessKey, right, wrong]) trial.plant(secret);

    before(async () => {
      store = await startStore(trial);
      store.account = { accessKey, secretKey: right };
    });

    it("that is wrong attaches nothing", async () => {
      const next = "pulumi config set --secret bucketSecretKey";
      await trial.fails(withKeyPair(store, wrong), /signature we calculated/, next);
    });

    it("that is right opens the bucket", async () => {
      await trial.rotates(secretOf.bucket, withKeyPair(store, right));
      assert.deepEqual(await trial.stage.sourceSecrets(), [secretOf.bucket]);
    });
  });
}
