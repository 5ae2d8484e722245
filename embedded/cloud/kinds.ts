import type { Resource } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";

export const Service: Resource = {
  apiVersion: "v1",
  kind: "Service",
  plural: "services",
  namespaced: true,
};

export const PersistentVolume: Resource = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  namespaced: false,
};

export const StorageClass: Resource = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  plural: "storageclasses",
  namespaced: false,
};

export const VolumeAttachment: Resource = {
  apiVersion: "storage.k8s.io/v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  namespaced: false,
};

export type ServiceObject = KubernetesObject<
  {
    readonly type?: string;
    readonly loadBalancerClass?: string;
    readonly loadBalancerIP?: string;
  },
  { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } }
>;

export type Claim = KubernetesObject<{
  readonly storageClassName?: string;
  readonly volumeName?: string;
  readonly volumeMode?: string;
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: { readonly storage?: string } };
}>;

export type Volume = KubernetesObject<
  {
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: {
      readonly namespace: string;
      readonly name: string;
      readonly uid?: string;
    };
  },
  { readonly phase?: string }
>;

export interface StorageClassObject extends KubernetesObject {
  readonly reclaimPolicy?: string;
  readonly mountOptions?: readonly string[];
}

export type Attachment = KubernetesObject<{
  readonly nodeName?: string;
  readonly source?: { readonly persistentVolumeName?: string };
}>;
