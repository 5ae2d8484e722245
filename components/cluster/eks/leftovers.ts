import * as pulumi from "@pulumi/pulumi";

import { script } from "../../script.ts";

export interface LeftoversArgs {
  readonly clusterName: string;
  readonly region: string;
  readonly profile: string | undefined;
}

/**
 * Leftovers does nothing until it is destroyed, which is after the cluster went and before its network does; then it lists
 * what the cluster made in AWS and left there: load balancers, security groups, network interfaces, volumes.
 */
export class Leftovers extends pulumi.ComponentResource {
  readonly record: pulumi.Resource;

  constructor(
    name: string,
    { clusterName, region, profile }: LeftoversArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:eks:Leftovers", name, {}, opts);
    this.record = script(
      `${name}-script`,
      {
        create: "scripts/leftovers-record.ts",
        delete: "scripts/eks-leftovers.ts",
        environment: {
          CLUSTER_NAME: clusterName,
          CLOUD_REGION: region,
          ...(profile !== undefined && { CLOUD_PROFILE: profile }),
        },
      },
      { parent: this },
    ).resource;
    this.registerOutputs();
  }
}
