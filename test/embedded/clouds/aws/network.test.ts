import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { withAccount } from "../../../../embedded/clouds/account.ts";
import { aws } from "../../../../embedded/clouds/aws/definition.ts";
import {
  deleteLoadBalancer,
  leaveLoadBalancers,
} from "../../../../embedded/clouds/aws/load-balancers.ts";
import { inStateHome, TestCloud } from "../support/test-cloud.ts";

const cloud = new TestCloud(aws, { region: "eu-central-1" });
const types = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  gateway: "aws:ec2/internetGateway:InternetGateway",
  nat: "aws:ec2/natGateway:NatGateway",
  eip: "aws:ec2/eip:Eip",
  table: "aws:ec2/routeTable:RouteTable",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  group: "aws:ec2/securityGroup:SecurityGroup",
} as const;

const make = async (type: keyof typeof types, inputs: Record<string, string>) =>
  (await cloud.create(types[type], inputs)).id;
const remove = (type: keyof typeof types, id: string) => cloud.remove(types[type], id);
const makeVpc = () => make("vpc", { cidrBlock: "10.0.0.0/16" });
const makeSubnet = (vpcId: string, cidrBlock: string) =>
  make("subnet", { vpcId, cidrBlock, availabilityZone: "eu-central-1a" });

describe("the addresses of AWS", () => {
  inStateHome();

  for (const cidrBlock of ["10.0.0.0/15", "10.0.0.0/29", "10.0.0.1/16"]) {
    it(`are no VPC of ${cidrBlock}`, async () => {
      await assert.rejects(
        make("vpc", { cidrBlock }),
        /api error InvalidVpc\.Range: The CIDR '.+' is invalid\.$/,
      );
    });
  }

  it("are a subnet's only within its VPC", async () => {
    const vpc = await makeVpc();
    await assert.rejects(
      makeSubnet(vpc, "10.1.0.0/24"),
      /api error InvalidSubnet\.Range: The CIDR '10\.1\.0\.0\/24' is invalid\.$/,
    );
  });

  it("are of one subnet, but of one in each VPC", async () => {
    const [vpc, other] = [await makeVpc(), await makeVpc()];
    await makeSubnet(vpc, "10.0.0.0/20");
    await assert.rejects(
      makeSubnet(vpc, "10.0.8.0/24"),
      /api error InvalidSubnet\.Conflict: The CIDR '10\.0\.8\.0\/24' conflicts with another subnet$/,
    );
    await makeSubnet(other, "10.0.8.0/24");
  });

  it("are not in a VPC that does not exist", async () => {
    await assert.rejects(makeSubnet("vpc-0", "10.0.0.0/24"), /InvalidVpcID\.NotFound/);
  });
});

describe("what stands on something in AWS", () => {
  inStateHome();

  it("keeps a VPC until its subnets and gateways are gone", async () => {
    const vpc = await makeVpc();
    const subnet = await makeSubnet(vpc, "10.0.0.0/24");
    const gateway = await make("gateway", { vpcId: vpc });
    const refused = new RegExp(
      `StatusCode: 400, .* api error DependencyViolation: The vpc '${vpc}' has dependencies and cannot be deleted\\.$`,
    );
    await assert.rejects(remove("vpc", vpc), refused);
    await remove("subnet", subnet);
    await assert.rejects(remove("vpc", vpc), refused);
    await remove("gateway", gateway);
    await remove("vpc", vpc);
    assert.deepEqual(cloud.account.all(), []);
  });

  it("keeps a subnet, an address and an internet gateway while a NAT gateway is there", async () => {
    const vpc = await makeVpc();
    const subnetId = await makeSubnet(vpc, "10.0.0.0/24");
    const gateway = await make("gateway", { vpcId: vpc });
    const allocationId = await make("eip", { domain: "vpc" });
    const nat = await make("nat", { subnetId, allocationId });
    await assert.rejects(remove("subnet", subnetId), /The subnet '.+' has dependencies/);
    await assert.rejects(remove("eip", allocationId), /InvalidIPAddress\.InUse/);
    await assert.rejects(remove("gateway", gateway), /has some mapped public address\(es\)/);
    await remove("nat", nat);
    await remove("eip", allocationId);
    await remove("gateway", gateway);
    await remove("subnet", subnetId);
  });

  it("keeps a route table while it is associated, and associates a subnet once", async () => {
    const vpcId = await makeVpc();
    const subnetId = await makeSubnet(vpcId, "10.0.0.0/24");
    const routeTableId = await make("table", { vpcId });
    const association = await make("association", { subnetId, routeTableId });
    await assert.rejects(remove("table", routeTableId), /DependencyViolation/);
    const again = make("association", { subnetId, routeTableId });
    await assert.rejects(again, /Resource\.AlreadyAssociated/);
    await remove("association", association);
    await remove("table", routeTableId);
  });

  it("is one gateway for a VPC and one group of a name", async () => {
    const vpcId = await makeVpc();
    await make("gateway", { vpcId });
    await assert.rejects(make("gateway", { vpcId }), /already has an internet gateway/);
    await make("group", { vpcId, name: "a" });
    await assert.rejects(make("group", { vpcId, name: "a" }), /InvalidGroup\.Duplicate/);
    await make("group", { vpcId: await makeVpc(), name: "a" });
  });
});

describe("a load balancer that a cluster left behind", () => {
  inStateHome();

  const leave = async (vpcId: string, subnetIds: string[]) => {
    const left = { "198.51.100.1": [{ service: "shop/web", uid: "u" }] };
    await withAccount("aws", (account) => {
      const arn = "arn:aws:eks:eu-central-1:123456789012:cluster/prod";
      const properties = { arn, vpcConfig: { vpcId, subnetIds } };
      const cluster = account.put("aws:eks/cluster:Cluster", "prod", properties);
      account.remove("aws:eks/cluster:Cluster", "prod");
      leaveLoadBalancers(account, cluster, left);
    });
    const [balancer] = cloud.account.all("elasticloadbalancing:loadbalancer");
    return balancer ?? assert.fail("no load balancer");
  };

  it("bears the name of the cluster and of the Service", async () => {
    const { id, properties } = await leave("vpc-1", []);
    assert.match(
      id,
      /^arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer\/net\/\w+\/\w+$/,
    );
    assert.deepEqual(properties["tags"], {
      "kubernetes.io/cluster/prod": "owned",
      "kubernetes.io/service-name": "shop/web",
    });
  });

  it("keeps subnets, internet gateway and VPC until a person deletes it", async () => {
    const vpcId = await makeVpc();
    const subnet = await makeSubnet(vpcId, "10.0.0.0/24");
    const gateway = await make("gateway", { vpcId });
    const { id } = await leave(vpcId, [subnet]);
    await assert.rejects(remove("subnet", subnet), /DependencyViolation/);
    await assert.rejects(remove("gateway", gateway), /DependencyViolation/);
    await withAccount("aws", (account) => deleteLoadBalancer(account, id));
    await remove("subnet", subnet);
    await remove("gateway", gateway);
    await remove("vpc", vpcId);
    assert.deepEqual(cloud.account.all(), []);
  });
});
