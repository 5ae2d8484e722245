import type { Resource } from "../kinds.ts";

export const StorageClass: Resource = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  plural: "storageclasses",
  namespaced: false,
};

export const ReplicationDestination: Resource = {
  apiVersion: "volsync.backube/v1alpha1",
  kind: "ReplicationDestination",
  plural: "replicationdestinations",
  namespaced: true,
};

export const VolumeSnapshot: Resource = {
  apiVersion: "snapshot.storage.k8s.io/v1",
  kind: "VolumeSnapshot",
  plural: "volumesnapshots",
  namespaced: true,
};
