import type { Properties } from "../../plugin/properties.ts";
import { type Call, objectOf, type ResourceType, textOf } from "../resource-type.ts";
import { arn, awsError, checkName, regionOf, tagsOf } from "./words.ts";

const addonType = "aws:eks/addon:Addon";
const groupType = "aws:eks/nodeGroup:NodeGroup";
const needed = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistry"];

function clusterOf({ account, inputs }: Call, operation: string) {
  const name = textOf(inputs, "clusterName");
  const cluster = account.get("aws:eks/cluster:Cluster", name);
  if (cluster !== undefined) return cluster;
  const message = `No cluster found for name: ${name}.`;
  throw awsError(`EKS: ${operation}`, "ResourceNotFoundException", message);
}

/** Nodes that have no network never become Ready, and those without rights never join. */
function joinProblem(call: Call): string | undefined {
  const { account, inputs } = call;
  const cluster = clusterOf(call, "CreateNodegroup");
  const addons = account.find(addonType, { clusterName: cluster.id });
  const names = addons.map(({ properties }) => properties["addonName"]);
  const selfManaged = cluster.properties["bootstrapSelfManagedAddons"] !== false;
  if (!selfManaged && !names.includes("vpc-cni")) {
    return "NodeCreationFailure: Unhealthy nodes in the kubernetes cluster";
  }
  const [role] = account.find("aws:iam/role:Role", { arn: textOf(inputs, "nodeRoleArn") });
  const type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
  const policies = account.find(type, { role: role?.id ?? "" });
  const has = (policy: string) =>
    policies.some(({ properties }) => textOf(properties, "policyArn").includes(`/${policy}`));
  return needed.every(has)
    ? undefined
    : "NodeCreationFailure: Instances failed to join the kubernetes cluster";
}

function requireSizes(inputs: Properties): void {
  const scaling = objectOf(inputs["scalingConfig"]);
  const [least, wanted, most] = ["minSize", "desiredSize", "maxSize"].map((name) =>
    Number(scaling[name] ?? 0),
  );
  if (least === undefined || wanted === undefined || most === undefined) return;
  if (least <= wanted && wanted <= most) return;
  const message =
    wanted < least
      ? `Minimum capacity ${least} can't be greater than desired size ${wanted}`
      : `desired capacity ${wanted} can't be greater than max size ${most}`;
  throw awsError("EKS: CreateNodegroup", "InvalidParameterException", message);
}

/** Machines that are nodes of the cluster. */
export const nodeGroup: ResourceType = {
  replaceOn: [
    ...["clusterName", "nodeGroupName", "nodeGroupNamePrefix", "amiType", "capacityType"],
    ...["diskSize", "instanceTypes", "nodeRoleArn", "subnetIds", "remoteAccess"],
    ...["launchTemplate.id", "launchTemplate.name"],
  ],
  nameInput: "nodeGroupName",
  outputs: ["arn", "status", "resources", "tagsAll", "version", "releaseVersion", "nodeGroupName"],
  check: (inputs) =>
    checkName(inputs, "nodeGroupName", { pattern: /^[0-9A-Za-z][A-Za-z0-9_-]*$/, longest: 63 }),
  create: (call) => {
    const { account, inputs } = call;
    const cluster = clusterOf(call, "CreateNodegroup");
    const prefix = textOf(inputs, "nodeGroupNamePrefix") || "group-";
    const name = textOf(inputs, "nodeGroupName") || `${prefix}${account.hex(26)}`;
    const id = `${cluster.id}:${name}`;
    if (account.get(groupType, id) !== undefined) {
      const message = `NodeGroup already exists with name ${name} and cluster name ${cluster.id}`;
      throw awsError("EKS: CreateNodegroup", "ResourceInUseException", message);
    }
    requireSizes(inputs);
    const problem = joinProblem(call);
    if (problem !== undefined) {
      throw new Error(
        `waiting for EKS Node Group (${id}) create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: ${problem}`,
      );
    }
    const version = textOf(inputs, "version") || textOf(cluster.properties, "version");
    return {
      id,
      outputs: {
        arn: arn(
          "eks",
          regionOf(inputs, call),
          `nodegroup/${cluster.id}/${name}/${account.hex(32)}`,
        ),
        status: "ACTIVE",
        nodeGroupName: name,
        resources: [{ autoscalingGroups: [{ name: `eks-${name}-${account.hex(8)}` }] }],
        tagsAll: tagsOf(inputs, call),
        version,
        releaseVersion: `${version}.0-20260101`,
      },
    };
  },
  update: (call) => ({ tagsAll: tagsOf(call.inputs, call) }),
};

/** Add-ons that run on nodes are degraded until there are some, and the provider gives up waiting. */
const onNodes = ["coredns", "aws-ebs-csi-driver", "metrics-server"];

export const addon: ResourceType = {
  replaceOn: ["clusterName", "addonName"],
  nameInput: "addonName",
  outputs: ["arn", "createdAt", "modifiedAt", "tagsAll", "addonVersion"],
  create: (call) => {
    const { account, inputs } = call;
    const cluster = clusterOf(call, "CreateAddon");
    const name = textOf(inputs, "addonName");
    const id = `${cluster.id}:${name}`;
    if (account.get(addonType, id) !== undefined) {
      const message = "Addon already exists.";
      throw awsError("EKS: CreateAddon", "ResourceInUseException", message);
    }
    const nodes = account.find(groupType, { clusterName: cluster.id, status: "ACTIVE" });
    if (onNodes.includes(name) && nodes.length === 0) {
      throw new Error(
        `waiting for EKS Add-On (${id}) create: timeout while waiting for state to become 'ACTIVE' ` +
          "(last state: 'DEGRADED', timeout: 20m0s): InsufficientNumberOfReplicas: " +
          "The add-on is unhealthy because it doesn't have the desired number of replicas.",
      );
    }
    const times = { createdAt: "2026-01-01T00:00:00Z", modifiedAt: "2026-01-01T00:00:00Z" };
    const tagsAll = tagsOf(inputs, call);
    return {
      id,
      outputs: {
        arn: arn("eks", regionOf(inputs, call), `addon/${cluster.id}/${name}/${account.hex(32)}`),
        addonVersion: textOf(inputs, "addonVersion") || "v1.0.0-eksbuild.1",
        tagsAll,
        ...times,
      },
    };
  },
  update: (call) => ({ tagsAll: tagsOf(call.inputs, call) }),
};
