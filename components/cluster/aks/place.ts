import type * as pulumi from "@pulumi/pulumi";

/** Place is where in Azure a cluster is, and what everything of it bears. */
export interface Place {
  /** The name of the cluster. */
  readonly cluster: string;
  readonly resourceGroupName: pulumi.Input<string>;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}
