import assert from "node:assert/strict";
import { beforeEach, describe, it, type TestContext } from "node:test";

import {
  CustomResourceDefinition,
  Namespace,
  PersistentVolumeClaim,
  Secret,
} from "../../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import {
  ReplicationDestination,
  StorageClass,
  VolumeSnapshot,
} from "../../../../scripts/lib/restore/kinds.ts";
import { scene, type Scene } from "./support/restore.ts";

// Neither VolSync nor a snapshot controller runs here: what they would do is played by the tests.
const volume = { namespace: "shop", name: "data", capacity: "10Gi" };
const replicated = { kind: "volsync", volumes: [{ ...volume, repository: "data-restic" }] };
const populated = { kind: "populator", volumes: [{ ...volume, source: { name: "nightly" } }] };
const claim = { resource: PersistentVolumeClaim, name: "data", namespace: "shop" };
const restored =
  "restoring snapshot 6526a2ff of [/data] at 2026-01-31 09:03:53.75 +0000 UTC by root@volsync to .\nRestic completed in 3s";
const old = { maxAge: "48h", onOld: "continue" };

type Destination = KubernetesObject<{ trigger: { manual: string }; restic: object }>;

/** Puts VolSync and a repository, and lets a mover end with that log. */
function playVolsync({ server }: Scene, logs: string, result = "Successful"): Destination[] {
  const seen: Destination[] = [];
  server.put(CustomResourceDefinition, {
    metadata: { name: "replicationdestinations.volsync.backube" },
  });
  server.put(Secret, { metadata: { name: "data-restic", namespace: "shop" } });
  server.react((object, event) => {
    if (object.kind !== "ReplicationDestination" || event !== "ADDED") return;
    const destination = object as Destination;
    seen.push(destination);
    const { name } = destination.metadata;
    const lastManualSync = destination.spec?.trigger.manual;
    const status = { latestMoverStatus: { result, logs } };
    server.merge(
      { resource: ReplicationDestination, name, namespace: "shop" },
      { status: result === "Failed" ? status : { ...status, lastManualSync } },
    );
  });
  return seen;
}

/** Binds every claim that appears. */
function playProvisioner({ server }: Scene): KubernetesObject[] {
  const seen: KubernetesObject[] = [];
  server.react((object, event) => {
    if (object.kind !== "PersistentVolumeClaim" || event !== "ADDED") return;
    seen.push(object);
    server.merge(claim, { status: { phase: "Bound" } });
  });
  return seen;
}

describe("the VolSync driver (played, not run)", { timeout: 30_000 }, () => {
  let at: Scene;
  beforeEach(async (test) => {
    at = await scene(test as TestContext);
  });

  it("asks for one restore, then makes a claim of its image", async () => {
    const destinations = playVolsync(at, restored);
    const claims = playProvisioner(at);
    const { state, evidence, takenAt } = await at.run({ ...replicated, ...old });
    const { trigger, restic } = destinations[0]?.spec ?? {};
    assert.match(trigger?.manual ?? "", /^restore-/);
    assert.deepEqual(restic, {
      repository: "data-restic",
      copyMethod: "Snapshot",
      capacity: "10Gi",
      accessModes: ["ReadWriteOnce"],
    });
    assert.deepEqual(claims[0]?.spec, {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "10Gi" } },
      dataSourceRef: {
        apiGroup: "volsync.backube",
        kind: "ReplicationDestination",
        name: "data-restore",
      },
    });
    assert.deepEqual(evidence, [
      "shop/data: restic snapshot 6526a2ff of 2026-01-31T09:03:53Z",
      "shop/data is Bound",
    ]);
    assert.deepEqual([state, takenAt], ["restored", "2026-01-31T09:03:53Z"]);
    assert.notEqual(at.server.get({ resource: Namespace, name: "shop" }), undefined);
  });

  it("lets the mover write into the claim itself when that is wanted", async () => {
    const [destinations, claims] = [playVolsync(at, restored), playProvisioner(at)];
    const [first] = replicated.volumes;
    await at.run({ ...replicated, ...old, volumes: [{ ...first, copyMethod: "Direct" }] });
    assert.deepEqual(destinations[0]?.spec?.restic, {
      repository: "data-restic",
      copyMethod: "Direct",
      destinationPVC: "data",
    });
    const spec = claims[0]?.spec as { dataSourceRef?: unknown };
    assert.equal(spec.dataSourceRef, undefined);
  });

  it("does not take a mover that found no snapshot for a restore", async () => {
    playVolsync(at, "No eligible snapshots found\n=== No data will be restored ===");
    assert.equal((await at.run(replicated)).state, "missing");
    assert.deepEqual([at.server.get(claim), at.record], [undefined, undefined]);
  });

  it("does not take a log that names no snapshot for a proof", async () => {
    playVolsync(at, "Restic completed in 3s");
    assert.match((await at.failed(replicated)).message, /does not say which snapshot it restored/);
    assert.equal(at.marker, undefined);
  });

  it("fails with the mover's last line", async () => {
    playVolsync(at, "Fatal: wrong password or no key found", "Failed");
    const { message } = await at.failed(replicated);
    assert.match(message, /ReplicationDestination\/shop\/data-restore: .* failed: Fatal: wrong/);
  });

  it("judges the age of what it restored, before the layers start", async () => {
    playVolsync(at, restored);
    playProvisioner(at);
    assert.match((await at.failed(replicated)).message, /must be at most 48h00m old/);
    assert.equal(at.marker, undefined);
  });

  it("touches nothing without VolSync, its repository or with a claim in the way", async () => {
    assert.match((await at.failed(replicated)).message, /^VolSync must be installed before/);
    playVolsync(at, restored);
    at.server.remove({ resource: Secret, name: "data-restic", namespace: "shop" });
    assert.match((await at.failed(replicated)).message, /got none for Secret\/shop\/data-restic\./);
    playVolsync(at, restored);
    at.server.put(PersistentVolumeClaim, { metadata: { name: "data", namespace: "shop" } });
    const { message, details } = await at.failed(replicated);
    assert.match(message, /^the claims to restore must not exist yet, got 1 that do/);
    assert.match(details[0] ?? "", /^PersistentVolumeClaim\/shop\/data of /);
    assert.deepEqual(at.server.writes, []);
  });
});

describe("the populator driver (played, not run)", { timeout: 30_000 }, () => {
  let at: Scene;
  beforeEach(async (test) => {
    at = await scene(test as TestContext);
  });

  const putSnapshot = (status: object) => {
    at.server.put(VolumeSnapshot, { metadata: { name: "nightly", namespace: "shop" }, status });
  };
  const creationTime = new Date(Date.now() - 3_600_000).toISOString();

  it("makes a claim of the snapshot and waits until it is Bound", async () => {
    putSnapshot({ readyToUse: true, creationTime });
    const claims = playProvisioner(at);
    const { state, evidence, takenAt } = await at.run(populated);
    assert.deepEqual(
      [state, evidence, takenAt],
      ["restored", ["shop/data is Bound"], creationTime],
    );
    const { dataSourceRef } = (claims[0]?.spec ?? {}) as { dataSourceRef?: object };
    assert.deepEqual(dataSourceRef, {
      apiGroup: "snapshot.storage.k8s.io",
      kind: "VolumeSnapshot",
      name: "nightly",
    });
  });

  it("does not wait for a claim that binds when its first pod comes", async () => {
    putSnapshot({ readyToUse: true, creationTime });
    at.server.put(StorageClass, {
      metadata: { name: "fast" },
      ...{ volumeBindingMode: "WaitForFirstConsumer" },
    });
    const [first] = populated.volumes;
    const { evidence } = await at.run({
      ...populated,
      volumes: [{ ...first, storageClass: "fast" }],
    });
    assert.deepEqual(evidence, [
      "shop/data is filled before its first pod starts (class fast binds on first use)",
    ]);
  });

  it("takes no snapshot at all for no backup, and some for a mistake", async () => {
    const [first] = populated.volumes;
    const other = { ...first, name: "media", source: { name: "media-nightly" } };
    putSnapshot({ readyToUse: true, creationTime });
    const { message } = await at.failed({ ...populated, volumes: [first, other] });
    assert.match(message, /got none for VolumeSnapshot\/shop\/media-nightly\./);
    assert.equal((await at.run({ ...populated, volumes: [other] })).state, "missing");
  });

  it("does not use a snapshot that is not ready", async () => {
    putSnapshot({ readyToUse: false, error: { message: "quota exceeded" } });
    const { message } = await at.failed(populated);
    assert.match(
      message,
      /^VolumeSnapshot\/shop\/nightly must be ready to use, got: quota exceeded/,
    );
    assert.deepEqual(at.server.writes, []);
  });

  it("fails when the claim loses its volume, and goes on with its own claim when told to", async () => {
    putSnapshot({ readyToUse: true, creationTime });
    at.server.react((object, event) => {
      const appeared = object.kind === "PersistentVolumeClaim" && event === "ADDED";
      if (appeared) at.server.merge(claim, { status: { phase: "Lost" } });
    });
    assert.match((await at.failed(populated)).message, /shop\/data lost its volume/);
    at.server.merge(claim, { status: { phase: "Bound" } });
    assert.equal((await at.run({ ...populated, resume: true })).state, "restored");
  });
});
