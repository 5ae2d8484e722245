import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  systemPool,
  unmanaged,
  userPool,
} from "../../../../components/cluster/aks/pool-profile.ts";
import { readAks } from "../../../support/aks.ts";
import type { Values } from "../../../support/settings.ts";

const subnetId = "/subnet";

/** What the pools are made of with these values of `cluster.aks`, and what Azure changes of the system pool. */
async function made(values: Values) {
  const aks = await readAks(values);
  const paths = { version: "kubernetesVersion", pool: "agentPoolProfiles[0]." };
  return {
    system: systemPool(aks, subnetId) as Values,
    ignored: unmanaged(aks, { ...paths, size: aks.nodes.system }),
    pools: aks.nodes.pools.map((pool) => ({
      pool: userPool(pool, aks, subnetId) as Values,
      ignored: unmanaged(aks, { version: "orchestratorVersion", pool: "", size: pool }),
    })),
  };
}

describe("the nodes of a cluster in Azure", () => {
  it("are in a system pool that takes only what is critical, over three zones", async () => {
    const { system } = await made({});
    assert.deepEqual(system, {
      name: "system",
      mode: "System",
      vmSize: "Standard_D4ds_v5",
      ...{ count: 3, enableAutoScaling: true, minCount: 3, maxCount: 5 },
      type: "VirtualMachineScaleSets",
      ...{ osType: "Linux", osSKU: "AzureLinux", osDiskType: "Ephemeral", osDiskSizeGB: 100 },
      vnetSubnetID: subnetId,
      ...{ enableNodePublicIP: false, enableEncryptionAtHost: true },
      securityProfile: { sshAccess: "Disabled" },
      upgradeSettings: { maxSurge: "33%" },
      availabilityZones: ["1", "2", "3"],
      orchestratorVersion: "1.34",
      nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
    });
  });

  it("are in pools as they are said", async () => {
    const batch = {
      name: "batch",
      vmSize: "Standard_D8ds_v5",
      ...{ min: 0, max: 4, diskGiB: 200 },
      labels: { workload: "batch" },
      taints: ["workload=batch:NoSchedule"],
    };
    const nodes = { zones: [], encryptionAtHost: false, pools: [{ name: "apps" }, batch] };
    const { pools } = await made({ nodes });
    assert.deepEqual(pools[1]?.pool, {
      mode: "User",
      vmSize: "Standard_D8ds_v5",
      ...{ count: 0, enableAutoScaling: true, minCount: 0, maxCount: 4 },
      type: "VirtualMachineScaleSets",
      ...{ osType: "Linux", osSKU: "AzureLinux", osDiskType: "Ephemeral", osDiskSizeGB: 200 },
      vnetSubnetID: subnetId,
      ...{ enableNodePublicIP: false, enableEncryptionAtHost: false },
      securityProfile: { sshAccess: "Disabled" },
      upgradeSettings: { maxSurge: "33%" },
      orchestratorVersion: "1.34",
      nodeLabels: { workload: "batch" },
      nodeTaints: ["workload=batch:NoSchedule"],
    });
  });

  it("are as many as the autoscaler says where it may, and else as many as is said", async () => {
    const { ignored, pools } = await made({
      nodes: { pools: [{ name: "apps" }, { name: "fixed", min: 3, max: 3 }] },
    });
    assert.deepEqual(ignored, ["agentPoolProfiles[0].count"]);
    assert.deepEqual(
      pools.map(({ pool, ignored: own }) => [pool["enableAutoScaling"], pool["minCount"], own]),
      [
        [true, 2, ["count"]],
        [false, undefined, []],
      ],
    );
  });

  it("are of the version of the cluster, which a person moves on under the channel patch", async () => {
    const { system, pools, ignored } = await made({ version: "1.35" });
    assert.deepEqual(
      [system["orchestratorVersion"], pools[0]?.pool["orchestratorVersion"]],
      ["1.35", "1.35"],
    );
    assert.ok(!ignored.includes("kubernetesVersion"));
  });

  for (const channel of ["stable", "rapid"]) {
    it(`are of a version that Azure moves on under the channel ${channel}`, async () => {
      const { ignored, pools } = await made({ upgrades: { channel } });
      assert.deepEqual(ignored, [
        ...["kubernetesVersion", "agentPoolProfiles[0].orchestratorVersion"],
        "agentPoolProfiles[0].count",
      ]);
      assert.deepEqual(pools[0]?.ignored, ["orchestratorVersion", "count"]);
    });
  }

  it("are a fixed number in the system pool where the others make themselves", async () => {
    const { system, pools, ignored } = await made({ nodes: { mode: "auto" } });
    assert.deepEqual([system["enableAutoScaling"], system["count"]], [false, 3]);
    assert.deepEqual([ignored, pools], [[], []]);
  });
});
