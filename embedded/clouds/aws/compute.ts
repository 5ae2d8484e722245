import { type Call, type ResourceType, textOf } from "../resource-type.ts";
import { inSecurityGroup } from "./occupants.ts";
import { accountId, arn, awsError, checkName, regionOf, tagsOf } from "./words.ts";

const retagged: ResourceType["update"] = (call) => ({ tagsAll: tagsOf(call.inputs, call) });

function made(call: Call, prefix: string, kind: string) {
  const id = `${prefix}-${call.account.hex(17)}`;
  const region = regionOf(call.inputs, call);
  return {
    id,
    outputs: {
      arn: arn("ec2", region, `${kind}/${id}`),
      ownerId: accountId,
      tagsAll: tagsOf(call.inputs, call),
    },
  };
}

/** One name for a VPC. It cannot go while something uses it or another group names it. */
export const securityGroup: ResourceType = {
  replaceOn: ["vpcId", "name", "description"],
  nameInput: "name",
  outputs: ["arn", "ownerId", "tagsAll", "name"],
  check: (inputs) => checkName(inputs, "name", { pattern: /^(?!sg-)[ -~]+$/, longest: 255 }),
  create: (call) => {
    const { account, inputs } = call;
    const same = { vpcId: textOf(inputs, "vpcId"), name: textOf(inputs, "name") };
    if (same.name !== "" && account.find("aws:ec2/securityGroup:SecurityGroup", same).length > 0) {
      const message = `The security group '${same.name}' already exists for VPC '${same.vpcId}'`;
      throw awsError("EC2: CreateSecurityGroup", "InvalidGroup.Duplicate", message);
    }
    const { id, outputs } = made(call, "sg", "security-group");
    return { id, outputs: { ...outputs, name: same.name || `terraform-${id}` } };
  },
  update: retagged,
  remove: ({ account }, { id }) => {
    if (inSecurityGroup(account, id).length === 0) return;
    const message = `resource ${id} has a dependent object`;
    throw awsError("EC2: DeleteSecurityGroup", "DependencyViolation", message);
  },
};

/** The group that every VPC has; it is taken over, never made, and stays when it is let go. */
export const defaultSecurityGroup: ResourceType = {
  replaceOn: ["vpcId"],
  outputs: ["arn", "ownerId", "tagsAll", "name"],
  create: (call) => {
    const vpcId = textOf(call.inputs, "vpcId");
    const network = call.account.get("aws:ec2/vpc:Vpc", vpcId);
    const id = textOf(network?.properties ?? {}, "defaultSecurityGroupId");
    return { id, outputs: { ...made(call, "sg", "security-group").outputs, name: "default" } };
  },
  update: retagged,
};

/** Each change is a version of its own. */
export const launchTemplate: ResourceType = {
  replaceOn: ["name"],
  nameInput: "name",
  outputs: ["arn", "tagsAll", "latestVersion", "defaultVersion", "name"],
  check: (inputs) =>
    checkName(inputs, "name", { pattern: /^[a-zA-Z0-9().\-/_]{3,128}$/, longest: 128 }),
  create: (call) => {
    const { account, inputs } = call;
    const name = textOf(inputs, "name");
    const type = "aws:ec2/launchTemplate:LaunchTemplate";
    if (name !== "" && account.find(type, { name }).length > 0) {
      const code = "InvalidLaunchTemplateName.AlreadyExistsException";
      const message = "Launch template name already in use.";
      throw awsError("EC2: CreateLaunchTemplate", code, message);
    }
    const { id, outputs } = made(call, "lt", "launch-template");
    const version = { latestVersion: 1, defaultVersion: 1 };
    return { id, outputs: { ...outputs, ...version, name: name || `terraform-${id}` } };
  },
  update: (call, { properties }) => {
    const latestVersion = Number(properties["latestVersion"]) + 1;
    const isDefault = call.inputs["updateDefaultVersion"] === true;
    return {
      latestVersion,
      ...(isDefault && { defaultVersion: latestVersion }),
      tagsAll: tagsOf(call.inputs, call),
    };
  },
};
