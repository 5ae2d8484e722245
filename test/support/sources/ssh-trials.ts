import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Attempt } from "./credential-stage.ts";
import { GitOverSsh, sshKey } from "./git-over-ssh.ts";
import type { Trial } from "./trial.ts";

/** Tries keys for Git over SSH, given and generated ones. */
export function trySsh(trial: Trial): void {
  describe("an SSH key", () => {
    let host: GitOverSsh;
    const secret = "flux-system-ssh";
    const [known, stranger] = [sshKey("a-passphrase-of-the-key"), sshKey()];
    const tried = (privateKey: string, more: Record<string, string> = {}): Attempt => ({
      sync: { url: host.url("open"), knownHosts: host.knownHosts() },
      secrets: { sshKey: trial.plant(privateKey), ...more },
    });
    const locked = () =>
      tried(known.private, { sshKeyPassphrase: trial.plant("a-passphrase-of-the-key") });

    before(async () => {
      host = trial.owns(await GitOverSsh.start(trial.stage.embedded.path("git")));
      host.authorize(known.public);
    });

    it("that the host does not know attaches nothing, and what opened the last source stays", async () => {
      const next = "pulumi config set --secret sshKey < FILE";
      await trial.fails(tried(stranger.private), /unable to authenticate/, next);
      assert.deepEqual(await trial.stage.sourceSecrets(), ["flux-system", secret]);
      assert.deepEqual(await trial.keysOf(secret), ["identity", "known_hosts"]);
    });

    it("does not prove itself to another host", async () => {
      const attempt = locked();
      const knownHosts = host.knownHosts(stranger);
      const next = "pulumi config set --path sync.knownHosts";
      await trial.fails({ ...attempt, sync: { ...attempt.sync, knownHosts } }, /knownhosts/, next);
    });

    it("that the host knows and a passphrase locks opens the repository", async () => {
      await trial.rotates(secret, locked());
      assert.deepEqual(await trial.stage.sourceSecrets(), [secret]);
      assert.deepEqual(await trial.keysOf(secret), ["identity", "known_hosts", "password"]);
    });
  });

  describe("a deploy key", () => {
    let host: GitOverSsh;
    const secret = "flux-system-deploy-key";
    const tried = (deployKey: unknown): Attempt => ({
      sync: { url: host.url("open"), knownHosts: host.knownHosts(), deployKey },
    });
    const decoded = (key: string) => trial.valueOf(secret, key);

    before(async () => {
      host = trial.owns(await GitOverSsh.start(trial.stage.embedded.path("git")));
    });

    it("is shown until the host knows it, and attaches nothing", async () => {
      const output = await trial.fails(tried(true), /unable to authenticate/, "pulumi up");
      const line = await decoded("identity.pub");
      assert.match(line, /^ssh-ed25519 AAAA\S+ flux-bootstrap-true$/);
      assert.ok(output.includes(line), output);
    });

    it("opens the repository once the host knows it", async () => {
      host.authorize(await decoded("identity.pub"));
      await trial.passes(tried(true));
      trial.plant(await decoded("identity"));
      const { stdout } = await trial.stage.embedded.pulumi(["stack", "output", "deployKey"]);
      assert.equal(stdout.trim(), await decoded("identity.pub"));
      assert.deepEqual(await trial.stage.sourceSecrets(), [secret]);
    });

    it("is not in what the next up would change", async () => {
      const { data } = (await trial.stage.secret(secret)) ?? {};
      const { code, output } = await trial.stage.preview(tried(true));
      assert.equal(code, 0, output);
      assert.match(output, /\d+ unchanged/);
      assert.doesNotMatch(output, /to (create|update|replace|delete)/);
      assert.deepEqual((await trial.stage.secret(secret))?.data, data);
    });

    it("is rotated in place, and shown again", async () => {
      const before = await trial.stage.secret(secret);
      const output = await trial.fails(tried("2"), /unable to authenticate/, "pulumi up");
      const { metadata } = (await trial.stage.secret(secret)) ?? {};
      assert.equal(metadata?.uid, before?.metadata.uid);
      const line = await decoded("identity.pub");
      assert.match(line, /^ssh-ed25519 AAAA\S+ flux-bootstrap-2$/);
      assert.ok(output.includes(line), output);
      trial.plant(await decoded("identity"));
    });
  });
}
