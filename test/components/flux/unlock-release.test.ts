import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { unlockRelease } from "../../../components/flux/unlock-release.ts";
import {
  decodeRelease,
  encodeRelease,
  type HelmSecret,
} from "../../../scripts/lib/helm-storage.ts";
import { Secret } from "../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../support/api-server.ts";

const namespace = "flux-system";
const nameOf = (version: number) => `sh.helm.release.v1.flux-operator.v${version}`;
const reference = (version: number) => ({ resource: Secret, namespace, name: nameOf(version) });

let server: FakeApiServer;
const said: string[] = [];
beforeEach(async () => {
  server = await FakeApiServer.start();
  said.length = 0;
});
afterEach(() => server.stop());

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

const unlock = (timeoutSeconds: number, recorded = false) =>
  unlockRelease({
    kubeconfig: server.kubeconfig(),
    context: undefined,
    namespace,
    name: "flux-operator",
    recorded,
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
    server.react((object, _event, { plural }) => {
      // The review is how the age is told: the action ends while it is waited for.
      if (plural !== "selfsubjectreviews" || object.metadata.name === nameOf(1)) return;
      server.merge(reference(1), { metadata: { labels: { status: "deployed" } } });
    });
    await unlock(300, true);
    assert.equal(statusOf(1)[0], "deployed");
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
