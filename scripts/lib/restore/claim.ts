import { ApiError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import { Failure, firstDetails } from "../failure.ts";
import { Namespace, PersistentVolumeClaim } from "../kinds.ts";
import { displayName, type KubernetesObject, type Reference } from "../object.ts";
import { awaitObject } from "./await-object.ts";
import { StorageClass } from "./kinds.ts";
import type { ClaimSettings } from "./settings.ts";
import { type VolumeContext, waitOf } from "./volume-context.ts";

/** Tells the claims that a restore made from those of an application. */
export const restoredBy = "flux-bootstrap.dev/restored-by";

export interface DataSource {
  /** Left out for the core group. */
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}

type ClaimObject = KubernetesObject<
  { readonly storageClassName?: string },
  { readonly phase?: string }
>;

type StorageClassObject = KubernetesObject & { readonly volumeBindingMode?: string };

export function claimReference({ name, namespace }: ClaimSettings): Reference {
  return { resource: PersistentVolumeClaim, name, namespace };
}

/** claimObject is the claim as the layer finds it, filled from `source` where there is one. */
export function claimObject(
  claim: ClaimSettings,
  driver: string,
  source: DataSource | undefined,
): KubernetesObject {
  const { apiVersion, kind } = PersistentVolumeClaim;
  const { name, namespace, capacity, storageClass, accessModes } = claim;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels: { [restoredBy]: driver } },
    spec: {
      accessModes,
      resources: { requests: { storage: capacity } },
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      ...(source !== undefined && { dataSourceRef: source }),
    },
  };
}

/** Throws a Failure that names every claim which exists and was not made by a restore: its data would be lost. */
export async function requireFree(
  cluster: Cluster,
  claims: readonly ClaimSettings[],
): Promise<void> {
  const found = await Promise.all(claims.map(async (claim) => cluster.get(claimReference(claim))));
  const taken = found.filter(
    (claim): claim is KubernetesObject =>
      claim !== undefined && claim.metadata.labels?.[restoredBy] === undefined,
  );
  const [first] = taken;
  if (first === undefined) return;
  throw new Failure(
    `the claims to restore must not exist yet, got ${taken.length} that do. Nothing was restored.`,
    {
      details: firstDetails(
        taken.map((claim) => `${displayName(claim)} of ${claim.metadata.creationTimestamp ?? "?"}`),
      ),
      next: `kubectl -n ${first.metadata.namespace ?? ""} describe pvc ${first.metadata.name}`,
    },
  );
}

/** Makes the claim, and its namespace where the held layer would have brought it; what is there already stays. */
export async function makeClaim(cluster: Cluster, claim: KubernetesObject): Promise<void> {
  const { namespace = "" } = claim.metadata;
  const { apiVersion, kind } = Namespace;
  const metadata = { name: namespace };
  if ((await cluster.get({ resource: Namespace, ...metadata })) === undefined) {
    await unlessThere(cluster.create(Namespace, { apiVersion, kind, metadata }));
  }
  await unlessThere(cluster.create(PersistentVolumeClaim, claim));
}

/**
 * untilBound resolves with a fact when the claim is Bound, which is when its data is there. A class that binds on first use
 * fills it before its first pod starts: then there is nothing to wait for.
 */
export async function untilBound(
  { cluster, log, until }: VolumeContext,
  claim: ClaimSettings,
  signal: AbortSignal,
): Promise<string> {
  const reference = claimReference(claim);
  const label = `${claim.namespace}/${claim.name}`;
  const live = await cluster.get<ClaimObject>(reference);
  const name = live?.spec?.storageClassName ?? "";
  const storage =
    name === ""
      ? undefined
      : await cluster.get<StorageClassObject>({ resource: StorageClass, name });
  if (storage?.volumeBindingMode === "WaitForFirstConsumer") {
    return `${label} is filled before its first pod starts (class ${name} binds on first use)`;
  }
  const wait = {
    what: `${displayName(reference)} (Bound)`,
    next: `kubectl -n ${claim.namespace} describe pvc ${claim.name}`,
    signal,
  };
  return awaitObject<string>(cluster, reference, waitOf({ log, until }, wait), (object) => {
    const { status } = (object ?? {}) as Partial<ClaimObject>;
    const phase = status?.phase ?? (object === undefined ? "NotFound" : "no phase yet");
    if (phase === "Lost") throw new Failure(`${displayName(reference)} lost its volume`);
    return phase === "Bound"
      ? { done: true, value: `${label} is Bound` }
      : { done: false, state: phase };
  });
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
  }
}
