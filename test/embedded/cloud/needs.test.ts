import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { needsVolume, storageProvisioner } from "../../../embedded/cloud/claims.ts";
import type { Volume } from "../../../embedded/cloud/kinds.ts";
import { provisionedBy, provisioner, volumeFinalizer } from "../../../embedded/cloud/storage.ts";
import { volumeNeed } from "../../../embedded/cloud/volumes.ts";

describe("a claim", () => {
  const own = { annotations: { [storageProvisioner]: provisioner } };
  const going = { deletionTimestamp: "2026-01-01T00:00:00Z" };
  const rows = [
    ["needs a volume, when the controller-manager has handed it over", own, "", true],
    ["needs none before that", {}, "", false],
    [
      "needs none of this cloud, when it is another's",
      { annotations: { [storageProvisioner]: "example.com/other" } },
      "",
      false,
    ],
    ["needs none, when it has one", own, "pvc-1", false],
    ["needs none, when it goes", { ...own, ...going }, "", false],
  ] as const;
  for (const [name, metadata, volumeName, need] of rows) {
    it(name, () => {
      const claim = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "data", ...metadata },
        spec: { volumeName },
      };
      assert.equal(needsVolume(claim), need);
    });
  }
});

describe("what a volume needs from the cloud", () => {
  const own = { annotations: { [provisionedBy]: provisioner } };
  const held = { ...own, finalizers: [volumeFinalizer] };
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  const rows = [
    ["nothing, when it is another's", { finalizers: [volumeFinalizer] }, "Delete", "Released"],
    ["a hold, when it has none", own, "Delete", "Bound", "hold"],
    ["nothing while it is bound", held, "Delete", "Bound"],
    ["to be deleted, once released", held, "Delete", "Released", "delete"],
    ["to be deleted, when another has failed to", held, "Delete", "Failed", "delete"],
    ["nothing, when it was deleted in use", { ...held, deletionTimestamp }, "Delete", "Bound"],
    ["to be deleted, as asked", { ...held, deletionTimestamp }, "Delete", "Released", "delete"],
    ["nothing, when it goes without a hold", { ...own, deletionTimestamp }, "Delete", "Released"],
    ["to be let go, when it is to be retained", held, "Retain", "Bound", "let go"],
    ["nothing, when it is retained", own, "Retain", "Released"],
  ] as const;
  for (const [name, metadata, persistentVolumeReclaimPolicy, phase, need = "nothing"] of rows) {
    it(name, () => {
      const object: Volume = {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: "one", ...metadata },
        spec: { persistentVolumeReclaimPolicy },
        status: { phase },
      };
      assert.equal(volumeNeed(object), need);
    });
  }
});
