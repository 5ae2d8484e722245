import type { Properties } from "../../plugin/properties.ts";
import type { Account } from "../account.ts";
import { contains, overlaps, parseCidr } from "../cidr.ts";
import { objectOf, type ResourceType, textOf, textsOf } from "../resource-type.ts";
import { azureError, checkName, commonOutputs, idIn } from "./words.ts";

const located = ["resourceGroupName", "location"];
const outputs = [
  "name",
  "type",
  "provisioningState",
  "azureApiVersion",
  "etag",
  "location",
  "tags",
];
const subnetType = "azure-native:network:Subnet";
const networkName = /^[a-zA-Z0-9]([\w.-]{0,78}\w)?$/;

function prefixesOf(properties: Properties): string[] {
  return textsOf(objectOf(properties["addressSpace"])["addressPrefixes"]);
}

export const virtualNetwork: ResourceType = {
  replaceOn: [...located, "virtualNetworkName"],
  nameInput: "virtualNetworkName",
  outputs: [...outputs, "subnets", "resourceGuid"],
  check: (inputs) => checkName(inputs, "virtualNetworkName", networkName),
  create: (call) => {
    const name = textOf(call.inputs, "virtualNetworkName");
    const type = "Microsoft.Network/virtualNetworks";
    for (const prefix of prefixesOf(call.inputs)) {
      if (parseCidr(prefix) !== undefined) continue;
      const message = `The address prefix ${prefix} is not formatted correctly.`;
      throw azureError(400, "InvalidAddressPrefixFormat", message);
    }
    return { id: idIn(call, `${type}/${name}`), outputs: commonOutputs(call, name, type) };
  },
  remove: ({ account }, resource) => {
    const [used] = account.all(subnetType).filter(({ id }) => id.startsWith(`${resource.id}/`));
    if (used === undefined || usersOf(account, used.id).length === 0) return;
    throw inUse(account, used.id);
  },
};

export const subnet: ResourceType = {
  replaceOn: ["resourceGroupName", "virtualNetworkName", "subnetName"],
  nameInput: "subnetName",
  outputs: [...outputs, "purpose"],
  check: (inputs) => checkName(inputs, "subnetName", networkName),
  create: (call) => {
    const { account, inputs } = call;
    const [name, network] = [textOf(inputs, "subnetName"), textOf(inputs, "virtualNetworkName")];
    const prefix = textOf(inputs, "addressPrefix");
    const parent = idIn(call, `Microsoft.Network/virtualNetworks/${network}`);
    const virtual = account.get("azure-native:network:VirtualNetwork", parent);
    const block = parseCidr(prefix);
    const spaces = prefixesOf(virtual?.properties ?? {}).map(parseCidr);
    if (
      block === undefined ||
      !spaces.some((space) => space !== undefined && contains(space, block))
    ) {
      const message = `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${network}'.`;
      throw azureError(400, "NetcfgSubnetRangeOutsideVnet", message);
    }
    for (const other of account.all(subnetType)) {
      const taken = parseCidr(textOf(other.properties, "addressPrefix"));
      if (!other.id.startsWith(`${parent}/`) || !taken || !overlaps(taken, block)) continue;
      const message = `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${network}'.`;
      throw azureError(400, "NetcfgInvalidSubnet", message);
    }
    const type = "Microsoft.Network/virtualNetworks/subnets";
    return { id: `${parent}/subnets/${name}`, outputs: commonOutputs(call, name, type) };
  },
  remove: ({ account }, resource) => {
    if (usersOf(account, resource.id).length > 0) throw inUse(account, resource.id);
  },
};

/** The clusters and pools with nodes in the subnet. */
function usersOf(account: Account, subnetId: string): string[] {
  const pools = (properties: Properties) => {
    const profiles = properties["agentPoolProfiles"];
    return Array.isArray(profiles) ? profiles.map(objectOf) : [properties];
  };
  const types = ["ManagedCluster", "AgentPool"].map(
    (kind) => `azure-native:containerservice:${kind}`,
  );
  return account
    .all()
    .filter(({ type }) => types.includes(type))
    .filter(({ properties }) => pools(properties).some((pool) => pool["vnetSubnetID"] === subnetId))
    .map(({ id }) => id);
}

function inUse(account: Account, id: string): Error {
  const name = id.split("/").at(-1) ?? id;
  const message =
    `Subnet ${name} is in use by ${usersOf(account, id).join(", ")} and cannot be deleted. ` +
    "In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.";
  return azureError(400, "InUseSubnetCannotBeDeleted", message);
}

export const publicIpAddress: ResourceType = {
  replaceOn: [...located, "publicIpAddressName", "sku", "zones"],
  nameInput: "publicIpAddressName",
  outputs: [...outputs, "ipAddress", "resourceGuid"],
  check: (inputs) => checkName(inputs, "publicIpAddressName", networkName),
  create: (call) => {
    const name = textOf(call.inputs, "publicIpAddressName");
    const type = "Microsoft.Network/publicIPAddresses";
    const ipAddress = `203.0.113.${(call.account.all().length % 254) + 1}`;
    const common = commonOutputs(call, name, type);
    return { id: idIn(call, `${type}/${name}`), outputs: { ...common, ipAddress } };
  },
  remove: ({ account }, resource) => {
    const user = account
      .all("azure-native:network:NatGateway")
      .find(({ properties }) => refersTo(properties["publicIpAddresses"], resource.id));
    if (user === undefined) return;
    const message = `Public IP address ${resource.id} can not be deleted since it is still allocated to resource ${user.id}.`;
    throw azureError(400, "PublicIPAddressCannotBeDeleted", message);
  },
};

export const natGateway: ResourceType = {
  replaceOn: [...located, "natGatewayName", "sku", "zones"],
  nameInput: "natGatewayName",
  outputs: [...outputs, "subnets", "resourceGuid"],
  check: (inputs) => checkName(inputs, "natGatewayName", networkName),
  create: (call) => {
    const name = textOf(call.inputs, "natGatewayName");
    const type = "Microsoft.Network/natGateways";
    return { id: idIn(call, `${type}/${name}`), outputs: commonOutputs(call, name, type) };
  },
  remove: ({ account }, resource) => {
    const user = account
      .all(subnetType)
      .find(({ properties }) => refersTo(properties["natGateway"], resource.id));
    if (user === undefined) return;
    const message = `Nat Gateway ${resource.id} cannot be deleted because it is in use by ${user.id}.`;
    throw azureError(400, "NatGatewayCannotBeDeletedInUse", message);
  },
};

function refersTo(value: Properties[string] | undefined, id: string): boolean {
  return objectOf(value)["id"] === id;
}
