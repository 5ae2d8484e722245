import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { isSecret, type MockEngine, optionsOf, plain, visible } from "../support/mocks.ts";
import { ClusterRecords } from "../support/program.ts";
import type { Values } from "../support/settings.ts";

const records = new ClusterRecords();
const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-contract-"));
const file = join(directory, "config");
let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
  records.add("dev", server.kubeconfig("planted-token"));
  writeFileSync(file, server.kubeconfig("planted-token"));
});
after(async () => {
  records.remove();
  rmSync(directory, { recursive: true, force: true });
  await server.stop();
});

const sync = { url: "https://example.com/fleet.git", path: "./" };
const existing = { kind: "existing", name: "prod", context: "fake" };
const owner = { id: "one", by: "ada@laptop", since: "2026-01-01T00:00:00Z" };

/** Every way to say which cluster it is, each with settings that reach the same server. */
const kinds: readonly (readonly [name: string, settings: () => Values])[] = [
  ["embedded", () => ({ cluster: { kind: "embedded", name: "dev" }, sync: { path: "./" } })],
  [
    "existing, by content",
    () => ({ cluster: existing, sync, kubeconfig: server.kubeconfig("planted-token") }),
  ],
  ["existing, by file", () => ({ cluster: { ...existing, kubeconfigFile: file }, sync })],
  ["existing, by context", () => ({ cluster: existing, sync })],
];

const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid, owner, forced: false } };
const run = (config: Values, preview = false) =>
  records.run({ config, stdout, preview }, { KUBECONFIG: file });

const kubeconfigOf = (engine: MockEngine) => {
  const { kubeconfig } = engine.get("kubernetes").inputs;
  assert.ok(isSecret(kubeconfig), "a kubeconfig is a secret");
  return JSON.parse(plain(kubeconfig) as string) as { users: { user: { token: string } }[] };
};

for (const [kind, settings] of kinds) {
  describe(`a cluster of the kind ${kind}`, () => {
    let engine: MockEngine;
    let outputs: Values;
    before(async () => {
      ({ engine, outputs } = await run(settings()));
    });

    it("hands a kubeconfig that works to the provider and to every script", () => {
      assert.equal(kubeconfigOf(engine).users[0]?.user.token, "planted-token");
      const commands = engine.registered.filter(({ type }) => type === "command:local:Command");
      assert.ok(commands.length > 4);
      for (const { name, inputs } of commands) {
        const { KUBECONFIG_CONTENT } = plain(inputs["environment"]) as Record<string, string>;
        assert.match(KUBECONFIG_CONTENT ?? "", /planted-token/, name);
      }
    });

    it("shows the credential nowhere", () => {
      assert.doesNotMatch(JSON.stringify(visible(engine.registered)), /planted/);
      assert.doesNotMatch(String(outputs["clusterAccess"]), /planted/);
    });

    it("is told from every other by the UID that was recorded", () => {
      const { CLUSTER_UID } = plain(engine.get("drain-script").inputs["environment"]) as Values;
      assert.equal(CLUSTER_UID, FakeApiServer.uid);
    });

    it("bears in the namespace of Flux who holds it", () => {
      const { metadata } = engine.get("flux-operator-namespace").inputs as { metadata: Values };
      assert.deepEqual(metadata["annotations"], {
        "flux-bootstrap.dev/owner": "one",
        "flux-bootstrap.dev/owned-by": "ada@laptop",
        "flux-bootstrap.dev/owned-since": "2026-01-01T00:00:00Z",
      });
    });

    it("is no resource of the stack, so that no destroy deletes it", () => {
      const types = engine.registered.map(({ type }) => type);
      assert.deepEqual(
        types.filter(
          (type) => !/^(kubernetes|command|flux-bootstrap|pulumi:providers):/.test(type),
        ),
        [],
      );
      assert.equal(engine.get("cluster-identity").inputs["delete"], undefined);
      assert.equal(optionsOf("kubernetes")?.retainOnDelete, false);
    });

    it("is asked and not written to by a preview", async () => {
      const before = server.writes.length;
      await run(settings(), true);
      assert.deepEqual(server.writes.slice(before), []);
    });

    it("lets a preview go on while it does not answer", async () => {
      await server.down();
      try {
        const { engine: previewed } = await run(settings(), true);
        assert.ok(previewed.names().includes("post-bootstrap-script"));
      } finally {
        await server.up();
      }
    });
  });
}

describe("a preview of an existing cluster", () => {
  it("goes on without the file of its kubeconfig", async () => {
    const cluster = { ...existing, kubeconfigFile: join(directory, "missing") };
    const { engine } = await run({ cluster, sync }, true);
    assert.ok(engine.names().includes("post-bootstrap-script"));
    assert.doesNotMatch(JSON.stringify(plain(engine.registered)), /planted/);
  });
});
