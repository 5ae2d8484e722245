import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  decodeRelease,
  encodeRelease,
  failedRevision,
  type HelmSecret,
  isLeftBehind,
  isPending,
  latestRevision,
  type ReleaseTraces,
} from "../../../scripts/lib/helm-storage.ts";

const release = {
  name: "flux-operator",
  info: { status: "pending-install", first_deployed: "2026-01-01T00:00:00Z" },
  manifest: "kind: Deployment\n# ä\n",
};

function secret(version: number, status: string): HelmSecret {
  const labels = { status, version: String(version) };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `v${version}`, resourceVersion: "7", labels },
    data: { release: encodeRelease(release) },
  };
}

describe("a stored release", () => {
  it("is the same after being read and written", () => {
    assert.deepEqual(decodeRelease(encodeRelease(release)), release);
  });

  it("is base64 of base64 of gzip, as Helm reads it", () => {
    const once = Buffer.from(encodeRelease(release), "base64").toString("ascii");
    assert.match(once, /^H4sI/);
  });

  it("keeps everything but its status and description when it is marked as failed", () => {
    const patch = failedRevision(secret(1, "pending-install"), "left behind");
    const info = { ...release.info, status: "failed", description: "left behind" };
    assert.deepEqual(decodeRelease(patch.data.release), { ...release, info });
    assert.deepEqual(patch.metadata, { resourceVersion: "7", labels: { status: "failed" } });
  });
});

describe("the revisions of a release", () => {
  it("are ordered by number, not by name", () => {
    const revisions = [secret(10, "failed"), secret(9, "deployed"), secret(2, "superseded")];
    assert.equal(latestRevision(revisions)?.metadata.name, "v10");
    assert.equal(latestRevision([]), undefined);
  });

  it("are locked while they are pending", () => {
    const of = (status: string) => isPending(secret(1, status));
    assert.deepEqual(["pending-install", "pending-upgrade", "pending-rollback"].map(of), [
      true,
      true,
      true,
    ]);
    assert.deepEqual(["deployed", "failed", "superseded", "uninstalling"].map(of), [
      false,
      false,
      false,
      false,
    ]);
  });
});

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
