import { contains, overlaps, parseCidr } from "../cidr.ts";
import { type Call, type ResourceType, textOf } from "../resource-type.ts";
import { inSubnet, inVpc, publicAddresses } from "./occupants.ts";
import { accountId, arn, awsError, regionOf, tagsOf } from "./words.ts";

const ec2Outputs = ["arn", "ownerId", "tagsAll"];

/** What every resource of EC2 has: an id with 17 hex digits, an ARN, its owner and its tags. */
function ec2(call: Call, prefix: string, kind: string) {
  const id = `${prefix}-${call.account.hex(17)}`;
  const outputs = {
    arn: arn("ec2", regionOf(call.inputs, call), `${kind}/${id}`),
    ownerId: accountId,
    tagsAll: tagsOf(call.inputs, call),
  };
  return { id, outputs };
}

const retagged: ResourceType["update"] = (call) => ({ tagsAll: tagsOf(call.inputs, call) });

/** Addresses from /16 to /28. What stands in it keeps it. */
export const vpc: ResourceType = {
  replaceOn: ["cidrBlock", "instanceTenancy"],
  outputs: [...ec2Outputs, "mainRouteTableId", "defaultRouteTableId"].concat(
    "defaultSecurityGroupId",
    "defaultNetworkAclId",
  ),
  create: (call) => {
    const cidr = textOf(call.inputs, "cidrBlock");
    const block = parseCidr(cidr);
    if (block === undefined || block.size > 2 ** 16 || block.size < 2 ** 4) {
      throw awsError("EC2: CreateVpc", "InvalidVpc.Range", `The CIDR '${cidr}' is invalid.`);
    }
    const { id, outputs } = ec2(call, "vpc", "vpc");
    const table = `rtb-${call.account.hex(17)}`;
    return {
      id,
      outputs: {
        ...outputs,
        mainRouteTableId: table,
        defaultRouteTableId: table,
        defaultSecurityGroupId: `sg-${call.account.hex(17)}`,
        defaultNetworkAclId: `acl-${call.account.hex(17)}`,
      },
    };
  },
  update: retagged,
  remove: ({ account }, { id }) => {
    if (inVpc(account, id).length === 0) return;
    const message = `The vpc '${id}' has dependencies and cannot be deleted.`;
    throw awsError("EC2: DeleteVpc", "DependencyViolation", message);
  },
};

/** A part of the VPC's addresses that no other subnet has. */
export const subnet: ResourceType = {
  replaceOn: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"],
  outputs: [...ec2Outputs, "availabilityZoneId"],
  create: (call) => {
    const { account, inputs } = call;
    const [vpcId, cidr] = [textOf(inputs, "vpcId"), textOf(inputs, "cidrBlock")];
    const block = parseCidr(cidr);
    const network = account.get("aws:ec2/vpc:Vpc", vpcId);
    if (network === undefined) {
      const message = `The vpc ID '${vpcId}' does not exist`;
      throw awsError("EC2: CreateSubnet", "InvalidVpcID.NotFound", message);
    }
    const whole = parseCidr(textOf(network.properties, "cidrBlock"));
    if (block === undefined || whole === undefined || !contains(whole, block)) {
      throw awsError("EC2: CreateSubnet", "InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
    }
    for (const other of account.find("aws:ec2/subnet:Subnet", { vpcId })) {
      const taken = parseCidr(textOf(other.properties, "cidrBlock"));
      if (taken === undefined || !overlaps(taken, block)) continue;
      const message = `The CIDR '${cidr}' conflicts with another subnet`;
      throw awsError("EC2: CreateSubnet", "InvalidSubnet.Conflict", message);
    }
    const zone = textOf(inputs, "availabilityZone");
    const { id, outputs } = ec2(call, "subnet", "subnet");
    return { id, outputs: { ...outputs, availabilityZoneId: `${zone.slice(0, 4)}-az1` } };
  },
  update: retagged,
  remove: ({ account }, { id }) => {
    if (inSubnet(account, id).length === 0) return;
    const message = `The subnet '${id}' has dependencies and cannot be deleted.`;
    throw awsError("EC2: DeleteSubnet", "DependencyViolation", message);
  },
};

/** One for a VPC. It stays attached as long as anything there has a public address. */
export const internetGateway: ResourceType = {
  replaceOn: [],
  outputs: ec2Outputs,
  create: (call) => {
    const { account, inputs } = call;
    const vpcId = textOf(inputs, "vpcId");
    if (account.find("aws:ec2/internetGateway:InternetGateway", { vpcId }).length > 0) {
      const message = `Network ${vpcId} already has an internet gateway attached`;
      throw awsError("EC2: AttachInternetGateway", "InvalidParameterValue", message);
    }
    return ec2(call, "igw", "internet-gateway");
  },
  update: retagged,
  remove: ({ account }, { properties }) => {
    const vpcId = textOf(properties, "vpcId");
    if (publicAddresses(account, vpcId).length === 0) return;
    const message =
      `Network ${vpcId} has some mapped public address(es). ` +
      "Please unmap those public address(es) before detaching the gateway.";
    throw awsError("EC2: DetachInternetGateway", "DependencyViolation", message);
  },
};

/** An address of the internet, which cannot be given back while something uses it. */
export const eip: ResourceType = {
  replaceOn: ["domain"],
  outputs: [...ec2Outputs, "allocationId", "publicIp"],
  create: (call) => {
    const { id, outputs } = ec2(call, "eipalloc", "elastic-ip");
    const last = (call.account.all("aws:ec2/eip:Eip").length % 254) + 1;
    return { id, outputs: { ...outputs, allocationId: id, publicIp: `203.0.113.${last}` } };
  },
  update: retagged,
  remove: ({ account }, { id, properties }) => {
    const users = account.find("aws:ec2/natGateway:NatGateway", { allocationId: id });
    if (users.length === 0) return;
    const message = `Address ${textOf(properties, "publicIp")} is in use.`;
    throw awsError("EC2: ReleaseAddress", "InvalidIPAddress.InUse", message);
  },
};

export const natGateway: ResourceType = {
  replaceOn: ["allocationId", "subnetId", "connectivityType"],
  outputs: [...ec2Outputs, "publicIp", "privateIp"],
  create: (call) => {
    const { account, inputs } = call;
    const allocationId = textOf(inputs, "allocationId");
    if (account.find("aws:ec2/natGateway:NatGateway", { allocationId }).length > 0) {
      const message = `Elastic IP address [${allocationId}] is already associated`;
      throw awsError("EC2: CreateNatGateway", "Resource.AlreadyAssociated", message);
    }
    const { id, outputs } = ec2(call, "nat", "natgateway");
    const publicIp = account.get("aws:ec2/eip:Eip", allocationId)?.properties["publicIp"] ?? "";
    return { id, outputs: { ...outputs, publicIp } };
  },
  update: retagged,
};

/** Its routes go with it. While it is associated it cannot go. */
export const routeTable: ResourceType = {
  replaceOn: ["vpcId"],
  outputs: ec2Outputs,
  create: (call) => ec2(call, "rtb", "route-table"),
  update: retagged,
  remove: ({ account }, { id }) => {
    const type = "aws:ec2/routeTableAssociation:RouteTableAssociation";
    if (account.find(type, { routeTableId: id }).length === 0) return;
    const message = `The routeTable '${id}' has dependencies and cannot be deleted.`;
    throw awsError("EC2: DeleteRouteTable", "DependencyViolation", message);
  },
};

export const route: ResourceType = {
  replaceOn: ["routeTableId", "destinationCidrBlock"],
  outputs: ["origin", "state"],
  create: ({ account, inputs }) => {
    const table = textOf(inputs, "routeTableId");
    const destinationCidrBlock = textOf(inputs, "destinationCidrBlock");
    const same = { routeTableId: table, destinationCidrBlock };
    if (account.find("aws:ec2/route:Route", same).length > 0) {
      const message = `The route identified by ${destinationCidrBlock} already exists.`;
      throw awsError("EC2: CreateRoute", "RouteAlreadyExists", message);
    }
    const id = `r-${table}${account.hex(10)}`;
    return { id, outputs: { origin: "CreateRoute", state: "active" } };
  },
};

export const routeTableAssociation: ResourceType = {
  replaceOn: ["subnetId", "gatewayId"],
  outputs: [],
  create: ({ account, inputs }) => {
    const type = "aws:ec2/routeTableAssociation:RouteTableAssociation";
    const subnetId = textOf(inputs, "subnetId");
    if (subnetId !== "" && account.find(type, { subnetId }).length > 0) {
      const message = "the specified association conflicts with an existing association";
      throw awsError("EC2: AssociateRouteTable", "Resource.AlreadyAssociated", message);
    }
    return { id: `rtbassoc-${account.hex(17)}`, outputs: {} };
  },
};

/** The way from a VPC to a service of AWS that does not leave the network. */
export const vpcEndpoint: ResourceType = {
  replaceOn: ["vpcId", "serviceName", "vpcEndpointType"],
  outputs: [...ec2Outputs, "state", "networkInterfaceIds", "dnsEntries"],
  create: (call) => {
    const { id, outputs } = ec2(call, "vpce", "vpc-endpoint");
    return { id, outputs: { ...outputs, state: "available" } };
  },
  update: retagged,
};
