import type * as pulumi from "@pulumi/pulumi";

/** The group and version of flux-operator's kinds. */
export const operatorApiVersion = "fluxcd.controlplane.io/v1";

/** The CRDs that flux-operator brings and that must serve before it can be used. */
export const operatorCrds = [
  "fluxinstances.fluxcd.controlplane.io",
  "fluxreports.fluxcd.controlplane.io",
  "resourcesets.fluxcd.controlplane.io",
  "resourcesetinputproviders.fluxcd.controlplane.io",
] as const;

/** FluxInstanceSpec is what this program sets of a FluxInstance, without `sync`, which comes after the gate. */
export interface FluxInstanceSpec {
  readonly distribution: {
    readonly version: string;
    readonly registry: string;
    readonly imagePullSecret?: string;
  };
  readonly components: readonly string[];
  readonly cluster: {
    readonly type: "kubernetes";
    readonly size: "small" | "medium" | "large";
    readonly multitenant: boolean;
    readonly tenantDefaultServiceAccount?: string;
    readonly objectLevelWorkloadIdentity?: true;
    readonly networkPolicy: boolean;
    readonly domain: string;
  };
  readonly sharding?: { readonly key: string; readonly shards: readonly string[] };
  readonly storage?: { readonly class: string; readonly size: string };
  readonly kustomize: { readonly patches: readonly KustomizePatch[] };
}

/** FluxInstanceInputs is the specification, where some patches become known only when the stack has made something. */
export interface FluxInstanceInputs extends Omit<FluxInstanceSpec, "kustomize"> {
  readonly kustomize: { readonly patches: readonly pulumi.Input<KustomizePatch>[] };
}

export interface KustomizePatch {
  readonly patch: string;
  readonly target?: Readonly<Record<string, string>>;
}

/** FluxSyncSpec is `spec.sync` of a FluxInstance. */
export interface FluxSyncSpec {
  readonly kind: "GitRepository" | "OCIRepository" | "Bucket";
  readonly url: string;
  readonly ref: string;
  readonly path: string;
  readonly interval: string;
  readonly pullSecret?: string;
  readonly provider?: string;
}
