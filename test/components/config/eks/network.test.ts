import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readEks, refuses, type Refused, remove, set } from "../../../support/eks.ts";

const refused: Refused = [
  [
    "a network that is too small",
    { network: { cidr: "10.0.0.0/24" } },
    `cluster.eks.network.cidr must be an IPv4 network from /16 to /20, such as 10.0.0.0/16, got "10.0.0.0/24". ${set("network.cidr", "10.0.0.0/16")}`,
  ],
  [
    "one zone",
    { network: { zones: ["eu-central-1a"] } },
    'cluster.eks.network.zones must be two or three different zones of the region, got ["eu-central-1a"]. See them with: aws ec2 describe-availability-zones',
  ],
  [
    "zones of another region",
    { network: { zones: ["eu-west-1a", "eu-west-1b"] } },
    'cluster.eks.network.zones must be two or three different zones of the region, got ["eu-west-1a","eu-west-1b"]. See them with: aws ec2 describe-availability-zones',
  ],
  [
    "a way out that there is not",
    { network: { nat: "double" } },
    `cluster.eks.network.nat must be "perZone" or "single" or "none", got "double". ${set("network.nat", "perZone")}`,
  ],
  [
    "a VPC that is there, with a network of its own",
    {
      network: {
        vpcId: "vpc-0123456789abcdef0",
        subnetIds: ["subnet-01234567", "subnet-12345678"],
        nat: "single",
      },
    },
    `cluster.eks.network.nat must be absent when vpcId is set: that network is there, got "single". ${remove("cluster.eks.network.nat")}`,
  ],
  [
    "a VPC that is there, with one subnet",
    { network: { vpcId: "vpc-0123456789abcdef0", subnetIds: ["subnet-01234567"] } },
    'cluster.eks.network.subnetIds must be a list of ids of private subnets, at least two, got ["subnet-01234567"]. Name one in another zone too.',
  ],
  [
    "subnets of no VPC",
    { network: { subnetIds: ["subnet-01234567", "subnet-12345678"] } },
    `cluster.eks.network.subnetIds must be absent without vpcId: this network is made, got ["subnet-01234567","subnet-12345678"]. ${remove("cluster.eks.network.subnetIds")}`,
  ],
];

describe("the network of a cluster in AWS must not hold", () => {
  refuses(refused);
});

describe("the network of a cluster in AWS", () => {
  it("is one that is there, where that is named", async () => {
    const network = {
      vpcId: "vpc-0123456789abcdef0",
      subnetIds: ["subnet-01234567", "subnet-12345678"],
    };
    assert.deepEqual((await readEks({ network })).network, network);
  });

  it("is in the zones of its region", async () => {
    const { network } = await readEks({ region: "us-west-2" });
    assert.ok(network.vpcId === undefined);
    assert.deepEqual(network.zones, ["us-west-2a", "us-west-2b", "us-west-2c"]);
  });
});
