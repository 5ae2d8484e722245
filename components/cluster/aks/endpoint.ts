import * as pulumi from "@pulumi/pulumi";

import type { AksConfig, AksNetworkConfig, AksOutbound } from "../../config/aks/types.ts";

/**
 * apiServerAccess is where the API server answers: at a private address only, or at a public one to the networks that
 * were named. AKS adds the addresses of its own load balancer to these, and of nobody's NAT gateway
 * (https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges). The command that runs in the cluster past all
 * that (`az aks command invoke`) is off.
 */
export function apiServerAccess(
  { publicCidrs, privateDnsZoneId }: Pick<AksConfig, "publicCidrs" | "privateDnsZoneId">,
  egress: pulumi.Output<string> | undefined,
) {
  if (publicCidrs.length === 0) {
    return {
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      privateDNSZone: privateDnsZoneId ?? "system",
      disableRunCommand: true,
    };
  }
  const ofNodes = egress === undefined ? [] : [pulumi.interpolate`${egress}/32`];
  return {
    enablePrivateCluster: false,
    authorizedIPRanges: [...publicCidrs, ...ofNodes],
    disableRunCommand: true,
  };
}

const outboundTypes: Readonly<Record<AksOutbound, string>> = {
  loadBalancer: "loadBalancer",
  natGateway: "userAssignedNATGateway",
  userDefinedRouting: "userDefinedRouting",
};

/** networkProfile gives pods addresses of their own, and lets Cilium carry and filter what they send. */
export function networkProfile({ podCidr, serviceCidr, outbound }: AksNetworkConfig) {
  return {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    networkDataplane: "cilium",
    networkPolicy: "cilium",
    loadBalancerSku: "standard",
    outboundType: outboundTypes[outbound],
    podCidr,
    serviceCidr,
    dnsServiceIP: tenth(serviceCidr),
  };
}

/** `10.0.0.10` of `10.0.0.0/16`: the address of the DNS of a cluster, by custom. */
function tenth(cidr: string): string {
  const [address = ""] = cidr.split("/");
  return address.replace(/\d+$/, (last) => String(Number(last) + 10));
}
