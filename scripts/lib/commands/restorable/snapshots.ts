import type { Resource } from "../../kinds.ts";
import { displayName, type KubernetesObject } from "../../object.ts";
import type { Keeper, Restorable } from "./restorable.ts";

const VolumeSnapshot: Resource = {
  apiVersion: "snapshot.storage.k8s.io/v1",
  kind: "VolumeSnapshot",
  plural: "volumesnapshots",
  namespaced: true,
};

interface Spec {
  readonly source?: { readonly persistentVolumeClaimName?: string };
}

interface Status {
  readonly readyToUse?: boolean;
  readonly creationTime?: string;
  readonly restoreSize?: string;
  readonly error?: { readonly message?: string };
}

/** The newest snapshot of each claim. */
export const snapshots: Keeper = {
  product: "VolumeSnapshots",
  resource: VolumeSnapshot,
  read: (objects) => [...Map.groupBy(objects, claimOf)].map(([claim, of]) => newestOf(claim, of)),
};

function claimOf({ metadata, spec }: KubernetesObject): string {
  const { source } = (spec ?? {}) as Spec;
  const { namespace = "" } = metadata;
  const name = source?.persistentVolumeClaimName;
  return name === undefined
    ? `content of ${namespace}`
    : `PersistentVolumeClaim/${namespace}/${name}`;
}

function newestOf(claim: string, all: readonly KubernetesObject[]): Restorable {
  const sorted = all.toSorted((a, b) => madeAt(b).localeCompare(madeAt(a)));
  const ready = sorted.filter((object) => statusOf(object).readyToUse === true);
  const [newest] = ready;
  const error = sorted.slice(0, 1).map((last) => statusOf(last).error?.message)[0];
  const quality = newest === undefined ? "running" : "good";
  return {
    object: [newest ?? sorted[0]].map((shown) => (shown ? displayName(shown) : ""))[0] ?? "",
    restores: claim,
    quality: error === undefined ? quality : "failed",
    at: newest && madeAt(newest),
    count: ready.length,
    text: error ?? (newest && statusOf(newest).restoreSize) ?? "",
  };
}

function statusOf(object: KubernetesObject): Status {
  return object.status ?? {};
}

function madeAt(object: KubernetesObject): string {
  return statusOf(object).creationTime ?? object.metadata.creationTimestamp ?? "";
}
