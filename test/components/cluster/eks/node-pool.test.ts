import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { madeEks } from "../../../support/eks.ts";
import type { Values } from "../../../support/settings.ts";

async function pool(values: Values) {
  const engine = await madeEks({
    tags: { team: "platform" },
    nodes: { pools: [{ name: "system" }, { name: "one", ...values }] },
  });
  return {
    group: engine.get("cluster-nodes-one-group").inputs,
    template: engine.get("cluster-nodes-one-template").inputs,
  };
}

describe("a pool of nodes in AWS", () => {
  it("has all that is registered of it", async () => {
    const { group } = await pool({});
    assert.deepEqual(group, {
      clusterName: "prod",
      nodeGroupNamePrefix: "one-",
      version: "1.34",
      nodeRoleArn: "arn:aws:iam::111122223333:role/prod-eu-central-1-node",
      subnetIds: ["a", "b", "c"].map((zone) => `cluster-network-private-eu-central-1${zone}-id`),
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "ON_DEMAND",
      instanceTypes: ["m7i.large"],
      launchTemplate: { id: "cluster-nodes-one-template-id", version: "1" },
      scalingConfig: { minSize: 3, maxSize: 6, desiredSize: 3 },
      updateConfig: { maxUnavailablePercentage: 33 },
      nodeRepairConfig: { enabled: true },
      labels: {},
      taints: [],
    });
  });

  const images: readonly (readonly [os: string, type: string, ami: string, device: string])[] = [
    ["AL2023", "m7i.large", "AL2023_x86_64_STANDARD", "/dev/xvda"],
    ["AL2023", "m7g.large", "AL2023_ARM_64_STANDARD", "/dev/xvda"],
    ["Bottlerocket", "m7i.large", "BOTTLEROCKET_x86_64", "/dev/xvdb"],
    ["Bottlerocket", "m7g.large", "BOTTLEROCKET_ARM_64", "/dev/xvdb"],
  ];
  for (const [os, type, ami, device] of images) {
    it(`of ${os} on ${type} runs ${ami} and keeps pods on ${device}`, async () => {
      const { group, template } = await pool({ os, instanceTypes: [type], diskGiB: 80 });
      assert.equal(group["amiType"], ami);
      assert.deepEqual(template["blockDeviceMappings"], [
        {
          deviceName: device,
          ebs: {
            volumeSize: 80,
            volumeType: "gp3",
            encrypted: "true",
            deleteOnTermination: "true",
          },
        },
      ]);
    });
  }

  it("may be of spare capacity, labelled and tainted", async () => {
    const { group } = await pool({
      capacity: "spot",
      labels: { batch: "true" },
      taints: [
        { key: "batch", value: "true", effect: "NoSchedule" },
        { key: "old", effect: "PreferNoSchedule" },
      ],
    });
    assert.equal(group["capacityType"], "SPOT");
    assert.deepEqual(group["labels"], { batch: "true" });
    assert.deepEqual(group["taints"], [
      { key: "batch", value: "true", effect: "NO_SCHEDULE" },
      { key: "old", value: "", effect: "PREFER_NO_SCHEDULE" },
    ]);
  });

  it("tags what EC2 makes of it, which the tags of the provider do not reach", async () => {
    const { template } = await pool({});
    assert.deepEqual(
      template["tagSpecifications"],
      ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags: { Name: "prod-one", team: "platform", "flux-bootstrap.dev/cluster": "prod" },
      })),
    );
  });
});
