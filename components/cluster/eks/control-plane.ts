import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Cluster, type ClusterArgs } from "@pulumi/aws/eks/cluster.js";
import * as pulumi from "@pulumi/pulumi";

import { networkTag, replacedWithNetwork } from "./network-tag.ts";
import { trustOf } from "./policies.ts";
import { ServiceRole } from "./service-role.ts";

export interface ControlPlaneArgs {
  readonly clusterName: string;
  readonly region: string;
  readonly version: string;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** What tells the VPC from every other. */
  readonly network: string;
  /** Empty: no public endpoint. */
  readonly publicCidrs: readonly string[];
  readonly logGroup: string;
  readonly logRetentionDays: number;
  /** Encrypts Secrets. */
  readonly keyArn: pulumi.Input<string>;
  /** Encrypts the logs besides what CloudWatch does itself. */
  readonly logKeyArn: pulumi.Input<string> | undefined;
  /** The role of the nodes that Auto Mode makes; undefined without Auto Mode. */
  readonly autoNodeRoleArn: pulumi.Input<string> | undefined;
  /** Whether Pulumi and EKS refuse to delete the cluster. */
  readonly protect: boolean;
}

/** What Auto Mode does with the cluster's own role (docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html). */
const autoPolicies = ["Compute", "BlockStorage", "LoadBalancing", "Networking"].map(
  (area) => `AmazonEKS${area}Policy`,
);

/**
 * ControlPlane is an EKS cluster without nodes. IAM alone says who gets in, and nobody does without an access entry, the
 * one who makes it neither. Its API server is reached from inside the VPC, and from outside from the listed networks
 * only. Secrets are encrypted with a key; what the API server, the auditor and the authenticator log stays as long as is
 * configured. AWS upgrades a version that leaves standard support, instead of charging six times as much for it. Nothing
 * of EKS's own is installed unasked.
 */
export class ControlPlane extends pulumi.ComponentResource {
  readonly cluster: Cluster;
  /** Resolves once the cluster is there. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: ControlPlaneArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:ControlPlane", name, {}, opts);
    const isAuto = args.autoNodeRoleArn !== undefined;
    const role = new ServiceRole(
      `${name}-service`,
      {
        clusterName: args.clusterName,
        region: args.region,
        noun: "control-plane",
        description: `Control plane of the EKS cluster ${args.clusterName}`,
        // Auto Mode tags what it makes.
        trust: trustOf("eks.amazonaws.com", [
          "sts:AssumeRole",
          ...(isAuto ? ["sts:TagSession"] : []),
        ]),
        policies: ["AmazonEKSClusterPolicy", ...(isAuto ? autoPolicies : [])],
      },
      { parent: this },
    );
    // EKS would make it without an end of its own.
    const logs = new LogGroup(
      `${name}-logs`,
      {
        name: args.logGroup,
        retentionInDays: args.logRetentionDays,
        ...(args.logKeyArn !== undefined && { kmsKeyId: args.logKeyArn }),
      },
      { parent: this, deleteBeforeReplace: true },
    );
    this.cluster = new Cluster(`${name}-cluster`, clusterArgs(args, role.arn), {
      parent: this,
      protect: args.protect,
      // EKS would refuse subnets of another VPC, half way.
      replaceOnChanges: replacedWithNetwork,
      // There is no second cluster of its name.
      deleteBeforeReplace: true,
      dependsOn: [...role.rights, logs],
    });
    this.name = this.cluster.name;
    this.registerOutputs();
  }
}

function clusterArgs(args: ControlPlaneArgs, roleArn: pulumi.Input<string>): ClusterArgs {
  const { publicCidrs, autoNodeRoleArn } = args;
  return {
    name: args.clusterName,
    version: args.version,
    roleArn,
    vpcConfig: {
      subnetIds: [...args.subnetIds],
      endpointPrivateAccess: true,
      endpointPublicAccess: publicCidrs.length > 0,
      ...(publicCidrs.length > 0 && { publicAccessCidrs: [...publicCidrs] }),
    },
    accessConfig: {
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: false,
    },
    bootstrapSelfManagedAddons: false,
    encryptionConfig: { provider: { keyArn: args.keyArn }, resources: ["secrets"] },
    enabledClusterLogTypes: ["api", "audit", "authenticator"],
    upgradePolicy: { supportType: "STANDARD" },
    deletionProtection: args.protect,
    tags: { [networkTag]: args.network },
    ...(autoNodeRoleArn !== undefined && autoMode(autoNodeRoleArn)),
  };
}

/** The three go on and off together. */
function autoMode(nodeRoleArn: pulumi.Input<string>) {
  return {
    computeConfig: { enabled: true, nodePools: ["general-purpose", "system"], nodeRoleArn },
    kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
    storageConfig: { blockStorage: { enabled: true } },
  };
}
