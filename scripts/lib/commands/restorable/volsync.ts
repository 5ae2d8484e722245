import type { Resource } from "../../kinds.ts";
import { displayName, findCondition, type KubernetesObject } from "../../object.ts";
import type { Keeper, Quality, Restorable } from "./restorable.ts";

const apiVersion = "volsync.backube/v1alpha1";

const ReplicationSource: Resource = {
  apiVersion,
  kind: "ReplicationSource",
  plural: "replicationsources",
  namespaced: true,
};

const ReplicationDestination: Resource = {
  apiVersion,
  kind: "ReplicationDestination",
  plural: "replicationdestinations",
  namespaced: true,
};

interface Spec {
  readonly sourcePVC?: string;
}

interface Status {
  readonly lastSyncTime?: string;
  readonly nextSyncTime?: string;
  readonly latestImage?: { readonly kind?: string; readonly name?: string };
  readonly latestMoverStatus?: { readonly result?: string; readonly logs?: string };
}

/** What VolSync copies away, and what it has copied back. */
export const volsync: readonly Keeper[] = [
  { product: "VolSync", resource: ReplicationSource, read: (objects) => objects.map(sourceOf) },
  {
    product: "VolSync",
    resource: ReplicationDestination,
    read: (objects) => objects.map(destinationOf),
  },
];

function sourceOf(object: KubernetesObject): Restorable {
  const { sourcePVC } = (object.spec ?? {}) as Spec;
  const claim = `PersistentVolumeClaim/${object.metadata.namespace ?? ""}/${sourcePVC ?? "unknown"}`;
  return { ...common(object), restores: claim };
}

function destinationOf(object: KubernetesObject): Restorable {
  const { latestImage } = (object.status ?? {}) as Status;
  const { kind, name } = latestImage ?? {};
  const image =
    name === undefined
      ? "no image yet"
      : `${kind ?? ""}/${object.metadata.namespace ?? ""}/${name}`;
  return { ...common(object), restores: image };
}

function common(object: KubernetesObject): Omit<Restorable, "restores"> {
  const { lastSyncTime, latestMoverStatus, nextSyncTime } = (object.status ?? {}) as Status;
  const failed = latestMoverStatus?.result === "Failed";
  const synchronizing = findCondition(object, "Synchronizing");
  const next = nextSyncTime === undefined ? "" : `next ${nextSyncTime}`;
  return {
    object: displayName(object),
    quality: qualityOf({ failed, lastSyncTime, running: synchronizing?.status === "True" }),
    at: lastSyncTime,
    count: undefined,
    text: failed ? (latestMoverStatus.logs ?? "the mover failed") : next,
  };
}

function qualityOf(of: {
  readonly failed: boolean;
  readonly lastSyncTime: string | undefined;
  readonly running: boolean;
}): Quality {
  if (of.failed) return "failed";
  if (of.lastSyncTime !== undefined) return "good";
  return of.running ? "running" : "none";
}
