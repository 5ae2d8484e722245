import type { Fields } from "../fields.ts";
import { overlap } from "../networks.ts";
import { oneOf } from "../rules.ts";
import { networkCidr, podCidr, resourceId, serviceCidr } from "./rules.ts";
import type { AksNetworkConfig } from "./types.ts";

const subnet = resourceId("Microsoft.Network/virtualNetworks/subnets", "a subnet");

/** Reads the network: one that is made, or a subnet that is there. */
export function readNetwork(aks: Fields): AksNetworkConfig {
  const fields = aks.object("network");
  const overlay = {
    podCidr: fields.value("podCidr", podCidr, "10.244.0.0/16"),
    serviceCidr: fields.value("serviceCidr", serviceCidr, "10.0.0.0/16"),
  };
  const own = fields.has("subnetId") ? readExisting(fields) : readOwn(fields);
  checkOverlaps(fields, { ...overlay, ...("cidr" in own && { cidr: own.cidr }) });
  fields.finish();
  return { ...own, ...overlay };
}

function readExisting(fields: Fields) {
  fields.absent("cidr", "when subnetId is set: that network is there");
  return {
    subnetId: fields.required("subnetId", subnet) ?? "",
    outbound: fields.value(
      "outbound",
      oneOf("loadBalancer", "natGateway", "userDefinedRouting"),
      "loadBalancer",
    ),
  };
}

function readOwn(fields: Fields) {
  fields.allow("subnetId");
  return {
    cidr: fields.value("cidr", networkCidr, "10.224.0.0/16"),
    outbound: fields.value("outbound", oneOf("loadBalancer", "natGateway"), "loadBalancer"),
  };
}

/** A node sends what is for one of them past the other. */
function checkOverlaps(fields: Fields, networks: Readonly<Record<string, string>>): void {
  const all = Object.entries(networks);
  for (const [index, [key, network]] of all.entries()) {
    for (const [other, second] of all.slice(index + 1)) {
      if (!overlap(network, second)) continue;
      const [what, own, from, with_] = fields.has(other)
        ? [other, second, key, network]
        : [key, network, other, second];
      fields.report({
        what: fields.path(what),
        must: `share no address with ${fields.path(from)} (${with_})`,
        got: own,
        fix: "Choose another network for one of them.",
      });
    }
  }
}
