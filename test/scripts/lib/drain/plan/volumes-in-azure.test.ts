import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { clusterGroupOf } from "../../../../../scripts/lib/drain/plan/volumes.ts";
import { layers, planOf, stepOf } from "../../../support/drain-plan.ts";
import { within } from "../../../../support/destroy/fleet.ts";
import { statefulSet } from "../../../../support/destroy/manifests.ts";

const apps = "Kustomization/flux-system/apps";
const volume = "PersistentVolume//pv-shop-data-store-0";
const fleet = layers({ apps: within("shop", [statefulSet("store")]) });

describe("the data of a volume on a cluster in Azure that goes with its own resource group", () => {
  const clusterGroup = clusterGroupOf("aks", "Prod") ?? "";
  const kept = (volumeHandle: string, group = clusterGroup) => {
    const patches = { [volume]: { spec: { csi: { volumeHandle } } } };
    const plan = planOf(fleet, { volumes: "keep", patches, clusterGroup: group });
    const reason = plan.kept.find(({ key }) => key === volume)?.reason;
    return [stepOf(plan, apps).volumes[0]?.goesWithCluster, reason?.split(":")[0]];
  };
  const disk = (group: string) =>
    `/subscriptions/1/resourceGroups/${group}/providers/Microsoft.Compute/disks/pvc-1`;
  const lost = [true, "kept until Azure deletes it with the cluster"];

  it("is lost with a disk or a share of that group, though volumes are kept", () => {
    assert.deepEqual(kept(disk("rg-prod-nodes")), lost);
    assert.deepEqual(kept("rg-prod-nodes#account#share###default"), lost);
  });

  it("is kept in another group, and by a cluster of another kind", () => {
    assert.deepEqual(kept(disk("rg-prod-nodes-2")), [undefined, "volumes are kept"]);
    assert.equal(clusterGroupOf("existing", "prod"), undefined);
    assert.equal(clusterGroupOf("eks", "prod"), undefined);
  });
});
