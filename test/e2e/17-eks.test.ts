import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { readAccount } from "../../embedded/clouds/account.ts";
import { writeSettings } from "../../embedded/clouds/settings.ts";
import { tokensRenewed } from "../../embedded/clouds/tokens.ts";
import { ConfigMap } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import {
  administrator,
  type CloudGround,
  requireBootstrapped,
} from "../support/clouds/cloud-ground.ts";
import type { CloudStack } from "../support/clouds/cloud-stack.ts";
import { clusterWith, left, name, openStack } from "../support/clouds/eks-stack.ts";

const clusterType = "aws:eks/cluster:Cluster";
const group = "aws:eks/nodeGroup:NodeGroup";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const balancer = "elasticloadbalancing:loadbalancer";
const tagged = { identities: [], tags: { Team: "platform" } };
const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555";

let ground: CloudGround;
let stack: CloudStack;

before(async () => {
  ({ ground, stack } = await openStack(tagged));
});

after(async () => {
  await stack.close();
  await ground.close();
});

const madeAt = () => readAccount("aws").all(clusterType)[0]?.properties["createdAt"];

describe("an EKS stack of the whole program", () => {
  it("is previewed within ten seconds before anything is there", async () => {
    const began = Date.now();
    const { code, output } = await stack.preview();
    assert.equal(code, 0, output);
    assert.match(output, /aws:eks:Cluster \S+ create/);
    assert.match(output, /FluxInstance \S+ create/);
    assert.ok(Date.now() - began <= 10_000, `${Date.now() - began} ms`);
    assert.deepEqual(left(), []);
  });

  it("fails with the words of the cloud when nodes do not join", async () => {
    const message =
      "waiting for EKS Node Group create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. " +
      "last error: NodeCreationFailure: Instances failed to join the kubernetes cluster";
    writeSettings("aws", {
      faults: [{ type: group, operation: "create", times: 1, message, remains: true }],
      throttleEvery: 7,
    });
    const { code, output } = await stack.up();
    assert.notEqual(code, 0);
    assert.match(output, /NodeCreationFailure: Instances failed to join the kubernetes cluster/);
    assert.deepEqual(
      readAccount("aws")
        .all(group)
        .map(({ properties }) => properties["status"]),
      ["CREATE_FAILED"],
    );
  });

  it("goes on where it failed, with tokens that expire in the middle, and changes in place what may", async () => {
    writeSettings("aws", { tokenSeconds: 9 });
    const failed = readAccount("aws").all(group)[0]?.id;
    const made = madeAt();
    stack.set({ cluster: clusterWith({ ...tagged, logRetentionDays: 30 }) });
    const { code, output } = await stack.up("--replace", await stack.urnOf(group));
    assert.equal(code, 0, output);
    const groups = readAccount("aws").all(group);
    assert.deepEqual(
      groups.map(({ id, properties }) => [id === failed, properties["status"]]),
      [[false, "ACTIVE"]],
    );
    assert.match(output, /aws:cloudwatch:LogGroup \S+ updated/);
    const [logs] = readAccount("aws").all(logGroup);
    assert.deepEqual([madeAt(), logs?.properties["retentionInDays"]], [made, 30]);
    assert.ok(tokensRenewed("aws").length > 0, "no process outlived its token");
    await requireBootstrapped(name);
  });

  it("tells Git what it made in the cloud", async () => {
    type Info = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };
    const info = { resource: ConfigMap, name: "flux-runtime-info", namespace: "flux-system" };
    const { data } = (await administrator(name).get<Info>(info)) ?? {};
    const [vpc] = readAccount("aws").all("aws:ec2/vpc:Vpc");
    assert.equal(data?.["AWS_VPC_ID"], vpc?.id);
    assert.equal(data?.["AWS_REGION"], "eu-central-1");
  });

  it("is left alone by a second up", async () => {
    writeSettings("aws", {});
    const before = readAccount("aws").save();
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /created|updated|replaced|deleted/);
    assert.deepEqual(readAccount("aws").save(), before);
  });

  it("is emptied, and bootstrapped anew when its cluster is replaced", async () => {
    const [vpc] = readAccount("aws").all("aws:ec2/vpc:Vpc");
    const made = madeAt();
    const uid = await administrator(name).uid();
    stack.set({ cluster: clusterWith({ ...tagged, kmsKeyArn }) });
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    assert.notEqual(madeAt(), made);
    assert.notEqual(await administrator(name).uid(), uid);
    await requireBootstrapped(name);
    assert.deepEqual(readAccount("aws").all(balancer), []);
    assert.deepEqual(readAccount("aws").all("aws:ec2/vpc:Vpc"), [vpc]);
  });
});

describe("the destroy of an EKS stack", () => {
  it("stops at a VPC that a forgotten load balancer keeps, and goes on when that is gone", async () => {
    const skipped = await stack.destroy({ FLUX_BOOTSTRAP_DESTROY_MODE: "skip" });
    assert.notEqual(skipped.code, 0);
    assert.match(skipped.output, /DependencyViolation: .* has dependencies and cannot be deleted/);
    const [forgotten] = readAccount("aws").all(balancer);
    assert.ok(forgotten);
    assert.match(skipped.output, /the cluster cloud-eks left in AWS: 2/);
    assert.ok(skipped.output.includes(forgotten.id), skipped.output);
    const find = ["resourcegroupstaggingapi", "get-resources", "--tag-filters"];
    const filter = `Key=kubernetes.io/cluster/${name}`;
    const found = await stack.run(["aws", ...find, filter]);
    assert.ok(found.stdout.includes(forgotten.id), found.output);
    const release = ["elbv2", "delete-load-balancer", "--load-balancer-arn", forgotten.id];
    assert.equal((await stack.run(["aws", ...release])).code, 0);
    const { code, output } = await stack.destroy();
    assert.equal(code, 0, output);
    assert.deepEqual(left(), []);
  });
});
