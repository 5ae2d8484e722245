import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Secret } from "../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { fakeApiServer } from "./support/fake.ts";
import { runHosted, runScript } from "./support/run.ts";

const key = {
  DEPLOY_KEY_SECRET: "flux-system-deploy-key",
  DEPLOY_KEY_GENERATION: "true",
  DEPLOY_KEY_KNOWN_HOSTS: "host ssh-ed25519 KEY",
};
const connected = (server: FakeApiServer, uid = FakeApiServer.uid) => ({
  KUBECONFIG_CONTENT: server.kubeconfig(),
  CLUSTER_UID: uid,
});

describe("the scripts of a deploy key", { timeout: 60_000, concurrency: true }, () => {
  it("print its public half, and no word of the private one", async (t) => {
    const server = await fakeApiServer(t);
    const { code, stdout, stderr } = await runScript("deploy-key.ts", {
      ...connected(server),
      ...key,
    });
    assert.equal(code, 0, stderr);
    const { publicKey, fingerprint, ...others } = JSON.parse(stdout) as Record<string, string>;
    assert.match(publicKey ?? "", /^ssh-ed25519 AAAA\S+ flux-bootstrap-true$/);
    assert.deepEqual(others, {});
    assert.equal(
      stderr,
      `✔ deploy key ${fingerprint ?? ""} is in Secret/flux-system/flux-system-deploy-key\n`,
    );
    const [secret] = server.all(Secret) as unknown as { data: Record<string, string> }[];
    const lines = Buffer.from(secret?.data["identity"] ?? "", "base64")
      .toString()
      .split("\n");
    assert.ok((lines[1] ?? "").length > 40);
    assert.ok(!`${stdout}${stderr}`.includes(lines[1] ?? ""));
  });

  it("remove it, unless the cluster dies anyway", async (t) => {
    const server = await fakeApiServer(t);
    const environment = { ...connected(server), ...key };
    await runHosted("deploy-key.ts", environment);
    const skipped = await runHosted("deploy-key-remove.ts", {
      ...environment,
      FLUX_BOOTSTRAP_DESTROY_MODE: "skip",
    });
    assert.equal(skipped.stdout, '{"removed":false}\n');
    assert.equal(server.all(Secret).length, 1);
    const removed = await runScript("deploy-key-remove.ts", environment);
    assert.equal(removed.stdout, '{"removed":true}\n', removed.stderr);
    assert.deepEqual(server.all(Secret), []);
  });

  for (const script of ["deploy-key.ts", "deploy-key-remove.ts"]) {
    it(`touch no other cluster: ${script}`, async (t) => {
      const server = await fakeApiServer(t);
      const { code, stderr } = await runHosted(script, { ...connected(server, "other"), ...key });
      assert.equal(code, 1);
      assert.match(stderr, /must be the recorded one \(other\)/);
      assert.deepEqual(server.writes, []);
    });
  }

  it("name every input that is missing", async () => {
    const { code, stderr } = await runHosted("deploy-key.ts", {});
    assert.equal(code, 2);
    for (const name of Object.keys(key)) assert.match(stderr, new RegExp(`${name} must be set`));
  });
});
