export interface OperatorConfig {
  /** Undefined: what the cluster supplies, else the published chart. */
  readonly chart: string | undefined;
  readonly version: string;
  /** The repository of the operator's image, without a tag. Undefined: that of the chart. */
  readonly image: string | undefined;
  readonly env: Texts;
  readonly nodeSelector: Texts;
  readonly tolerations: readonly Toleration[];
}

export type Texts = Readonly<Record<string, string>>;

/** A toleration of a pod, as Kubernetes writes it. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: "Exists" | "Equal";
  readonly value?: string;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  readonly tolerationSeconds?: number;
}

export interface FluxConfig {
  readonly version: string;
  readonly registry: string;
  readonly components: readonly string[];
  readonly size: "small" | "medium" | "large";
  readonly multitenant: boolean;
  /** The ServiceAccount of what names none, in a locked-down cluster. Undefined: `default`. */
  readonly tenantServiceAccount: string | undefined;
  /** Whether an object may name the ServiceAccount by which it opens a source or a key. */
  readonly objectLevelWorkloadIdentity: boolean;
  readonly networkPolicy: boolean;
  readonly domain: string;
  /** A Secret in the namespace of Flux that opens the registry of the images. */
  readonly imagePullSecret: string | undefined;
  /** More labels of the namespace of Flux. */
  readonly namespaceLabels: Texts;
  /** By controller, or `all`. */
  readonly controllers: Readonly<Record<string, ControllerOptions>>;
  /** Undefined: pods have a network before Flux comes. */
  readonly beforeNetwork: ApiServerAddress | undefined;
  readonly proxy: ProxyConfig | undefined;
  readonly sharding: ShardingConfig | undefined;
  /** Where source-controller keeps artifacts. Undefined: in the pod. */
  readonly storage: StorageConfig | undefined;
  readonly controllerPatches: readonly ControllerPatch[];
}

/** What is set of the pods of one controller, or of all. */
export interface ControllerOptions {
  readonly env: Texts;
  readonly nodeSelector: Texts;
  readonly tolerations: readonly Toleration[];
  readonly affinity: object | undefined;
  readonly priorityClassName: string | undefined;
  readonly resources: ResourceAmounts;
  readonly podLabels: Texts;
  readonly serviceAccountAnnotations: Texts;
}

export interface ResourceAmounts {
  readonly requests?: Texts;
  readonly limits?: Texts;
}

/** Where the API server answers on the network of the nodes. */
export interface ApiServerAddress {
  readonly apiServerHost: string;
  readonly apiServerPort: number;
}

export interface ProxyConfig {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** What is reached without the proxy, besides the cluster's own names and its API server. */
  readonly noProxy: readonly string[];
}

export interface ShardingConfig {
  /** The label that says which shard an object is of. */
  readonly key: string;
  readonly shards: readonly string[];
}

export interface StorageConfig {
  readonly class: string;
  readonly size: string;
}

/** By what Flux decrypts what is in Git. */
export type DecryptionConfig =
  | { readonly provider: "age" | "none" }
  | { readonly provider: "secret"; readonly secretName: string }
  | CloudDecryption;

/** A key of a cloud, which the controller uses by its own identity or by that of a ServiceAccount. */
export interface CloudDecryption {
  readonly provider: "awskms" | "azurekv";
  /** The ServiceAccount whose identity is used. Undefined: that of kustomize-controller. */
  readonly serviceAccountName: string | undefined;
  /** What ties kustomize-controller's ServiceAccount to the cloud. */
  readonly annotations: Texts;
}

/** A kustomize patch for what the FluxInstance installs. */
export interface ControllerPatch {
  readonly patch: string;
  readonly target?: Readonly<Record<string, string>>;
}
