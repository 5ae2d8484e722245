import type { RestoreConfig } from "./restore.ts";
import type { Duration } from "./rules.ts";

/** Config is what the program is told, checked and with every default filled in. */
export interface Config {
  /** The value of the label `flux-bootstrap.dev/stack` on what this stack owns. */
  readonly stackLabel: string;
  /** The name of the stack, which Git sees as ENVIRONMENT. */
  readonly environment: string;
  readonly cluster: ClusterConfig;
  readonly operator: OperatorConfig;
  readonly flux: FluxConfig;
  readonly sync: SyncConfig;
  /** Undefined when the source is public or its Secret is made elsewhere. */
  readonly gitCredentials: GitCredentials | undefined;
  /** File name ending in `.agekey` -> private key (secret). */
  readonly ageKeys: Readonly<Record<string, string>>;
  /** What the ConfigMap flux-runtime-info holds besides what the program knows itself. */
  readonly runtimeInfo: Readonly<Record<string, string>>;
  readonly gateTimeout: Duration;
  readonly drain: DrainConfig;
  readonly postBootstrap: PostBootstrapConfig;
  /** Undefined when no data is to be brought back. */
  readonly restore: RestoreConfig | undefined;
  /** Whether Flux objects that this stack did not make may be taken over. */
  readonly adopt: boolean;
  /** Whether Pulumi refuses to delete what the stack is made of. */
  readonly protect: boolean;
  /** When `sweep` may destroy the stack, such as `2026-01-31T12:00:00Z`. Undefined: never. */
  readonly expiresAt: string | undefined;
}

export type ClusterConfig = EmbeddedClusterConfig | ExistingClusterConfig;

/** A cluster of `npm start`, which writes down how to reach it. */
export interface EmbeddedClusterConfig {
  readonly kind: "embedded";
  readonly name: string;
}

/** A cluster that was made elsewhere and stays when the stack goes. */
export interface ExistingClusterConfig {
  readonly kind: "existing";
  readonly name: string;
  /** The content of a kubeconfig (secret). */
  readonly kubeconfig: string;
  /** The context of the kubeconfig; never its current one, which a person may change. */
  readonly context: string;
}

export interface OperatorConfig {
  /** Undefined: what the cluster supplies, else the published chart. */
  readonly chart: string | undefined;
  readonly version: string;
}

export interface FluxConfig {
  readonly version: string;
  readonly registry: string;
  readonly components: readonly string[];
  readonly size: "small" | "medium" | "large";
  readonly multitenant: boolean;
  readonly networkPolicy: boolean;
  readonly domain: string;
  readonly controllerPatches: readonly ControllerPatch[];
}

/** A kustomize patch for what the FluxInstance installs. */
export interface ControllerPatch {
  readonly patch: string;
  readonly target?: Readonly<Record<string, string>>;
}

export type SourceKind = "GitRepository" | "OCIRepository" | "Bucket";

export interface SyncConfig {
  readonly kind: SourceKind;
  /** Undefined: what the cluster supplies. */
  readonly url: string | undefined;
  /** A full Git reference, a tag of an OCI artifact or the name of a bucket. */
  readonly ref: string;
  readonly path: string;
  readonly interval: Duration;
  /** The Secret with the credentials, when it is made elsewhere. */
  readonly pullSecret: string | undefined;
  readonly provider: SyncProvider | undefined;
}

export type SyncProvider = "generic" | "aws" | "azure" | "gcp" | "github";

export interface GitCredentials {
  readonly username: string;
  /** A password or token (secret). */
  readonly password: string;
}

export interface DrainConfig {
  readonly timeout: Duration;
  /** What happens to volumes that Flux brought up when the stack is destroyed. */
  readonly volumes: "delete" | "keep";
  /** Run one after the other before anything is deleted; one that fails stops the destroy. */
  readonly hooks: readonly DrainHook[];
}

/** A command that runs on the machine of the destroy, such as a backup. */
export interface DrainHook {
  readonly name: string;
  /** The program and its arguments; a path is relative to the project. */
  readonly command: readonly string[];
  readonly timeout: Duration;
}

export interface PostBootstrapConfig {
  /** What has to be Ready before `up` ends; names are `namespace/name`. */
  readonly required: "all" | "infrastructure" | "none" | readonly string[];
  /** Kustomizations that must exist, as `namespace/name`. */
  readonly expectKustomizations: readonly string[];
  readonly timeout: Duration;
  /** Whether what is stuck is asked to go on; without it `up` only reports. */
  readonly repair: boolean;
  readonly autoFixPods: PodFixConfig;
}

/** Which pods that do not run are deleted for a new one. */
export interface PodFixConfig {
  readonly mode: "off" | "safe" | "all";
  /** Where. Undefined: in the namespaces with workloads that Flux applied. */
  readonly namespaces: readonly string[] | undefined;
  /** Deletions of one `up`. Undefined: 5. */
  readonly limit: number | undefined;
}
