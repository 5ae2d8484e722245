import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";

import type { EksOwnNetworkConfig } from "../../config/eks/types.ts";
import { networkTag, replacedWithNetwork } from "./network-tag.ts";
import { subnetsOf, type ZoneNetworks } from "./subnets.ts";

export interface NetworkArgs extends EksOwnNetworkConfig {
  /** Of the cluster, with which the names begin. */
  readonly clusterName: string;
  /** Whether Pulumi refuses to delete the VPC. */
  readonly protect: boolean;
}

const everywhere = "0.0.0.0/0";

/**
 * Network is a VPC in which nodes have private addresses only. Each zone has a private subnet, where nodes, pods and the
 * interfaces of the control plane are, and, where there is a way out, a public one with the NAT gateway and the load
 * balancers. Load balancer controllers find both by their tags
 * (docs.aws.amazon.com/eks/latest/userguide/network-reqs.html). The default security group lets nothing through.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** The private ones. */
  readonly subnetIds: pulumi.Output<string>[];
  /** One for each private subnet. */
  readonly routeTableIds: pulumi.Output<string>[];
  /** What has to be there before a node can reach anything. */
  readonly ways: readonly pulumi.Resource[];
  readonly #name: string;
  readonly #clusterName: string;

  constructor(name: string, args: NetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:Network", name, {}, opts);
    this.#name = name;
    this.#clusterName = args.clusterName;
    const vpc = new Vpc(
      `${name}-vpc`,
      // The private endpoint is found by a name of the VPC's own DNS.
      {
        cidrBlock: args.cidr,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: { Name: args.clusterName },
      },
      { parent: this, protect: args.protect },
    );
    new DefaultSecurityGroup(
      `${name}-default-security-group`,
      { vpcId: vpc.id, ingress: [], egress: [] },
      { parent: this },
    );
    const zones = subnetsOf(args.cidr, args.zones);
    const gateways = args.nat === "none" ? [] : this.#gateways(vpc, zones, args);
    const cells = zones.map((zone, index) =>
      this.#privateSubnet(vpc, zone, gateways[index] ?? gateways[0]),
    );
    this.vpcId = vpc.id;
    this.subnetIds = cells.map(({ subnet }) => subnet.id);
    this.routeTableIds = cells.map(({ table }) => table.id);
    this.ways = cells.flatMap(({ ways }) => ways);
    this.registerOutputs();
  }

  /** A NAT gateway in the first zone, or one in each, whose loss then costs the others nothing. */
  #gateways(vpc: Vpc, zones: readonly ZoneNetworks[], { nat, cidr }: NetworkArgs): NatGateway[] {
    const name = this.#name;
    const internet = new InternetGateway(
      `${name}-internet`,
      { vpcId: vpc.id, tags: this.#tags("internet") },
      { parent: this, replaceOnChanges: ["vpcId"] },
    );
    const table = this.#routeTable(vpc, "public");
    const out = new Route(
      `${name}-public-out`,
      { routeTableId: table.id, destinationCidrBlock: everywhere, gatewayId: internet.id },
      { parent: this },
    );
    const subnets = zones.map((zone) => this.#publicSubnet(vpc, table, zone));
    return (nat === "single" ? subnets.slice(0, 1) : subnets).map(({ subnet, zone }) => {
      const address = new Eip(
        `${name}-address-${zone}`,
        { domain: "vpc", tags: { ...this.#tags(`nat-${zone}`), [networkTag]: cidr } },
        {
          parent: this,
          dependsOn: [internet],
          replaceOnChanges: replacedWithNetwork,
        },
      );
      return new NatGateway(
        `${name}-nat-${zone}`,
        {
          allocationId: address.allocationId,
          subnetId: subnet.id,
          tags: this.#tags(`nat-${zone}`),
        },
        { parent: this, dependsOn: [out] },
      );
    });
  }

  #publicSubnet(vpc: Vpc, table: RouteTable, { zone, public: cidrBlock }: ZoneNetworks) {
    const name = `${this.#name}-public-${zone}`;
    const subnet = new Subnet(
      name,
      {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock,
        mapPublicIpOnLaunch: false,
        tags: { ...this.#tags(`public-${zone}`), "kubernetes.io/role/elb": "1" },
      },
      { parent: this },
    );
    new RouteTableAssociation(
      `${name}-association`,
      { subnetId: subnet.id, routeTableId: table.id },
      { parent: this },
    );
    return { subnet, zone };
  }

  #privateSubnet(vpc: Vpc, { zone, private: cidrBlock }: ZoneNetworks, nat?: NatGateway) {
    const noun = `private-${zone}`;
    const name = `${this.#name}-${noun}`;
    const table = this.#routeTable(vpc, noun);
    const subnet = new Subnet(
      name,
      {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock,
        mapPublicIpOnLaunch: false,
        tags: { ...this.#tags(noun), "kubernetes.io/role/internal-elb": "1" },
      },
      { parent: this },
    );
    const association = new RouteTableAssociation(
      `${name}-association`,
      { subnetId: subnet.id, routeTableId: table.id },
      { parent: this },
    );
    if (nat === undefined) return { subnet, table, ways: [association] };
    const out = new Route(
      `${name}-out`,
      { routeTableId: table.id, destinationCidrBlock: everywhere, natGatewayId: nat.id },
      { parent: this },
    );
    return { subnet, table, ways: [association, out] };
  }

  #routeTable(vpc: Vpc, noun: string): RouteTable {
    return new RouteTable(
      `${this.#name}-${noun}-routes`,
      { vpcId: vpc.id, tags: this.#tags(noun) },
      { parent: this },
    );
  }

  #tags(noun: string) {
    return { Name: `${this.#clusterName}-${noun}` };
  }
}
