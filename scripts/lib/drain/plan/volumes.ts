import { listOf, read, textOf } from "../../classify/field.ts";
import { PersistentVolumeClaim, Pod, StatefulSet } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import { type Key, keyFrom } from "../../tree/owner.ts";
import type { DrainField } from "./drain-node.ts";
import type { Kept, PlanOptions, Volume } from "./drain-plan.ts";
import type { Inventories } from "./inventories.ts";
import { type Id, idOfObject, type SceneIndex } from "./scene-index.ts";
import { isKept } from "../scope.ts";
import { traceOf } from "./tracing.ts";

/** A claim, the node it goes with, and its storage class. */
export interface TracedVolume {
  readonly node: Key;
  readonly volume: Volume;
  /** Undefined for a claim that names none. */
  readonly storageClass: string | undefined;
}

/** volumesOf are the claims that go with a node, by their id; those marked to stay are not among them. */
export function volumesOf(
  field: DrainField,
  inventories: Inventories,
  { volumes: wanted, clusterGroup }: Pick<PlanOptions, "volumes" | "clusterGroup">,
): Map<Id, TracedVolume> {
  const { index } = field;
  const makers = new StatefulSets(field, inventories);
  const traced = new Map<Id, TracedVolume>();
  for (const claim of index.ofKind(PersistentVolumeClaim.kind, "")) {
    const maker = makers.of(claim);
    const node = maker ?? traceOf(field, inventories, claim)?.node;
    if (node === undefined || isKept(claim)) continue;
    const isEphemeral = claim.metadata.ownerReferences?.[0]?.kind === Pod.kind;
    const keep = wanted === "keep" && !isEphemeral;
    const ofStatefulSet = maker !== undefined;
    const described = describe(index, claim, { ofStatefulSet, keep, clusterGroup });
    traced.set(idOfObject(claim), { node, ...described });
  }
  return traced;
}

interface Circumstances extends Pick<PlanOptions, "clusterGroup"> {
  readonly ofStatefulSet: boolean;
  readonly keep: boolean;
}

function describe(
  index: SceneIndex,
  { metadata, spec, status }: KubernetesObject,
  { ofStatefulSet, keep, clusterGroup }: Circumstances,
): Omit<TracedVolume, "node"> {
  const { name, namespace = "", uid = "" } = metadata;
  const bound = textOf(read(spec, "volumeName"));
  const persistent = index.find({
    group: "",
    kind: "PersistentVolume",
    namespace: undefined,
    name: bound,
  });
  const storageClass = textOf(read(spec, "storageClassName")) || undefined;
  const reclaimPolicy =
    textOf(read(persistent?.spec, "persistentVolumeReclaimPolicy")) ||
    policyOf(index, storageClass);
  const volume: Volume = {
    namespace,
    name,
    uid,
    ...(bound !== "" && { volume: bound }),
    size: sizeOf(spec, status),
    reclaimPolicy,
    ofStatefulSet,
    fate: keep || reclaimPolicy === "Retain" ? "kept" : "deleted",
    ...(isIn(persistent, clusterGroup) && { goesWithCluster: true as const }),
  };
  return { volume, storageClass };
}

/** What it has, or asks for while it has none. */
function sizeOf(spec: unknown, status: unknown): string {
  const given = textOf(read(status, "capacity", "storage"));
  return given || textOf(read(spec, "resources", "requests", "storage"));
}

/**
 * clusterGroupOf is the resource group in which an AKS cluster that a stack made keeps its nodes and disks, and with which it
 * is deleted; undefined for any other kind. Components name it so (components/cluster/aks).
 */
export function clusterGroupOf(kind: string | undefined, name = ""): string | undefined {
  return kind === "aks" && name !== "" ? `rg-${name}-nodes` : undefined;
}

/** By the handle of Azure's drivers: the id of a disk, or `group#account#share…` of a share. Azure ignores their case. */
function isIn(persistent: KubernetesObject | undefined, group: string | undefined): boolean {
  if (group === undefined) return false;
  const handle = textOf(read(persistent?.spec, "csi", "volumeHandle")).toLowerCase();
  const name = group.toLowerCase();
  return handle.includes(`/resourcegroups/${name}/`) || handle.startsWith(`${name}#`);
}

/** What a volume of the class would get. */
function policyOf(index: SceneIndex, name: string | undefined): string {
  const found = index
    .ofKind("StorageClass", "storage.k8s.io")
    .find(({ metadata }) => metadata.name === name);
  // It stands beside the kind in a storage class, which has no spec.
  return textOf(read(found, "reclaimPolicy")) || "Delete";
}

/** StatefulSets finds the claims that were made of their templates: nothing on a claim says so by default. */
class StatefulSets {
  /** By `namespace/template-statefulset`. */
  readonly #templates = new Map<string, Key>();

  constructor(field: DrainField, inventories: Inventories) {
    for (const object of field.index.ofKind(StatefulSet.kind, "apps")) {
      const trace = traceOf(field, inventories, object);
      if (trace === undefined) continue;
      const { name, namespace = "" } = object.metadata;
      for (const template of listOf(read(object.spec, "volumeClaimTemplates"))) {
        const templateName = textOf(read(template, "metadata", "name"));
        this.#templates.set(`${namespace}/${templateName}-${name}`, trace.node);
      }
    }
  }

  /** The node of the StatefulSet whose claim it is. */
  of({ metadata: { name, namespace = "" } }: KubernetesObject): Key | undefined {
    return this.#templates.get(`${namespace}/${name.replace(/-\d+$/, "")}`);
  }
}

const lostInAzure = "kept until Azure deletes it with the cluster";

/** keptVolumes says which volumes stay, and why. */
export function keptVolumes(
  traced: ReadonlyMap<Id, TracedVolume>,
  wanted: PlanOptions["volumes"],
): Kept[] {
  const why = wanted === "keep" ? "volumes are kept" : "its reclaim policy is Retain";
  return [...traced.values()]
    .filter(({ volume }) => volume.fate === "kept" && volume.volume !== undefined)
    .map(({ volume: { volume = "", namespace, name, size, goesWithCluster } }) => ({
      key: keyFrom("PersistentVolume", undefined, volume),
      reason: `${goesWithCluster ? lostInAzure : why}: ${size} of PersistentVolumeClaim/${namespace}/${name}`,
    }));
}
