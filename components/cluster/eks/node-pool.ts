import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import * as pulumi from "@pulumi/pulumi";

import type { EksPoolConfig, EksTaint } from "../../config/eks/types.ts";

export interface NodePoolArgs extends EksPoolConfig {
  /** Resolves once the cluster is there. */
  readonly clusterName: pulumi.Input<string>;
  readonly version: pulumi.Input<string>;
  readonly roleArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** On the instances, their volumes and their network interfaces. */
  readonly tags: Readonly<Record<string, string>>;
}

const amiTypes = {
  AL2023: { x86_64: "AL2023_x86_64_STANDARD", arm64: "AL2023_ARM_64_STANDARD" },
  Bottlerocket: { x86_64: "BOTTLEROCKET_x86_64", arm64: "BOTTLEROCKET_ARM_64" },
} as const;

/** Where the images, containers and logs of the pods lie. */
const dataDevices = { AL2023: "/dev/xvda", Bottlerocket: "/dev/xvdb" } as const;

const effects: Readonly<Record<EksTaint["effect"], string>> = {
  NoSchedule: "NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
};

/**
 * NodePool is a managed node group. Pods cannot reach the identity of their node: its metadata answers sessions only, and
 * not over a hop (docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html). Volumes are
 * encrypted; a node that is not healthy is replaced; a new image or version goes through a third of the nodes at a time.
 * How many there are is an autoscaler's, between the bounds.
 */
export class NodePool extends pulumi.ComponentResource {
  readonly group: NodeGroup;

  constructor(name: string, args: NodePoolArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:NodePool", name, {}, opts);
    const template = this.#template(name, args);
    const { min, max } = args;
    this.group = new NodeGroup(
      `${name}-group`,
      {
        clusterName: args.clusterName,
        // EKS completes it, so that a new group can come before the old one goes.
        nodeGroupNamePrefix: `${args.name}-`,
        version: args.version,
        nodeRoleArn: args.roleArn,
        subnetIds: [...args.subnetIds],
        amiType: amiTypes[args.os][args.architecture],
        capacityType: args.capacity === "spot" ? "SPOT" : "ON_DEMAND",
        instanceTypes: [...args.instanceTypes],
        launchTemplate: {
          id: template.id,
          version: template.latestVersion.apply((version) => String(version)),
        },
        scalingConfig: { minSize: min, maxSize: max, desiredSize: min },
        updateConfig: { maxUnavailablePercentage: 33 },
        nodeRepairConfig: { enabled: true },
        labels: args.labels,
        taints: args.taints.map(({ key, value, effect }) => ({
          key,
          value,
          effect: effects[effect],
        })),
      },
      { parent: this, ignoreChanges: ["scalingConfig.desiredSize"] },
    );
    this.registerOutputs();
  }

  #template(name: string, args: NodePoolArgs): LaunchTemplate {
    const { os, diskGiB, tags } = args;
    return new LaunchTemplate(
      `${name}-template`,
      {
        updateDefaultVersion: true,
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
        },
        blockDeviceMappings: [
          {
            deviceName: dataDevices[os],
            ebs: {
              volumeSize: diskGiB,
              volumeType: "gp3",
              encrypted: "true",
              deleteOnTermination: "true",
            },
          },
        ],
        // The default tags of the provider do not reach what EC2 makes from a template.
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
          resourceType,
          tags,
        })),
      },
      { parent: this },
    );
  }
}
