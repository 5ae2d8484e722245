import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import * as pulumi from "@pulumi/pulumi";

export interface EndpointsArgs {
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  readonly cidr: string;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly routeTableIds: readonly pulumi.Input<string>[];
  /** Whether nothing else leads out of the private subnets. */
  readonly isOnlyWay: boolean;
}

/** What nodes need of AWS to join, to pull from ECR and to give pods their identities. */
const services = [
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "logs",
  "sts",
  "elasticloadbalancing",
];

/**
 * Endpoints lead from the private subnets to AWS without the internet: to S3, where the layers of images are, because
 * that costs nothing and a NAT gateway charges by the byte; and, where there is no other way, to all that nodes need
 * (docs.aws.amazon.com/eks/latest/userguide/private-clusters.html).
 */
export class Endpoints extends pulumi.ComponentResource {
  /** What has to be there before a node can reach AWS. */
  readonly ways: readonly pulumi.Resource[];

  constructor(name: string, args: EndpointsArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:Endpoints", name, {}, opts);
    const { clusterName, region, vpcId, routeTableIds } = args;
    const s3 = new VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...routeTableIds],
        tags: { Name: `${clusterName}-s3` },
      },
      { parent: this },
    );
    this.ways = args.isOnlyWay ? [s3, ...this.#interfaces(name, args)] : [s3];
    this.registerOutputs();
  }

  #interfaces(name: string, args: EndpointsArgs): VpcEndpoint[] {
    const { clusterName, region, vpcId, cidr, subnetIds } = args;
    const inside = new SecurityGroup(
      `${name}-security-group`,
      {
        vpcId,
        description: "HTTPS from the VPC to the endpoints of AWS",
        ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [cidr] }],
        egress: [],
        tags: { Name: `${clusterName}-endpoints` },
      },
      { parent: this },
    );
    return services.map(
      (service) =>
        new VpcEndpoint(
          `${name}-${service}`,
          {
            vpcId,
            serviceName: `com.amazonaws.${region}.${service}`,
            vpcEndpointType: "Interface",
            privateDnsEnabled: true,
            subnetIds: [...subnetIds],
            securityGroupIds: [inside.id],
            tags: { Name: `${clusterName}-${service}` },
          },
          { parent: this },
        ),
    );
  }
}
