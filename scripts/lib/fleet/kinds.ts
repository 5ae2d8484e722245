import type { ListOptions } from "../cluster.ts";
import {
  DaemonSet,
  Deployment,
  Event,
  ExternalArtifact,
  FluxInstance,
  FluxReport,
  HelmRelease,
  ImagePolicy,
  ImageRepository,
  ImageUpdateAutomation,
  Job,
  Kustomization,
  Lease,
  Namespace,
  PersistentVolumeClaim,
  Pod,
  Receiver,
  ReplicaSet,
  type Resource,
  ResourceSet,
  ResourceSetInputProvider,
  sourceKinds,
  StatefulSet,
} from "../kinds.ts";

/** Every kind that a diagnosis reads. Neither Secrets nor ConfigMaps are among them, and must never be. */
export const fleetKinds: readonly Resource[] = [
  FluxInstance,
  FluxReport,
  ResourceSet,
  ResourceSetInputProvider,
  ...sourceKinds,
  ExternalArtifact,
  Kustomization,
  HelmRelease,
  ImageRepository,
  ImagePolicy,
  ImageUpdateAutomation,
  Receiver,
  Namespace,
  Deployment,
  ReplicaSet,
  StatefulSet,
  DaemonSet,
  Job,
  Pod,
  PersistentVolumeClaim,
  Event,
  Lease,
];

/** selectionOf is which objects of the kind are read: all, but only warnings of the Events and only Flux's Leases. */
export function selectionOf({ kind }: Resource, fluxNamespace: string): ListOptions {
  if (kind === Event.kind) return { fieldSelector: "type=Warning" };
  // Each node renews a lease of its own every few seconds.
  if (kind === Lease.kind) return { namespace: fluxNamespace };
  return {};
}
