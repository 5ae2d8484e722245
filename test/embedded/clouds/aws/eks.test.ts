import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { aws } from "../../../../embedded/clouds/aws/definition.ts";
import { textOf } from "../../../../embedded/clouds/resource-type.ts";
import type { Properties } from "../../../../embedded/plugin/properties.ts";
import { inStateHome, TestCloud } from "../support/test-cloud.ts";

const cloud = new TestCloud(aws, { region: "eu-central-1" });
const types = {
  cluster: "aws:eks/cluster:Cluster",
  group: "aws:eks/nodeGroup:NodeGroup",
  addon: "aws:eks/addon:Addon",
  entry: "aws:eks/accessEntry:AccessEntry",
  association: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  role: "aws:iam/role:Role",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  logs: "aws:cloudwatch/logGroup:LogGroup",
} as const;

const make = (type: keyof typeof types, inputs: Properties) => cloud.create(types[type], inputs);

async function makeRole(name: string, ...policies: string[]): Promise<string> {
  const { state } = await make("role", { name, assumeRolePolicy: "{}" });
  for (const policy of policies) {
    await make("attachment", { role: name, policyArn: `arn:aws:iam::aws:policy/${policy}` });
  }
  return textOf(state, "arn");
}

async function makeSubnets(...zones: string[]): Promise<string[]> {
  const { id: vpcId } = await cloud.create("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const ids: string[] = [];
  for (const [index, availabilityZone] of zones.entries()) {
    const inputs = { vpcId, cidrBlock: `10.0.${index}.0/24`, availabilityZone };
    ids.push((await cloud.create("aws:ec2/subnet:Subnet", inputs)).id);
  }
  return ids;
}

/** What a cluster of the program has. */
async function clusterInputs(): Promise<Properties> {
  return {
    name: "prod",
    version: "1.34",
    roleArn: await makeRole("control", "AmazonEKSClusterPolicy"),
    vpcConfig: {
      subnetIds: await makeSubnets("eu-central-1a", "eu-central-1b"),
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    },
    accessConfig: { authenticationMode: "API" },
    bootstrapSelfManagedAddons: false,
    enabledClusterLogTypes: ["audit"],
  };
}

async function nodeInputs(): Promise<Properties> {
  return {
    clusterName: "prod",
    nodeGroupNamePrefix: "default-",
    nodeRoleArn: await makeRole(
      "node",
      "AmazonEKSWorkerNodePolicy",
      "AmazonEC2ContainerRegistryPullOnly",
    ),
    subnetIds: [],
    scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 },
  };
}

describe("an EKS cluster", () => {
  inStateHome();

  it("has an issuer, a security group and its VPC", async () => {
    const { id, state } = await make("cluster", await clusterInputs());
    assert.equal(id, "prod");
    assert.equal(state["arn"], "arn:aws:eks:eu-central-1:123456789012:cluster/prod");
    const [{ oidcs }] = state["identities"] as [{ oidcs: [{ issuer: string }] }];
    assert.match(
      oidcs[0].issuer,
      /^https:\/\/oidc\.eks\.eu-central-1\.amazonaws\.com\/id\/\w{32}$/,
    );
    const { vpcId, clusterSecurityGroupId } = state["vpcConfig"] as Record<string, string>;
    assert.match(`${vpcId} ${clusterSecurityGroupId}`, /^vpc-\w+ sg-\w+$/);
  });

  it("is the only one of its name", async () => {
    const inputs = await clusterInputs();
    await make("cluster", inputs);
    await assert.rejects(
      make("cluster", inputs),
      /StatusCode: 409, .* ResourceInUseException: Cluster already exists with name: prod$/,
    );
  });

  const refused = [
    [
      "subnets of one zone",
      async () => ({
        vpcConfig: { subnetIds: await makeSubnets("eu-central-1a", "eu-central-1a") },
      }),
      /Subnets specified must be in at least two different AZs$/,
    ],
    [
      "a subnet that is not there",
      () => ({ vpcConfig: { subnetIds: ["subnet-0"] } }),
      /The subnet ID 'subnet-0' does not exist$/,
    ],
    [
      "a role without its policy",
      async () => ({ roleArn: await makeRole("weak") }),
      /has no policy AmazonEKSClusterPolicy$/,
    ],
    [
      "a role that is not there",
      () => ({ roleArn: "arn:aws:iam::123456789012:role/none" }),
      /could not be assumed because it does not exist$/,
    ],
    [
      "no endpoint",
      ({ vpcConfig }: Properties) => ({
        vpcConfig: { ...(vpcConfig as Properties), endpointPrivateAccess: false },
      }),
      /Private and public endpoint access cannot be false$/,
    ],
  ] as const;
  for (const [what, change, message] of refused) {
    it(`is refused with ${what}`, async () => {
      const inputs = await clusterInputs();
      await assert.rejects(make("cluster", { ...inputs, ...(await change(inputs)) }), message);
    });
  }

  it("never goes back to an older version or to the ConfigMap", async () => {
    const inputs = await clusterInputs();
    await make("cluster", inputs);
    const update = (change: Properties) =>
      cloud.update(types.cluster, "prod", { ...inputs, ...change });
    await update({ version: "1.35" });
    await assert.rejects(update({ version: "1.34" }), /version update from 1\.35 to 1\.34$/);
    await assert.rejects(
      update({ version: "1.35", accessConfig: { authenticationMode: "API_AND_CONFIG_MAP" } }),
      /Unsupported authentication mode update from API to API_AND_CONFIG_MAP$/,
    );
  });

  it("goes neither with deletion protection nor with nodes", async () => {
    const inputs = await clusterInputs();
    await make("cluster", { ...inputs, deletionProtection: true });
    await assert.rejects(cloud.remove(types.cluster, "prod"), /has deletion protection enabled$/);
    await cloud.update(types.cluster, "prod", { ...inputs, deletionProtection: false });
    await make("addon", { clusterName: "prod", addonName: "vpc-cni" });
    const { id } = await make("group", await nodeInputs());
    await assert.rejects(cloud.remove(types.cluster, "prod"), /Cluster has nodegroups attached$/);
    await cloud.remove(types.group, id);
    await cloud.remove(types.cluster, "prod");
  });

  it("takes its add-ons along", async () => {
    await make("cluster", await clusterInputs());
    await make("addon", { clusterName: "prod", addonName: "vpc-cni" });
    await cloud.remove(types.cluster, "prod");
    assert.deepEqual(cloud.account.all(types.addon), []);
  });

  it("makes the log group that nobody made, so that it comes too late afterwards", async () => {
    await make("cluster", await clusterInputs());
    await assert.rejects(
      make("logs", { name: "/aws/eks/prod/cluster" }),
      /ResourceAlreadyExistsException: The specified log group already exists$/,
    );
  });
});

describe("the nodes of EKS", () => {
  inStateHome();

  it("join with a network and their policies only", async () => {
    await make("cluster", await clusterInputs());
    const inputs = await nodeInputs();
    await assert.rejects(
      make("group", inputs),
      /unexpected state 'CREATE_FAILED', .* NodeCreationFailure: Unhealthy nodes in the kubernetes cluster$/,
    );
    await make("addon", { clusterName: "prod", addonName: "vpc-cni" });
    const nodeRoleArn = await makeRole("weak-node", "AmazonEKSWorkerNodePolicy");
    await assert.rejects(
      make("group", { ...inputs, nodeRoleArn }),
      /NodeCreationFailure: Instances failed to join the kubernetes cluster$/,
    );
    const { id, state } = await make("group", inputs);
    assert.match(id, /^prod:default-\w{26}$/);
    assert.deepEqual([state["status"], state["version"]], ["ACTIVE", "1.34"]);
  });

  it("are what coredns waits for", async () => {
    await make("cluster", await clusterInputs());
    await make("addon", { clusterName: "prod", addonName: "vpc-cni" });
    const coredns = { clusterName: "prod", addonName: "coredns" };
    await assert.rejects(make("addon", coredns), /InsufficientNumberOfReplicas/);
    await make("group", await nodeInputs());
    await make("addon", coredns);
    await assert.rejects(make("addon", coredns), /Addon already exists\.$/);
  });

  it("are as many as the bounds allow", async () => {
    await make("cluster", await clusterInputs());
    const inputs = await nodeInputs();
    const sizes = (minSize: number, desiredSize: number, maxSize: number) =>
      make("group", { ...inputs, scalingConfig: { minSize, desiredSize, maxSize } });
    await assert.rejects(
      sizes(2, 1, 3),
      /Minimum capacity 2 can't be greater than desired size 1$/,
    );
    await assert.rejects(sizes(1, 3, 2), /desired capacity 3 can't be greater than max size 2$/);
  });
});

describe("who gets into an EKS cluster", () => {
  inStateHome();
  const principalArn = "arn:aws:iam::123456789012:role/platform";
  const policyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
  const given = { clusterName: "prod", principalArn };

  it("is a role or a user, once, of a cluster that is there", async () => {
    await assert.rejects(make("entry", given), /No cluster found for name: prod\.$/);
    await make("cluster", await clusterInputs());
    const session = "arn:aws:sts::123456789012:assumed-role/platform/session";
    await assert.rejects(
      make("entry", { ...given, principalArn: session }),
      /The principalArn parameter format is not valid$/,
    );
    const { id } = await make("entry", given);
    assert.equal(id, `prod:${principalArn}`);
    await assert.rejects(make("entry", given), /is already in use on this cluster\.$/);
  });

  it("has an entry before a policy", async () => {
    await make("cluster", await clusterInputs());
    const policy = { ...given, policyArn, accessScope: { type: "cluster" } };
    await assert.rejects(make("association", policy), /You must create an access entry first$/);
    await make("entry", given);
    const { id } = await make("association", policy);
    assert.equal(id, `prod#${principalArn}#${policyArn}`);
  });
});
