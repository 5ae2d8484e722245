import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { networkProfile } from "../../../../components/cluster/aks/endpoint.ts";
import { azureTypes, madeAks, readAks, sharedId } from "../../../support/aks.ts";
import { optionsOf } from "../../../support/mocks.ts";
import type { Values } from "../../../support/settings.ts";

const clusterName = "cluster-control-plane-cluster";

describe("the control plane of a cluster in Azure", () => {
  it("is as it is said, with an uptime that Microsoft answers for where it is protected", async () => {
    const engine = await madeAks(
      { version: "1.35", upgrades: { day: "Tuesday", start: "22:30", hours: 6 } },
      { protect: true },
    );
    const { inputs } = engine.get(clusterName);
    assert.equal(inputs["kubernetesVersion"], "1.35");
    assert.deepEqual(inputs["sku"], { name: "Base", tier: "Standard" });
    assert.deepEqual(engine.get("cluster-control-plane-node-os-window").inputs, {
      ...{ resourceGroupName: "rg-staging", resourceName: "staging" },
      configName: "aksManagedNodeOSUpgradeSchedule",
      maintenanceWindow: {
        schedule: { weekly: { dayOfWeek: "Tuesday", intervalWeeks: 1 } },
        ...{ startTime: "22:30", durationHours: 6, utcOffset: "+00:00" },
      },
    });
  });

  it("is made anew only for what another cluster alone can have", async () => {
    const engine = await madeAks({ nodes: { mode: "auto" } });
    assert.deepEqual(optionsOf(clusterName)?.replaceOnChanges, [
      "agentPoolProfiles[0].vnetSubnetID",
      "apiServerAccessProfile.enablePrivateCluster",
      "apiServerAccessProfile.privateDNSZone",
      "networkProfile.serviceCidr",
    ]);
    const { sku, nodeProvisioningProfile } = engine.get(clusterName).inputs;
    assert.deepEqual(sku, { name: "Base", tier: "Free" });
    assert.deepEqual(nodeProvisioningProfile, { mode: "Auto", defaultNodePools: "Auto" });
    assert.equal(azureTypes(engine)["containerservice:AgentPool"], undefined);
  });

  const subnetId = sharedId("Network/virtualNetworks/hub/subnets/aks");
  const outbounds: readonly (readonly [network: Values, outboundType: string])[] = [
    [{}, "loadBalancer"],
    [{ outbound: "natGateway" }, "userAssignedNATGateway"],
    [{ subnetId, outbound: "userDefinedRouting" }, "userDefinedRouting"],
  ];
  for (const [network, outboundType] of outbounds) {
    it(`reaches the internet by ${outboundType}`, async () => {
      const aks = await readAks({ network });
      assert.equal(networkProfile(aks.network).outboundType, outboundType);
    });
  }

  it("has its DNS among the addresses of Services", async () => {
    const aks = await readAks({ network: { serviceCidr: "172.16.0.0/16" } });
    const { dnsServiceIP, serviceCidr } = networkProfile(aks.network);
    assert.deepEqual([dnsServiceIP, serviceCidr], ["172.16.0.10", "172.16.0.0/16"]);
  });

  it("leaves half of its network to private endpoints", async () => {
    const engine = await madeAks({ network: { cidr: "10.1.0.0/20" } });
    const { addressPrefix } = engine.get("cluster-network-nodes").inputs;
    assert.equal(addressPrefix, "10.1.0.0/21");
  });
});
