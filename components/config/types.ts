import type { AksClusterConfig } from "./aks/types.ts";
import type { SourceCredentials } from "./credentials/types.ts";
import type { EksClusterConfig } from "./eks/types.ts";
import type { DecryptionConfig, FluxConfig, OperatorConfig, Texts } from "./flux-types.ts";
import type { GateConfig } from "./gates.ts";
import type { PrerequisiteConfig } from "./prerequisites.ts";
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
  /** Undefined when the source is public, is opened by a cloud's identity or its Secret is made elsewhere. */
  readonly credentials: SourceCredentials | undefined;
  /** File name ending in `.agekey` -> private key (secret). */
  readonly ageKeys: Readonly<Record<string, string>>;
  readonly decryption: DecryptionConfig;
  /** What the ConfigMap flux-runtime-info holds besides what the program knows itself. */
  readonly runtimeInfo: Readonly<Record<string, string>>;
  readonly gateTimeout: Duration;
  readonly drain: DrainConfig;
  readonly postBootstrap: PostBootstrapConfig;
  /** Undefined when no data is to be brought back. */
  readonly restore: RestoreConfig | undefined;
  /** What has to be true besides, once the sync is attached. */
  readonly gates: readonly GateConfig[];
  /** What has to be Ready before flux-operator, in this order. */
  readonly prerequisites: readonly PrerequisiteConfig[];
  /** Whether Flux objects that this stack did not make may be taken over. */
  readonly adopt: boolean;
  /** Whether Pulumi refuses to delete what the stack is made of. */
  readonly protect: boolean;
  /** When `sweep` may destroy the stack, such as `2026-01-31T12:00:00Z`. Undefined: never. */
  readonly expiresAt: string | undefined;
}

export type ClusterConfig =
  | EmbeddedClusterConfig
  | ExistingClusterConfig
  | AksClusterConfig
  | EksClusterConfig;

/** A cluster of `npm start`, which writes down how to reach it. */
export interface EmbeddedClusterConfig {
  readonly kind: "embedded";
  readonly name: string;
}

/** A cluster that was made elsewhere and stays when the stack goes. */
export interface ExistingClusterConfig {
  readonly kind: "existing";
  readonly name: string;
  /** The context of the kubeconfig; never its current one, which a person may change. */
  readonly context: string;
  readonly kubeconfig: KubeconfigConfig;
}

/** Where the kubeconfig comes from: its content (secret), or files of this machine; without a name those that kubectl reads. */
export type KubeconfigConfig =
  | { readonly content: string }
  | { readonly content?: undefined; readonly file: string | undefined };

export type SourceKind = "GitRepository" | "OCIRepository" | "Bucket";

/** What the source has besides what `spec.sync` of a FluxInstance can say. */
export interface SourceOptions {
  /** A Secret with the address of a proxy, and its credentials. */
  readonly proxySecret: string | undefined;
  /** Undefined: nothing has to be signed. */
  readonly verify: VerifyConfig | undefined;
}

/** Whose signature the source must carry. */
export type VerifyConfig =
  | { readonly mode: "HEAD" | "Tag" | "TagAndHEAD"; readonly secretName: string }
  | {
      readonly provider: "cosign" | "notation";
      readonly secretName?: string;
      readonly matchOIDCIdentity?: readonly Texts[];
    };

export interface SyncConfig extends SourceOptions {
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
