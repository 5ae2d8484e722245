import type * as pulumi from "@pulumi/pulumi";

import type { AccountMarks } from "../flux/account-patches.ts";
import type { Claim } from "./claim.ts";

/** Cluster is what every kind of cluster gives to the steps after it. */
export interface Cluster {
  readonly name: string;
  /** Reaches a cluster that Preflight has looked at (secret). */
  readonly kubeconfig: pulumi.Output<string>;
  /** The context of the kubeconfig; undefined where it holds only one. */
  readonly context: string | undefined;
  /** The Kubernetes provider, the only one of the stack. */
  readonly provider: pulumi.ProviderResource;
  /** The UID of namespace kube-system, which tells this cluster from every other. */
  readonly identity: pulumi.Output<string>;
  /** The command by which a person reaches the cluster; it holds no credential. */
  readonly access: string;
  /** What this stack holds of it. */
  readonly claim: Claim;
  /** Another after every replacement of a cluster that this stack makes; undefined for one that was made elsewhere. */
  readonly incarnation: pulumi.Output<string> | undefined;
  /** What every component of the stack has to have, so that its resources heed the claim and go with their cluster. */
  readonly transformations: pulumi.ResourceTransformation[];
  /** What a cluster of this kind brings along. */
  readonly supplies: ClusterSupplies;
}

export interface ClusterSupplies {
  /** The chart of flux-operator, as Helm takes it. */
  readonly operatorChart?: string;
  /** The Git repository to sync from. */
  readonly gitUrl?: string;
  /** What ties controllers of Flux to identities of the cloud, by the name of the controller. */
  readonly accounts?: Readonly<Record<string, AccountMarks>>;
  /** More entries of the ConfigMap flux-runtime-info. */
  readonly runtimeInfo: Readonly<Record<string, pulumi.Input<string>>>;
}
