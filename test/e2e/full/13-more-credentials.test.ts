import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { rsaKey } from "../../support/keys.ts";
import {
  accessKey,
  robot,
  secretOf,
  withApp,
  withDeployKey,
  withKeyPair,
  withRegistry,
  withSshKey,
} from "../../support/sources/attempts.ts";
import type { GitHubApi } from "../../support/sources/github-api.ts";
import { type GitOverSsh, sshKey } from "../../support/sources/git-over-ssh.ts";
import type { PrivateRegistry } from "../../support/sources/private-registry.ts";
import { tryApp, tryRegistryAndBucket } from "../../support/sources/other-trials.ts";
import { searchPlanted } from "../../support/sources/planted.ts";
import type { S3 } from "../../support/sources/s3.ts";
import {
  startGitHubApi,
  startGitOverSsh,
  startRegistry,
  startStore,
} from "../../support/sources/servers.ts";
import { Trial } from "../../support/sources/trial.ts";

// The kinds that the short suite leaves out; and each kind in use, and so fetched with, while it is rotated.
const trial = new Trial();

before(() => trial.start());
after(() => trial.end());

describe("an SSH key in use", () => {
  let host: GitOverSsh;
  const [one, other] = [sshKey(), sshKey()];
  for (const key of [one, other]) trial.plant(key.private);

  before(async () => {
    host = await startGitOverSsh(trial);
    host.authorize(one.public);
    await trial.passes(withSshKey(host, one.private));
  });

  it("is rotated in place, and back", async () => {
    for (const key of [other, one]) {
      host.authorize(key.public);
      await trial.rotates(secretOf.ssh, withSshKey(host, key.private));
    }
  });
});

describe("a deploy key in use", () => {
  let host: GitOverSsh;
  const shown = () => trial.valueOf(secretOf.deployKey, "identity.pub");
  const authorizeShown = async () => {
    host.authorize(await shown());
    trial.plant(await trial.valueOf(secretOf.deployKey, "identity"));
  };

  before(async () => {
    host = await startGitOverSsh(trial);
    await trial.fails(withDeployKey(host, true), /unable to authenticate/, "pulumi up");
    await authorizeShown();
    await trial.passes(withDeployKey(host, true));
  });

  it("is not in what the next up would change", async () => {
    const { data } = (await trial.stage.secret(secretOf.deployKey)) ?? {};
    const { code, output } = await trial.stage.preview(withDeployKey(host, true));
    assert.equal(code, 0, output);
    assert.match(output, /\d+ unchanged/);
    assert.doesNotMatch(output, /to (create|update|replace|delete)/);
    assert.deepEqual((await trial.stage.secret(secretOf.deployKey))?.data, data);
  });

  it("gives way to a new one in place once the host knows that", async () => {
    const line = await shown();
    await trial.fails(withDeployKey(host, "2"), /unable to authenticate/, "pulumi up");
    assert.notEqual(await shown(), line);
    await authorizeShown();
    await trial.rotates(secretOf.deployKey, withDeployKey(host, "2"));
  });
});

tryApp(trial);

describe("the key of a GitHub App in use", () => {
  let api: GitHubApi;
  const [one, other] = [trial.plant(rsaKey()), trial.plant(rsaKey())];
  const token = trial.plant("ghs_token0of0the0app0installation");
  const tried = (key: string) =>
    withApp(trial.stage.url("locked"), api, key, { installationId: 34 });

  before(async () => {
    api = await startGitHubApi(trial, token, one);
  });

  it("opens the repository, its installation named by the id", async () => {
    await trial.passes(tried(one));
    const installation = await trial.valueOf(secretOf.app, "githubAppInstallationID");
    assert.equal(installation, "34");
  });

  it("is rotated in place", async () => {
    api.register(other);
    await trial.rotates(secretOf.app, tried(other));
  });
});

tryRegistryAndBucket(trial);

describe("the password of a registry in use", () => {
  let registry: PrivateRegistry;
  const [one, other] = ["password-that-is-right-1", "password-that-is-right-2"];
  for (const password of [one, other]) {
    trial.plant(password);
    trial.plant(`${robot}:${password}`);
  }

  before(async () => {
    registry = await startRegistry(trial);
    registry.account = `${robot}:${one}`;
    await trial.passes(withRegistry(registry, one));
  });

  it("is rotated in place", async () => {
    registry.account = `${robot}:${other}`;
    await trial.rotates(secretOf.registry, withRegistry(registry, other));
  });
});

describe("the key pair of a bucket in use", () => {
  let store: S3;
  const [one, other] = ["secret-key-that-is-right-1", "secret-key-that-is-right-2"];
  for (const secret of [accessKey, one, other]) trial.plant(secret);

  before(async () => {
    store = await startStore(trial);
    store.account = { accessKey, secretKey: one };
    await trial.passes(withKeyPair(store, one));
  });

  it("is rotated in place", async () => {
    store.account = { accessKey, secretKey: other };
    await trial.rotates(secretOf.bucket, withKeyPair(store, other));
  });
});

searchPlanted(trial, 31);
