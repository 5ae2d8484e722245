import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";

import { isLeftBehind, type ReleaseTraces } from "../../../components/flux/release-recovery.ts";
import { unlockRelease } from "../../../components/flux/unlock-release.ts";
import {
  decodeRelease,
  encodeRelease,
  type HelmSecret,
} from "../../../scripts/lib/helm-storage.ts";
import { Secret } from "../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../support/api-server.ts";

const traces: readonly (readonly [what: string, traces: ReleaseTraces, left: boolean])[] = [
  ["no release", { status: undefined, recorded: false }, false],
  ["a release that Pulumi knows", { status: "deployed", recorded: true }, false],
  ["a release that Pulumi does not know", { status: "deployed", recorded: false }, true],
  ["an install that was killed", { status: "pending-install", recorded: false }, true],
  ["an upgrade that was killed", { status: "pending-upgrade", recorded: true }, true],
  ["a rollback that was killed", { status: "pending-rollback", recorded: true }, true],
  ["a failed install, which Helm replaces", { status: "failed", recorded: false }, false],
  ["a failed upgrade", { status: "failed", recorded: true }, false],
  ["an uninstall that was killed", { status: "uninstalling", recorded: false }, true],
  ["a kept history", { status: "uninstalled", recorded: false }, false],
];

describe("isLeftBehind", () => {
  for (const [what, seen, left] of traces) {
    it(`${left ? "finds" : "leaves alone"} ${what}`, () => {
      assert.equal(isLeftBehind(seen), left);
    });
  }
});

const namespace = "flux-system";
const nameOf = (version: number) => `sh.helm.release.v1.flux-operator.v${version}`;
const reference = (version: number) => ({ resource: Secret, namespace, name: nameOf(version) });

let server: FakeApiServer;
const said: string[] = [];
before(async () => {
  server = await FakeApiServer.start();
});
after(() => server.stop());
afterEach(() => {
  for (const { metadata } of server.all(Secret)) {
    server.remove({ resource: Secret, namespace, name: metadata.name });
  }
  server.writes.length = 0;
  said.length = 0;
});

function revision(version: number, status: string, ageSeconds: number) {
  const creationTimestamp = new Date(Date.now() - ageSeconds * 1000).toISOString();
  const labels = { owner: "helm", name: "flux-operator", status, version: String(version) };
  const release = encodeRelease({ info: { status } });
  const metadata = { name: nameOf(version), namespace, labels, creationTimestamp };
  server.put(Secret, { metadata, data: { release } } as Parameters<typeof server.put>[1]);
}

function statusOf(version: number): readonly [label: string | undefined, stored: string] {
  const { metadata, data } = server.get(reference(version)) as HelmSecret;
  return [metadata.labels?.["status"], decodeRelease(data?.release ?? "").info.status];
}

const unlock = (timeoutSeconds: number) =>
  unlockRelease({
    kubeconfig: server.kubeconfig(),
    context: undefined,
    namespace,
    name: "flux-operator",
    timeoutSeconds,
    say: (line) => said.push(line),
  });

describe("unlockRelease", () => {
  it("marks a lock older than the time-out as failed, and only the newest revision", async () => {
    revision(9, "deployed", 900);
    revision(10, "pending-upgrade", 600);
    await unlock(300);
    assert.deepEqual(statusOf(10), ["failed", "failed"]);
    assert.deepEqual(statusOf(9), ["deployed", "deployed"]);
    assert.deepEqual(said, [
      "Helm release flux-system/flux-operator was left pending-upgrade by an interrupted run: marked as failed",
    ]);
  });

  it("marks a release that nobody recorded as failed", async () => {
    revision(1, "deployed", 1);
    await unlock(300);
    assert.deepEqual(statusOf(1), ["failed", "failed"]);
  });

  it("leaves a young lock to the action that ends in time", async () => {
    revision(1, "pending-install", 1);
    server.react(() => undefined);
    const unlocked = unlock(300);
    const failed = { metadata: { labels: { status: "failed" } } };
    setImmediate(() => {
      server.merge(reference(1), failed);
    });
    await unlocked;
    assert.deepEqual(
      server.writes.filter((write) => write.startsWith("PATCH")),
      [],
    );
  });

  it("waits for a young lock no longer than until it is old", async () => {
    revision(1, "pending-install", 1);
    await unlock(2);
    assert.deepEqual(statusOf(1), ["failed", "failed"]);
  });

  it("does nothing where the release is gone", async () => {
    await unlock(300);
    assert.deepEqual(server.writes, []);
  });
});
