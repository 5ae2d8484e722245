import { createHash } from "node:crypto";

import type { Properties } from "../../plugin/properties.ts";
import { withAccount } from "../account.ts";
import { deleteControlPlane, startControlPlane } from "../cluster-host.ts";
import {
  type Call,
  objectOf,
  type ResourceType,
  type Standing,
  textOf,
  textsOf,
} from "../resource-type.ts";
import { syncClusterAccess } from "./access.ts";
import { logGroupType } from "./keys-and-logs.ts";
import { leaveLoadBalancers } from "./load-balancers.ts";
import { arn, awsError, checkName, regionOf, tagsOf } from "./words.ts";

export const clusterType = "aws:eks/cluster:Cluster";

function refuse(operation: string, message: string): Error {
  return awsError(`EKS: ${operation}`, "InvalidParameterException", message);
}

function requireSubnets({ account, inputs }: Call): string {
  const ids = textsOf(objectOf(inputs["vpcConfig"])["subnetIds"]);
  const subnets = ids.map((id) => account.get("aws:ec2/subnet:Subnet", id));
  const missing = ids.filter((_, index) => subnets[index] === undefined);
  if (missing.length > 0) {
    throw refuse("CreateCluster", `The subnet ID '${missing.join(", ")}' does not exist`);
  }
  const zones = new Set(subnets.map((found) => found?.properties["availabilityZone"]));
  if (zones.size < 2) {
    throw refuse("CreateCluster", "Subnets specified must be in at least two different AZs");
  }
  return textOf(subnets[0]?.properties ?? {}, "vpcId");
}

function requireRole({ account, inputs }: Call): void {
  const roleArn = textOf(inputs, "roleArn");
  const [role] = account.find("aws:iam/role:Role", { arn: roleArn });
  if (role === undefined) {
    throw refuse(
      "CreateCluster",
      `Role with arn: ${roleArn}, could not be assumed because it does not exist`,
    );
  }
  const type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
  const policies = account.find(type, { role: role.id });
  const named = policies.map(({ properties }) => textOf(properties, "policyArn"));
  if (named.some((policy) => policy.endsWith(":policy/AmazonEKSClusterPolicy"))) return;
  // The service takes such a role; its cluster cannot make what it needs in the network.
  throw refuse("CreateCluster", `Role with arn: ${roleArn}, has no policy AmazonEKSClusterPolicy`);
}

function requireEndpoint({ inputs }: Call, operation: string): void {
  const config = objectOf(inputs["vpcConfig"]);
  if (config["endpointPublicAccess"] === false && config["endpointPrivateAccess"] !== true) {
    throw refuse(operation, "Private and public endpoint access cannot be false");
  }
}

/** A log group that nobody made comes with the logs, and stays. */
function keepLogs({ account, inputs }: Call): void {
  const group = `/aws/eks/${textOf(inputs, "name")}/cluster`;
  if (textsOf(inputs["enabledClusterLogTypes"]).length === 0) return;
  if (account.get(logGroupType, group) === undefined) {
    account.put("logs:log-group-of-service", group, { name: group });
  }
}

function issuerOf(name: string, region: string): string {
  const digits = createHash("md5").update(name).digest("hex").toUpperCase();
  return `https://oidc.eks.${region}.amazonaws.com/id/${digits}`;
}

/** The control plane. Its name, its role and who made it are for ever; the rest changes in place. */
export const cluster: ResourceType = {
  replaceOn: [
    "name",
    "roleArn",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
    "kubernetesNetworkConfig.ipFamily",
    "encryptionConfig",
    "outpostConfig",
    "bootstrapSelfManagedAddons",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
  ],
  nameInput: "name",
  outputs: [
    ...["arn", "endpoint", "certificateAuthority", "certificateAuthorities", "identities"],
    ...["status", "platformVersion", "createdAt", "tagsAll", "clusterId", "vpcConfig"],
  ],
  check: (inputs) =>
    checkName(inputs, "name", { pattern: /^[0-9A-Za-z][A-Za-z0-9_-]*$/, longest: 100 }),
  create: (call) => {
    const { account, inputs } = call;
    const name = textOf(inputs, "name");
    if (account.get(clusterType, name) !== undefined) {
      const message = `Cluster already exists with name: ${name}`;
      throw awsError("EKS: CreateCluster", "ResourceInUseException", message);
    }
    const vpcId = requireSubnets(call);
    requireRole(call);
    requireEndpoint(call, "CreateCluster");
    keepLogs(call);
    const region = regionOf(inputs, call);
    const clusterSecurityGroupId = `sg-${account.hex(17)}`;
    return {
      id: name,
      outputs: {
        arn: arn("eks", region, `cluster/${name}`),
        status: "CREATING",
        platformVersion: "eks.9",
        createdAt: new Date().toISOString(),
        tagsAll: tagsOf(inputs, call),
        identities: [{ oidcs: [{ issuer: issuerOf(name, region) }] }],
        vpcConfig: { ...objectOf(inputs["vpcConfig"]), vpcId, clusterSecurityGroupId },
      },
    };
  },
  provision: runControlPlane,
  // One that could not start at first starts now.
  reprovision: runControlPlane,
  update: (call, resource) => {
    requireEndpoint(call, "UpdateClusterConfig");
    requireNoWayBack(call, resource.properties);
    keepLogs(call);
    const known = objectOf(resource.properties["vpcConfig"]);
    const { vpcId = "", clusterSecurityGroupId = "" } = known;
    const own = objectOf(call.inputs["vpcConfig"]);
    const vpcConfig = { ...own, vpcId, clusterSecurityGroupId };
    return { vpcConfig, tagsAll: tagsOf(call.inputs, call) };
  },
  remove: ({ account, inputs }, { id }) => {
    if (inputs["deletionProtection"] === true) {
      const message = `Cluster ${id} has deletion protection enabled`;
      throw awsError("EKS: DeleteCluster", "InvalidRequestException", message);
    }
    if (account.find("aws:eks/nodeGroup:NodeGroup", { clusterName: id }).length > 0) {
      const message = "Cluster has nodegroups attached";
      throw awsError("EKS: DeleteCluster", "ResourceInUseException", message);
    }
    const inside = account.all().filter(({ properties }) => properties["clusterName"] === id);
    for (const { type, id: part } of inside) account.remove(type, part);
  },
  released: endControlPlane,
};

async function runControlPlane({ resource }: Standing): Promise<Properties> {
  const { server, authority } = await startControlPlane(resource.id);
  await syncClusterAccess(resource.id);
  return {
    endpoint: server,
    certificateAuthority: { data: authority },
    certificateAuthorities: [{ data: authority }],
    status: "ACTIVE",
  };
}

/** What the cluster's Services had stays, as every load balancer does whose controller is gone. */
async function endControlPlane({ resource, cloud }: Standing): Promise<void> {
  const left = await deleteControlPlane(resource.id);
  await withAccount(cloud, (account) => {
    leaveLoadBalancers(account, resource, left);
  });
}

/** A version never goes down, and the authentication mode only towards the API. */
function requireNoWayBack({ inputs }: Call, old: Properties): void {
  const [from, to] = [textOf(old, "version"), textOf(inputs, "version")].map(Number);
  if (from !== undefined && to !== undefined && to < from) {
    throw refuse(
      "UpdateClusterVersion",
      `Unsupported Kubernetes minor version update from ${from} to ${to}`,
    );
  }
  const mode = (of: Properties) => textOf(objectOf(of["accessConfig"]), "authenticationMode");
  if (mode(old) === "API" && mode(inputs) !== "API") {
    const message = `Unsupported authentication mode update from API to ${mode(inputs)}`;
    throw awsError("EKS: UpdateClusterConfig", "InvalidRequestException", message);
  }
}
