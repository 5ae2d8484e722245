import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { awsLeftovers } from "../../../scripts/lib/leftovers.ts";

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:111122223333:${resource}`;
const balancer = arn("elasticloadbalancing", "loadbalancer/net/a1/1");
const group = arn("ec2", "security-group/sg-1");
const volume = arn("ec2", "volume/vol-1");

/** AWS with these ARNs under these tags. */
const aws = (tagged: Readonly<Record<string, readonly string[]>>) => {
  const asked: string[] = [];
  const ask = (words: readonly string[]) => {
    asked.push(words.join(" "));
    const found = tagged[words.at(-1) ?? ""] ?? [];
    const ResourceTagMappingList = found.map((ResourceARN) => ({ ResourceARN }));
    return Promise.resolve(JSON.stringify({ ResourceTagMappingList }));
  };
  return { ask, asked };
};

describe("what an EKS cluster left in AWS", () => {
  it("is found by each of the tags that its controllers use, once and sorted", async () => {
    const { ask, asked } = aws({
      "Key=kubernetes.io/cluster/prod": [volume, balancer],
      "Key=elbv2.k8s.aws/cluster,Values=prod": [balancer],
      "Key=cluster.k8s.amazonaws.com/name,Values=prod": [group],
    });
    assert.deepEqual(await awsLeftovers(ask, "prod"), [group, volume, balancer]);
    assert.equal(asked.length, 3);
    assert.ok(asked.every((words) => words.startsWith("resourcegroupstaggingapi get-resources ")));
  });

  it("is nothing of what goes with it, though AWS still lists that", async () => {
    const { ask } = aws({
      "Key=kubernetes.io/cluster/prod": [
        arn("ec2", "instance/i-1"),
        arn("ec2", "launch-template/lt-1"),
        arn("eks", "cluster/prod"),
      ],
    });
    assert.deepEqual(await awsLeftovers(ask, "prod"), []);
  });

  it("is not known where AWS does not answer", async () => {
    await assert.rejects(
      awsLeftovers(() => Promise.reject(new Error("Unable to locate credentials")), "prod"),
      /Unable to locate credentials/,
    );
  });
});
