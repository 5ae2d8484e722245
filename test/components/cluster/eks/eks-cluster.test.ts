import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { allBefore, countedTypes, madeEks, namesOf } from "../../../support/eks.ts";
import { type MockEngine, optionsOf } from "../../../support/mocks.ts";

let engine: MockEngine;
const clusterName = "cluster-control-plane-cluster";

describe("a cluster in AWS of which little is said", () => {
  before(async () => {
    engine = await madeEks();
  });

  it("is made of these resources and no others", () => {
    assert.deepEqual(countedTypes(engine), {
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
      "aws:ec2/eip:Eip": 3,
      "aws:ec2/internetGateway:InternetGateway": 1,
      "aws:ec2/launchTemplate:LaunchTemplate": 1,
      "aws:ec2/natGateway:NatGateway": 3,
      "aws:ec2/route:Route": 4,
      "aws:ec2/routeTable:RouteTable": 4,
      "aws:ec2/routeTableAssociation:RouteTableAssociation": 6,
      "aws:ec2/subnet:Subnet": 6,
      "aws:ec2/vpc:Vpc": 1,
      "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
      "aws:eks/accessEntry:AccessEntry": 1,
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": 1,
      "aws:eks/addon:Addon": 5,
      "aws:eks/cluster:Cluster": 1,
      "aws:eks/nodeGroup:NodeGroup": 1,
      "aws:iam/role:Role": 4,
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 5,
      "aws:kms/alias:Alias": 1,
      "aws:kms/key:Key": 1,
    });
  });

  it("has a component of its own for each part", () => {
    const components = engine.registered.filter(({ type }) => type.startsWith("flux-bootstrap:"));
    assert.deepEqual(
      [...new Set(components.map(({ type }) => type))].toSorted(),
      [
        "Access",
        "Addons",
        "ControlPlane",
        "EksCluster",
        "Encryption",
        "Endpoints",
        "Identities",
        "Leftovers",
        "Network",
        "NodePool",
        "ServiceRole",
      ].map((noun) => `flux-bootstrap:eks:${noun}`),
    );
  });

  it("gives no two resources one name", () => {
    const names = engine.names();
    assert.equal(new Set(names).size, names.length);
  });

  const comesAfter: readonly (readonly [later: string, earlier: readonly string[]])[] = [
    [
      clusterName,
      [
        "cluster-leftovers-script",
        "cluster-control-plane-logs",
        "cluster-control-plane-service-AmazonEKSClusterPolicy",
        "cluster-encryption-key",
        "cluster-network-private-eu-central-1a",
        "cluster-network-private-eu-central-1a-out",
        "cluster-network-nat-eu-central-1a",
      ],
    ],
    [
      "cluster-leftovers-script",
      ["cluster-network-private-eu-central-1a-association", "cluster-endpoints-s3"],
    ],
    ["cluster-access-111122223333-role-platform-policy", [clusterName]],
    [
      "cluster-addons-vpc-cni",
      [clusterName, "cluster-addons-vpc-cni-identity-AmazonEKS_CNI_Policy"],
    ],
    [
      "cluster-nodes-default-group",
      [
        "cluster-addons-vpc-cni",
        "cluster-addons-kube-proxy",
        "cluster-addons-eks-pod-identity-agent",
        "cluster-node-AmazonEKSWorkerNodePolicy",
        "cluster-node-AmazonEC2ContainerRegistryPullOnly",
        "cluster-network-private-eu-central-1c-out",
        "cluster-endpoints-s3",
      ],
    ],
    ["cluster-addons-on-nodes-coredns", ["cluster-nodes-default-group"]],
    [
      "cluster-addons-on-nodes-aws-ebs-csi-driver",
      [
        "cluster-nodes-default-group",
        "cluster-addons-on-nodes-ebs-csi-identity-AmazonEBSCSIDriverPolicy",
      ],
    ],
  ];
  for (const [later, earlier] of comesAfter) {
    it(`makes ${later} after what it needs, and removes it before`, () => {
      const all = allBefore(later);
      assert.deepEqual(
        earlier.filter((name) => !all.has(name)),
        [],
      );
    });
  }

  it("does not make the nodes wait for coredns, which waits for them", () => {
    assert.ok(!allBefore("cluster-nodes-default-group").has("cluster-addons-on-nodes-coredns"));
  });

  it("makes a new control plane only where the old one is gone, for it has its name", () => {
    assert.equal(optionsOf(clusterName)?.deleteBeforeReplace, true);
    assert.equal(optionsOf("cluster-nodes-default-group")?.deleteBeforeReplace, false);
  });

  it("leaves the number of nodes to an autoscaler", () => {
    assert.deepEqual(optionsOf("cluster-nodes-default-group")?.ignoreChanges, [
      "scalingConfig.desiredSize",
    ]);
  });

  it("protects nothing unasked", () => {
    assert.deepEqual(
      namesOf(engine, (name) => optionsOf(name)?.protect === true),
      [],
    );
    assert.equal(engine.get(clusterName).inputs["deletionProtection"], false);
  });
});

describe("a protected cluster in AWS", () => {
  it("keeps what cannot be made again: the cluster, its key and the VPC", async () => {
    const protectedEngine = await madeEks({}, { protect: true });
    assert.deepEqual(
      namesOf(protectedEngine, (name) => optionsOf(name)?.protect === true),
      [clusterName, "cluster-encryption-key", "cluster-network-vpc"],
    );
    assert.equal(protectedEngine.get(clusterName).inputs["deletionProtection"], true);
  });
});

describe("a preview of a cluster in AWS that is not made", () => {
  it("shows all of its resources", async () => {
    const previewed = await madeEks({}, { preview: true });
    assert.deepEqual(countedTypes(previewed), countedTypes(engine));
  });
});

describe("a cluster in a VPC that is there", () => {
  it("makes nothing of the network", async () => {
    const subnetIds = ["subnet-01234567", "subnet-12345678"];
    const network = { vpcId: "vpc-0123456789abcdef0", subnetIds };
    const existing = await madeEks({ network });
    const types = Object.keys(countedTypes(existing));
    assert.deepEqual(
      types.filter((type) => type.startsWith("aws:ec2/")),
      ["aws:ec2/launchTemplate:LaunchTemplate"],
    );
    const { vpcConfig } = existing.get(clusterName).inputs as { vpcConfig: { subnetIds: unknown } };
    assert.deepEqual(vpcConfig.subnetIds, subnetIds);
    assert.deepEqual(existing.get("cluster-nodes-default-group").inputs["subnetIds"], subnetIds);
  });
});

describe("a cluster in Auto Mode", () => {
  it("has neither nodes nor add-ons of its own, and the three switches together", async () => {
    const auto = await madeEks({ nodes: { mode: "auto" } });
    const types = countedTypes(auto);
    assert.deepEqual(
      [types["aws:eks/addon:Addon"], types["aws:eks/nodeGroup:NodeGroup"]],
      [undefined, undefined],
    );
    const { computeConfig, kubernetesNetworkConfig, storageConfig } = auto.get(clusterName).inputs;
    assert.deepEqual(computeConfig, {
      enabled: true,
      nodePools: ["general-purpose", "system"],
      nodeRoleArn: "arn:aws:iam::111122223333:role/prod-eu-central-1-node",
    });
    assert.deepEqual(kubernetesNetworkConfig, { elasticLoadBalancing: { enabled: true } });
    assert.deepEqual(storageConfig, { blockStorage: { enabled: true } });
    assert.ok(allBefore(clusterName).has("cluster-node-AmazonEKSWorkerNodeMinimalPolicy"));
  });

  it("is off where nodes are managed", () => {
    const { computeConfig, storageConfig } = engine.get(clusterName).inputs;
    assert.deepEqual([computeConfig, storageConfig], [undefined, undefined]);
  });
});
