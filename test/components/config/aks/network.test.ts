import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readAks, refuses, remove, set, sharedId } from "../../../support/aks.ts";

const subnetId = sharedId("Network/virtualNetworks/hub/subnets/aks");

describe("the network of an AKS cluster", () => {
  refuses([
    [
      "a subnet by its name",
      { network: { subnetId: "aks" } },
      `cluster.aks.network.subnetId must be the id of a subnet, got "aks". ${set("network.subnetId", "/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Network/virtualNetworks/NAME/subnets/NAME")}`,
    ],
    [
      "addresses for a network that is there",
      { network: { subnetId, cidr: "10.1.0.0/16" } },
      `cluster.aks.network.cidr must be absent when subnetId is set: that network is there, got "10.1.0.0/16". ${remove("network.cidr")}`,
    ],
    [
      "a route table in a network of this stack, which has none",
      { network: { outbound: "userDefinedRouting" } },
      `cluster.aks.network.outbound must be "loadBalancer" or "natGateway", got "userDefinedRouting". ${set("network.outbound", "loadBalancer")}`,
    ],
    [
      "a network that is too small for nodes",
      { network: { cidr: "10.1.0.0/24" } },
      `cluster.aks.network.cidr must be an IPv4 network from /16 to /22, such as 10.0.0.0/16, got "10.1.0.0/24". ${set("network.cidr", "10.0.0.0/16")}`,
    ],
    [
      "nodes with addresses of Services",
      { network: { cidr: "10.0.0.0/16" } },
      "cluster.aks.network.cidr must share no address with cluster.aks.network.serviceCidr (10.0.0.0/16), got 10.0.0.0/16. Choose another network for one of them.",
    ],
    [
      "pods with addresses of Services",
      { network: { podCidr: "10.0.0.0/14" } },
      "cluster.aks.network.podCidr must share no address with cluster.aks.network.serviceCidr (10.0.0.0/16), got 10.0.0.0/14. Choose another network for one of them.",
    ],
  ]);

  it("is one of this stack, whose addresses nothing else in the cluster has", async () => {
    const { network } = await readAks({});
    assert.deepEqual(network, {
      cidr: "10.224.0.0/16",
      outbound: "loadBalancer",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.0.0.0/16",
    });
  });

  it("is a subnet that is there, with a route table", async () => {
    const { network } = await readAks({ network: { subnetId, outbound: "userDefinedRouting" } });
    assert.deepEqual(network, {
      ...{ subnetId, outbound: "userDefinedRouting" },
      ...{ podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16" },
    });
  });
});
