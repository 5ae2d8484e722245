import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { storageProvisioner } from "../../../embedded/cloud/claims.ts";
import {
  PersistentVolume,
  StorageClass,
  type Volume,
  VolumeAttachment,
} from "../../../embedded/cloud/kinds.ts";
import { provisionedBy, provisioner, volumeFinalizer } from "../../../embedded/cloud/storage.ts";
import { Event, PersistentVolumeClaim } from "../../../scripts/lib/kinds.ts";
import { FakeCloud, never } from "./support/fake-cloud.ts";

const namespace = "shop";
const claim = { resource: PersistentVolumeClaim, name: "data-db-0", namespace };
const uid = "5f1c";
const volume = { resource: PersistentVolume, name: `pvc-${uid}` };
const provide = "embedded.flux-bootstrap.dev/provide";
const release = "embedded.flux-bootstrap.dev/release";

describe("the cloud's volumes", { timeout: 60_000 }, () => {
  let cloud: FakeCloud;

  beforeEach(async () => {
    cloud = await FakeCloud.start();
    putClass("Delete");
  });
  afterEach(async () => {
    await cloud.stop();
  });

  const putClass = (reclaimPolicy: string) => {
    const object = { metadata: { name: "standard" }, provisioner, reclaimPolicy };
    cloud.server.put(StorageClass, object);
  };
  const putClaim = (annotations: Record<string, string> = {}) => {
    cloud.server.put(PersistentVolumeClaim, {
      metadata: {
        name: claim.name,
        namespace,
        uid,
        annotations: { [storageProvisioner]: provisioner, ...annotations },
      },
      spec: {
        storageClassName: "standard",
        accessModes: ["ReadWriteOnce"],
        volumeMode: "Filesystem",
        resources: { requests: { storage: "1Gi" } },
      },
    });
  };
  const liveVolume = () => cloud.server.get(volume) as Volume | undefined;
  const made = () => cloud.until(() => liveVolume() !== undefined);
  /** What the controller-manager does when the claim is gone. */
  const releaseVolume = () => {
    cloud.server.remove(claim);
    cloud.server.merge(volume, { status: { phase: "Released" } });
  };
  /** Resolves when two volumes, one after the other, were seen and held: what came before them is through. */
  const othersAreHeld = async () => {
    for (const name of ["second", "third"]) {
      const annotations = { [provisionedBy]: provisioner };
      const spec = { persistentVolumeReclaimPolicy: "Delete" };
      cloud.server.put(PersistentVolume, { metadata: { name, annotations }, spec });
      const other = { resource: PersistentVolume, name };
      await cloud.untilIs(other, ({ metadata }) => metadata.finalizers?.length === 1);
    }
  };
  const warned = (message: string) => () =>
    cloud.all(Event).some((event) => (event as { message?: string }).message === message);

  it("are made for the claim and for no other, with a directory of the owner alone", async () => {
    putClaim();
    await made();
    const { metadata, spec } = liveVolume() ?? {};
    assert.deepEqual(metadata?.finalizers, [volumeFinalizer]);
    assert.deepEqual(spec, {
      storageClassName: "standard",
      accessModes: ["ReadWriteOnce"],
      volumeMode: "Filesystem",
      capacity: { storage: "1Gi" },
      persistentVolumeReclaimPolicy: "Delete",
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace,
        name: claim.name,
        uid,
      },
      hostPath: { path: join(cloud.volumes, volume.name), type: "Directory" },
    });
    assert.equal(statSync(join(cloud.volumes, volume.name)).mode & 0o777, 0o700);
  });

  it("are not made for a claim of another provisioner, one that goes, or one that has a volume", async () => {
    const put = (name: string, metadata: object, more: object = {}) => {
      const spec = { storageClassName: "standard", ...more };
      cloud.server.put(PersistentVolumeClaim, { metadata: { name, namespace, ...metadata }, spec });
    };
    put("other", { annotations: { [storageProvisioner]: "example.com/other" } });
    const own = { [storageProvisioner]: provisioner };
    const deletionTimestamp = "2026-01-01T00:00:00Z";
    put("going", { annotations: own, deletionTimestamp, finalizers: ["x.example.com/y"] });
    put("bound", { annotations: own }, { volumeName: "one" });
    putClaim();
    await made();
    assert.deepEqual(cloud.directories(), [volume.name]);
  });

  it("are not made for a claim that went while the cloud was at it", async () => {
    cloud.setLatencies({ "provision-volume": never });
    putClaim();
    const later = { resource: PersistentVolumeClaim, name: "later", namespace };
    const own = { [storageProvisioner]: provisioner };
    cloud.server.put(PersistentVolumeClaim, {
      metadata: {
        name: "later",
        namespace,
        uid: "later",
        annotations: { ...own, [provide]: "never" },
      },
      spec: { storageClassName: "standard" },
    });
    await cloud.until(warned("the annotation embedded.flux-bootstrap.dev/provide says never"));
    assert.deepEqual(cloud.directories(), []);
    cloud.server.remove(claim);
    cloud.setLatencies({});
    cloud.server.merge(later, { metadata: { annotations: { [provide]: null } } });
    await cloud.until(() => cloud.all(PersistentVolume).length > 0);
    assert.deepEqual(cloud.directories(), ["pvc-later"]);
  });

  it("go with their data once the claim has released them", async () => {
    putClaim();
    await made();
    writeFileSync(join(cloud.volumes, volume.name, "rows"), "data");
    releaseVolume();
    await cloud.untilGone(volume);
    assert.deepEqual(readdirSync(cloud.volumes), []);
  });

  it("take their time to go", async () => {
    putClaim();
    await made();
    cloud.setLatencies({ "delete-volume": never });
    releaseVolume();
    await othersAreHeld();
    assert.ok(existsSync(join(cloud.volumes, volume.name)));
    cloud.setLatencies({});
    await cloud.untilGone(volume);
  });

  it("stay, data and all, when they are to be retained", async () => {
    putClass("Retain");
    putClaim();
    await made();
    assert.deepEqual(liveVolume()?.metadata.finalizers, []);
    releaseVolume();
    await othersAreHeld();
    assert.ok(liveVolume());
    assert.deepEqual(cloud.directories(), [volume.name]);
  });

  it("are let go when their policy is changed to Retain, and held again when it changes back", async () => {
    putClaim();
    await made();
    const setPolicy = (persistentVolumeReclaimPolicy: string) => {
      cloud.server.merge(volume, { spec: { persistentVolumeReclaimPolicy } });
    };
    setPolicy("Retain");
    await cloud.untilIs(volume, ({ metadata }) => metadata.finalizers?.length === 0);
    setPolicy("Delete");
    await cloud.untilIs(volume, ({ metadata }) => metadata.finalizers?.length === 1);
  });

  it("stay while a node holds them", async () => {
    putClaim();
    await made();
    const attachment = { resource: VolumeAttachment, name: "attachment" };
    cloud.server.put(VolumeAttachment, {
      metadata: { name: attachment.name },
      spec: { nodeName: "node-1", source: { persistentVolumeName: volume.name } },
    });
    releaseVolume();
    await cloud.until(warned(`persistentvolume ${volume.name} is still attached to node node-1`));
    await othersAreHeld();
    assert.deepEqual(cloud.directories(), [volume.name]);
    cloud.server.remove(attachment);
    await cloud.untilGone(volume);
  });

  it("are made once, however often their claim is seen before it is bound", async () => {
    putClaim();
    await made();
    await cloud.restart();
    cloud.server.merge(claim, { metadata: { annotations: { seen: "again" } } });
    await othersAreHeld();
    assert.deepEqual(cloud.reported, []);
  });

  it("are never made when their claim says so", async () => {
    putClaim({ [provide]: "never" });
    await cloud.until(warned("the annotation embedded.flux-bootstrap.dev/provide says never"));
    assert.deepEqual(cloud.directories(), []);
    cloud.server.merge(claim, { metadata: { annotations: { [provide]: null } } });
    await made();
  });

  it("never go when their claim said so", async () => {
    putClaim({ [release]: "never" });
    await made();
    releaseVolume();
    await cloud.until(warned("the annotation embedded.flux-bootstrap.dev/release says never"));
    assert.deepEqual(cloud.directories(), [volume.name]);
    cloud.server.merge(volume, { metadata: { annotations: { [release]: null } } });
    await cloud.untilGone(volume);
    assert.deepEqual(cloud.directories(), []);
  });

  it("are deleted by name: a path in the API leads nowhere", async () => {
    const outside = join(cloud.directory, "outside");
    writeFileSync(outside, "not a volume");
    cloud.server.put(PersistentVolume, {
      metadata: {
        name: "planted",
        annotations: { [provisionedBy]: provisioner },
        finalizers: [volumeFinalizer],
      },
      spec: { persistentVolumeReclaimPolicy: "Delete", hostPath: { path: outside } },
      status: { phase: "Released" },
    });
    await cloud.untilGone({ resource: PersistentVolume, name: "planted" });
    assert.ok(existsSync(outside));
  });

  it("are made and deleted across a restart", async () => {
    cloud.setLatencies({ "provision-volume": never });
    putClaim();
    await cloud.restart(() => {
      cloud.setLatencies({});
    });
    await made();
    await cloud.restart(releaseVolume);
    await cloud.untilGone(volume);
    assert.deepEqual(cloud.directories(), []);
  });
});
