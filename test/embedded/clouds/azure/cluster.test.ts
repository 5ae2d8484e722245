import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Properties } from "../../../../embedded/plugin/properties.ts";
import {
  cloud,
  here,
  location,
  make,
  makeCluster,
  makeSubnet,
  remove,
  subnetInputs,
  subscription,
  types,
} from "../support/azure-scene.ts";
import { inStateHome } from "../support/test-cloud.ts";

describe("the network of Azure", () => {
  inStateHome();

  it("is in a resource group that is there", async () => {
    await assert.rejects(
      make("network", { ...here, virtualNetworkName: "vnet-dev", addressSpace: {} }),
      {
        message:
          'Status=404 Code="ResourceGroupNotFound" Message="Resource group \'rg-dev\' could not be found."',
      },
    );
  });

  it("has subnets within its addresses that do not overlap", async () => {
    const id = await makeSubnet();
    assert.equal(
      id,
      `${subscription}/resourceGroups/rg-dev/providers/Microsoft.Network/virtualNetworks/vnet-dev/subnets/snet-nodes`,
    );
    await assert.rejects(
      make("subnet", subnetInputs("a", "10.1.0.0/24")),
      /Code="NetcfgSubnetRangeOutsideVnet"/,
    );
    await assert.rejects(
      make("subnet", subnetInputs("a", "10.0.1.0/24")),
      /Code="NetcfgInvalidSubnet"/,
    );
    await make("subnet", subnetInputs("a", "10.0.128.0/24"));
  });

  it("keeps a subnet with the nodes of a cluster, and its network", async () => {
    const { inputs, grant, subnetId } = await makeCluster();
    await grant();
    const { id } = await make("cluster", inputs);
    const refused = /Code="InUseSubnetCannotBeDeleted" Message="Subnet snet-nodes is in use by /;
    await assert.rejects(remove("subnet", subnetId), refused);
    await assert.rejects(remove("network", subnetId.replace(/\/subnets.*/, "")), refused);
    await remove("cluster", id);
    await remove("subnet", subnetId);
  });
});

describe("an AKS cluster", () => {
  inStateHome();

  it("needs the right to join nodes to the subnet", async () => {
    const { inputs, grant } = await makeCluster();
    await assert.rejects(make("cluster", inputs), /Status=403 Code="LinkedAuthorizationFailed"/);
    await grant();
    const { id, state } = await make("cluster", inputs);
    assert.match(
      id,
      /\/resourceGroups\/rg-dev\/providers\/Microsoft\.ContainerService\/managedClusters\/dev$/,
    );
    const { issuerURL } = state["oidcIssuerProfile"] as Record<string, string>;
    assert.match(issuerURL ?? "", /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/[\w/-]+\/$/);
  });

  it("is not without local accounts where it does not know Entra", async () => {
    const { inputs, grant } = await makeCluster();
    await grant();
    const { aadProfile, ...without } = inputs;
    assert.notEqual(aadProfile, undefined);
    await assert.rejects(make("cluster", without), /Disabling local accounts is not supported/);
  });

  it("stays private, and never goes back to an older version", async () => {
    const { inputs, grant } = await makeCluster();
    await grant();
    const { id } = await make("cluster", inputs);
    const update = (change: Properties) =>
      cloud.update(types.cluster, id, { ...inputs, ...change });
    await update({ kubernetesVersion: "1.35" });
    await assert.rejects(update({}), /Downgrading control plane from version 1\.35 to 1\.34/);
    await assert.rejects(
      update({ kubernetesVersion: "1.35", apiServerAccessProfile: {} }),
      /Code="PropertyChangeNotAllowed"/,
    );
  });

  it("takes its pools, its windows and the group of its nodes along", async () => {
    const { inputs, grant } = await makeCluster();
    await grant();
    const before = cloud.account.all().length;
    const { id } = await make("cluster", inputs);
    await make("pool", { ...here, resourceName: "dev", agentPoolName: "apps" });
    assert.equal(cloud.account.all().length, before + 3);
    await remove("cluster", id);
    assert.equal(cloud.account.all().length, before);
  });

  const replaced = [
    [{ dnsPrefix: "other" }, "dnsPrefix"],
    [{ networkProfile: { podCidr: "10.9.0.0/16" } }, "networkProfile.podCidr"],
    [{ location: "northeurope" }, "location"],
  ] as const;
  for (const [change, path] of replaced) {
    it(`is replaced when ${path} changes`, () => {
      const old = { dnsPrefix: "dev", location, networkProfile: { podCidr: "10.8.0.0/16" } };
      const { changes, deleteBeforeReplace } = cloud.diff(types.cluster, old, {
        ...old,
        ...change,
      });
      assert.deepEqual([...changes], [[path, "UPDATE_REPLACE"]]);
      assert.equal(deleteBeforeReplace, true);
    });
  }
});
