import type { Cluster } from "../../cluster.ts";
import { findResource } from "../../discovery.ts";
import { PersistentVolume, PersistentVolumeClaim, type Resource } from "../../kinds.ts";
import type { KubernetesObject, Reference } from "../../object.ts";
import type { DrainPlan, DrainStep, Volume } from "../plan/drain-plan.ts";
import { drainManager } from "../freeze/freeze.ts";
import { groupOf } from "../plan/scene-index.ts";

/** Holds, on a volume that is kept, the policy that it had. */
const policyAnnotation = "drain.flux-bootstrap.dev/reclaim-policy";

type PersistentVolumeObject = KubernetesObject<
  { readonly persistentVolumeReclaimPolicy?: string },
  { readonly phase?: string }
>;

/** What a step releases besides its inventory. */
export interface Released {
  readonly reference: Reference;
  /** Undefined where any object of the name counts. */
  readonly uid: string | undefined;
  /** What is waited for, such as `address released`. */
  readonly condition: string;
}

/** retainVolumes keeps the data of every volume that the plan keeps from going with its claim. */
export async function retainVolumes(cluster: Cluster, { steps }: DrainPlan): Promise<void> {
  const kept = steps.flatMap(({ volumes }) => volumes).filter(({ fate }) => fate === "kept");
  for (const { volume: name } of kept) {
    if (name === undefined) continue;
    const reference = { resource: PersistentVolume, name };
    const volume = await cluster.get<PersistentVolumeObject>(reference);
    const policy = volume?.spec?.persistentVolumeReclaimPolicy;
    if (policy === undefined || policy === "Retain") continue;
    await cluster.patch(reference, policyPatch("Retain", policy), drainManager);
  }
}

/** unretainVolumes gives the volumes that are still in use the policy back that they had. */
export async function unretainVolumes(cluster: Cluster, { steps }: DrainPlan): Promise<void> {
  for (const { volume: name } of steps.flatMap(({ volumes }) => volumes)) {
    if (name === undefined) continue;
    const reference = { resource: PersistentVolume, name };
    const volume = await cluster.get<PersistentVolumeObject>(reference);
    const policy = volume?.metadata.annotations?.[policyAnnotation];
    // One that lost its claim would lose its data now.
    if (policy === undefined || volume?.status?.phase !== "Bound") continue;
    await cluster.patch(reference, policyPatch(policy, null), drainManager);
  }
}

/** deleteClaims deletes the claims of a step's StatefulSets, which no uninstall removes, unless their data is kept. */
export async function deleteClaims(cluster: Cluster, { volumes }: DrainStep): Promise<void> {
  const claims = volumes.filter(({ ofStatefulSet, fate }) => ofStatefulSet && fate === "deleted");
  for (const claim of claims) {
    const reference = claimReference(claim);
    const live = await cluster.get<KubernetesObject>(reference);
    if (live?.metadata.uid !== claim.uid || live.metadata.deletionTimestamp !== undefined) continue;
    await cluster.delete(reference, { uid: claim.uid });
  }
}

/** releasedBy is all that has to be gone for the step's addresses and volumes to be released. */
export function releasedBy(step: DrainStep, resources: readonly Resource[]): Released[] {
  const addresses = step.addresses.flatMap(({ kind, apiVersion, namespace, name, uid }) => {
    const resource = findResource(resources, { group: groupOf(apiVersion), kind });
    const reference = resource && { resource, name, namespace };
    return reference === undefined ? [] : [{ reference, uid, condition: "address released" }];
  });
  const going = step.volumes.filter(({ fate }) => fate === "deleted");
  return [...addresses, ...going.flatMap(releasedWith)];
}

function releasedWith(claim: Volume): Released[] {
  const own = { reference: claimReference(claim), uid: claim.uid, condition: "gone" };
  if (claim.volume === undefined || claim.reclaimPolicy !== "Delete") return [own];
  const reference = { resource: PersistentVolume, name: claim.volume };
  return [own, { reference, uid: undefined, condition: "volume deleted" }];
}

function claimReference({ name, namespace }: Volume): Reference {
  return { resource: PersistentVolumeClaim, name, namespace };
}

function policyPatch(policy: string, recorded: string | null): object {
  return {
    metadata: { annotations: { [policyAnnotation]: recorded } },
    spec: { persistentVolumeReclaimPolicy: policy },
  };
}
