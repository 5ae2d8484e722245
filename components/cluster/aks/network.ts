import { NatGateway } from "@pulumi/azure-native/network/natGateway.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import * as pulumi from "@pulumi/pulumi";

import type { AksOwnNetworkConfig } from "../../config/aks/types.ts";
import type { Place } from "./place.ts";

export interface NetworkArgs extends Pick<AksOwnNetworkConfig, "cidr" | "outbound"> {
  readonly place: Place;
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
}

/**
 * Network is a virtual network with a subnet for nodes, its first half; the other half is left to private endpoints.
 * Nothing in the subnet reaches the internet but through the load balancer of the cluster or the NAT gateway.
 */
export class Network extends pulumi.ComponentResource {
  readonly subnetId: pulumi.Output<string>;
  /** The address from which nodes reach the internet; undefined where the cluster has its own. */
  readonly egress: pulumi.Output<string> | undefined;

  constructor(
    name: string,
    { cidr, outbound, place, protect }: NetworkArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:aks:Network", name, {}, opts);
    const { cluster, ...located } = place;
    const virtual = new VirtualNetwork(
      `${name}-virtual`,
      {
        ...located,
        virtualNetworkName: `vnet-${cluster}`,
        addressSpace: { addressPrefixes: [cidr] },
      },
      {
        parent: this,
        protect,
        // Subnets are resources of their own: the list of the network would remove them.
        ignoreChanges: ["subnets"],
        // Azure moves no network that is in use: with other addresses it is another one, and so is the cluster.
        replaceOnChanges: ["addressSpace"],
        deleteBeforeReplace: true,
      },
    );
    const { gateway, address } = outbound === "natGateway" ? this.#natGateway(name, place) : {};
    const subnet = new Subnet(
      `${name}-nodes`,
      {
        resourceGroupName: place.resourceGroupName,
        virtualNetworkName: virtual.name,
        subnetName: "snet-nodes",
        addressPrefix: firstHalf(cidr),
        // https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access
        defaultOutboundAccess: false,
        ...(gateway !== undefined && { natGateway: { id: gateway.id } }),
      },
      { parent: this, protect, replaceOnChanges: ["addressPrefix"], deleteBeforeReplace: true },
    );
    this.subnetId = subnet.id;
    this.egress = address?.ipAddress.apply((ip) => ip ?? "");
    this.registerOutputs();
  }

  /** Without a zone of its own a gateway stands in one that Azure chooses; its address serves all. */
  #natGateway(name: string, { cluster, ...located }: Place) {
    const address = new PublicIPAddress(
      `${name}-egress`,
      {
        ...located,
        publicIpAddressName: `pip-${cluster}-egress`,
        sku: { name: "Standard" },
        publicIPAllocationMethod: "Static",
      },
      { parent: this, deleteBeforeReplace: true },
    );
    const gateway = new NatGateway(
      `${name}-nat`,
      {
        ...located,
        natGatewayName: `ng-${cluster}`,
        sku: { name: "Standard" },
        publicIpAddresses: [{ id: address.id }],
      },
      { parent: this, deleteBeforeReplace: true },
    );
    return { gateway, address };
  }
}

/** `10.0.0.0/17` of `10.0.0.0/16`. */
function firstHalf(cidr: string): string {
  const [address = "", prefix] = cidr.split("/");
  return `${address}/${Number(prefix) + 1}`;
}
