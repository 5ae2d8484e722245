import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { sourceSecret } from "../../../components/flux/source-secret.ts";
import { secretOf, withDeployKey, withSshKey } from "./attempts.ts";
import { type GitOverSsh, sshKey } from "./git-over-ssh.ts";
import { startGitOverSsh } from "./servers.ts";
import type { Trial } from "./trial.ts";

/** Tries keys for Git over SSH, given and generated ones. */
export function trySsh(trial: Trial): void {
  describe("an SSH key", () => {
    let host: GitOverSsh;
    const passphrase = trial.plant("a-passphrase-of-the-key");
    const [known, stranger] = [sshKey(passphrase), sshKey()];
    for (const key of [known, stranger]) trial.plant(key.private);

    before(async () => {
      host = await startGitOverSsh(trial);
      host.authorize(known.public);
    });

    it("that the host does not know attaches nothing, and what opened the last source stays", async () => {
      const next = "pulumi config set --secret sshKey < FILE";
      await trial.fails(withSshKey(host, stranger.private), /unable to authenticate/, next);
      assert.deepEqual(await trial.stage.sourceSecrets(), [secretOf.token, secretOf.ssh]);
      assert.deepEqual(await trial.keysOf(secretOf.ssh), ["identity", "known_hosts"]);
    });

    it("does not prove itself to another host", async () => {
      const url = host.url("open");
      const key = { kind: "ssh", privateKey: known.private, passphrase } as const;
      const secret = sourceSecret({ ...key, knownHosts: host.knownHosts(stranger) }, url);
      assert.ok(secret.kind === "given");
      const source = { kind: "GitRepository", url, ref: "refs/heads/main" } as const;
      const probed = { source, setting: secret.setting };
      const output = await trial.refuses(probed, secret.values, /knownhosts/);
      assert.match(output, /Next: pulumi config set --path sync\.knownHosts/);
    });

    it("that the host knows and a passphrase locks opens the repository", async () => {
      await trial.rotates(secretOf.ssh, withSshKey(host, known.private, passphrase));
      assert.deepEqual(await trial.stage.sourceSecrets(), [secretOf.ssh]);
      assert.deepEqual(await trial.keysOf(secretOf.ssh), ["identity", "known_hosts", "password"]);
    });
  });

  describe("a deploy key", () => {
    let host: GitOverSsh;
    const decoded = (key: string) => trial.valueOf(secretOf.deployKey, key);

    before(async () => {
      host = await startGitOverSsh(trial);
    });

    it("is shown until the host knows it, and attaches nothing", async () => {
      const attempt = withDeployKey(host, true);
      const output = await trial.fails(attempt, /unable to authenticate/, "pulumi up");
      const line = await decoded("identity.pub");
      assert.match(line, /^ssh-ed25519 AAAA\S+ flux-bootstrap-true$/);
      assert.ok(output.includes(line), output);
    });

    it("opens the repository once the host knows it", async () => {
      host.authorize(await decoded("identity.pub"));
      await trial.passes(withDeployKey(host, true));
      trial.plant(await decoded("identity"));
      const { stdout } = await trial.stage.embedded.pulumi(["stack", "output", "deployKey"]);
      assert.equal(stdout.trim(), await decoded("identity.pub"));
      assert.deepEqual(await trial.stage.sourceSecrets(), [secretOf.deployKey]);
    });

    it("is rotated in place, and shown again", async () => {
      const before = await trial.stage.secret(secretOf.deployKey);
      const attempt = withDeployKey(host, "2");
      const output = await trial.fails(attempt, /unable to authenticate/, "pulumi up");
      const { metadata } = (await trial.stage.secret(secretOf.deployKey)) ?? {};
      assert.equal(metadata?.uid, before?.metadata.uid);
      const line = await decoded("identity.pub");
      assert.match(line, /^ssh-ed25519 AAAA\S+ flux-bootstrap-2$/);
      assert.ok(output.includes(line), output);
      trial.plant(await decoded("identity"));
    });
  });
}
