import type { KubernetesObject } from "../../object.ts";
import type { InventoryEntry } from "../../tree/inventory.ts";
import type { Key } from "../../tree/owner.ts";

/**
 * DrainPlan is what a drain does, in which order, and what it leaves alone: read from the live cluster, before anything
 * is touched. It is plain JSON.
 */
export interface DrainPlan {
  /** The UID of namespace kube-system and the URL of the API server. */
  readonly cluster: { readonly uid: string; readonly endpoint: string };
  /** In the order of their stages; those of one stage go at the same time. The root Kustomization is the last. */
  readonly steps: readonly DrainStep[];
  /** Objects that would create again what goes, and are told to stop first, by key. */
  readonly stopped: readonly Key[];
  /** What a person may expect to go and does not. */
  readonly kept: readonly Kept[];
  /** What would keep the drain from finishing. */
  readonly blockers: readonly Blocker[];
  /** Sum of the estimates along the slowest chain of steps. */
  readonly estimateSeconds: number;
}

/** A ResourceSet, Kustomization or HelmRelease that goes, with all that goes with it. */
export interface DrainStep {
  readonly key: Key;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** 0 goes first. */
  readonly stage: number;
  /** Steps that have to be gone, with what they release, before this one is deleted; never a cycle. */
  readonly after: readonly After[];
  /** Deleted while suspended it would leave everything behind: it is resumed, frozen, right before its deletion. */
  readonly suspended: boolean;
  /**
   * It is suspended, right before its deletion, so that it removes nothing: it holds Flux itself, such as flux-operator's own
   * release, or a person marked it, or what applied it, to be kept.
   */
  readonly deletedSuspended: boolean;
  /** What has to be gone with it; Flux objects that are steps of their own are not among it, nor is what is kept. */
  readonly inventory: readonly InventoryEntry[];
  readonly addresses: readonly Address[];
  readonly volumes: readonly Volume[];
  /** How long it may take: its own `spec.timeout` and the budgets of its addresses and volumes. */
  readonly budgetSeconds: number;
  readonly estimateSeconds: number;
}

/** A step that goes before the one it stands in, and why: it depends on that, was applied by it, uses its namespace. */
export interface After {
  readonly key: Key;
  readonly because:
    | "dependsOn"
    | "applied by it"
    /** It depends on what applied the other, by one or more levels. */
    | "dependsOn its layer"
    | "its service account"
    | "its kubeconfig"
    | "its namespace"
    | "its custom resources"
    | "its storage class"
    | "its gateway or ingress class"
    | "its webhooks"
    /** What applied everything, and what runs Flux, goes when nothing else is left. */
    | "last";
}

/** An address that a cloud hands out: a Service of type LoadBalancer, an Ingress or a Gateway. */
export interface Address {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** IP addresses and host names it has now. */
  readonly hosts: readonly string[];
  /** The key of what a controller made it for, such as a Gateway; undefined for one in an inventory. */
  readonly madeFor?: Key;
}

/** A PersistentVolumeClaim and the volume behind it. */
export interface Volume {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The PersistentVolume; undefined while the claim is not bound. */
  readonly volume?: string;
  /** As Kubernetes writes it, such as `10Gi`. */
  readonly size: string;
  readonly reclaimPolicy: string;
  /** Made by a StatefulSet, so that no uninstall removes it. */
  readonly ofStatefulSet: boolean;
  /** What becomes of the data. */
  readonly fate: "deleted" | "kept";
  /** Whether its disk lies in the cluster's own resource group, which Azure deletes with the cluster, kept or not. */
  readonly goesWithCluster?: true;
}

export interface Kept {
  /** Of an object, or of a step whose whole inventory stays. */
  readonly key: Key;
  /** Such as `annotated kustomize.toolkit.fluxcd.io/prune: disabled` or `holds ConfigMap/shop/by-hand, which Flux did not make`. */
  readonly reason: string;
  /** What to annotate before anything is deleted, where an inventory holds the object and nothing else keeps it. */
  readonly protect?: Protection;
}

/** An object that stays once the annotation of that name is `disabled`. */
export interface Protection {
  readonly entry: InventoryEntry;
  readonly annotation: string;
}

export interface Blocker {
  readonly key: Key;
  readonly problem: string;
  /** One command. */
  readonly next: string;
  /** Whether a drain refuses to start; else it may still succeed. */
  readonly refuses: boolean;
}

/** What the planner needs: objects by kind, as they are read. Those that only stand in the way carry metadata alone. */
export interface DrainScene {
  readonly uid: string;
  readonly endpoint: string;
  readonly fluxNamespace: string;
  /** Flux and ResourceSet objects, image automation and the FluxInstance. */
  readonly flux: readonly KubernetesObject[];
  /** Everything else, whatever made it. */
  readonly objects: readonly KubernetesObject[];
  /** What a drain that was interrupted has planned. What it took away no longer tells to whom the rest belonged. */
  readonly recorded?: DrainPlan;
  /** Kinds that the API server serves and could not list. */
  readonly unread?: readonly UnreadKind[];
}

export interface UnreadKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly message: string;
}

export interface PlanOptions {
  /** What becomes of the volumes of what is removed. */
  readonly volumes: "delete" | "keep";
  readonly budgets: Budgets;
  /** The resource group in Azure that goes with the cluster. @default none */
  readonly clusterGroup?: string | undefined;
  /** Whether Flux was there before the stack, and stays for what others apply with it. @default false */
  readonly fluxStays?: boolean;
}

/** How long a cluster may take, and usually takes, to release one address or volume, in seconds. */
export interface Budgets {
  readonly address: Pace;
  readonly volume: Pace;
}

export interface Pace {
  readonly budgetSeconds: number;
  readonly estimateSeconds: number;
}
