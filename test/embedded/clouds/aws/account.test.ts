import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { aws } from "../../../../embedded/clouds/aws/definition.ts";
import { inStateHome, TestCloud } from "../support/test-cloud.ts";

const cloud = new TestCloud(aws, { region: "eu-central-1" });
const role = "aws:iam/role:Role";
const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const inputs = { name: "control", assumeRolePolicy: "{}" };

describe("IAM", () => {
  inStateHome();

  it("has one role of a name, without a region in its ARN", async () => {
    const { state } = await cloud.create(role, inputs);
    assert.equal(state["arn"], "arn:aws:iam::123456789012:role/control");
    await assert.rejects(cloud.create(role, inputs), /Role with name control already exists\.$/);
  });

  it("deletes a role when its policies are gone", async () => {
    await cloud.create(role, inputs);
    const policyArn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
    const { id } = await cloud.create(attachment, { role: "control", policyArn });
    await assert.rejects(
      cloud.remove(role, "control"),
      /StatusCode: 409, .* DeleteConflict: Cannot delete entity, must detach all policies first\.$/,
    );
    await cloud.remove(attachment, id);
    await cloud.remove(role, "control");
  });

  it("attaches what is there to what is there", async () => {
    const policyArn = "arn:aws:iam::aws:policy/X";
    await assert.rejects(
      cloud.create(attachment, { role: "none", policyArn }),
      /NoSuchEntity: The role with name none cannot be found\.$/,
    );
    await cloud.create(role, inputs);
    await assert.rejects(
      cloud.create(attachment, {
        role: "control",
        policyArn: "arn:aws:iam::123456789012:policy/none",
      }),
      /does not exist or is not attachable\.$/,
    );
  });

  const names = [
    [role, "name", "a".repeat(65), /range \(1 - 64\)/],
    [role, "name", "a b", /must match/],
    ["aws:eks/cluster:Cluster", "name", "-a", /must match/],
    ["aws:eks/nodeGroup:NodeGroup", "nodeGroupName", "a".repeat(64), /range \(1 - 63\)/],
    ["aws:kms/alias:Alias", "name", "alias/aws/eks", /must match/],
    ["aws:cloudwatch/logGroup:LogGroup", "name", "/a b", /must match/],
    ["aws:ec2/securityGroup:SecurityGroup", "name", "sg-a", /must match/],
  ] as const;
  for (const [type, property, name, reason] of names) {
    it(`refuses ${name.slice(0, 20)} as the name of ${type}`, () => {
      const [failure] = cloud.check(type, { [property]: name });
      assert.equal(failure?.property, property);
      assert.match(failure.reason, reason);
      const good = type.endsWith(":Alias") ? "alias/eks/good" : "good";
      assert.deepEqual(cloud.check(type, { [property]: good }), []);
    });
  }
});

describe("KMS", () => {
  inStateHome();

  it("keeps a key for the days of its window, and frees its alias", async () => {
    const { id } = await cloud.create("aws:kms/key:Key", { deletionWindowInDays: 30 });
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const alias = { name: "alias/eks/prod", targetKeyId: id };
    await cloud.create("aws:kms/alias:Alias", alias);
    await assert.rejects(cloud.create("aws:kms/alias:Alias", alias), /AlreadyExistsException/);
    await cloud.remove("aws:kms/alias:Alias", "alias/eks/prod");
    await cloud.remove("aws:kms/key:Key", id);
    assert.deepEqual(
      cloud.account.all().map(({ type }) => type),
      ["kms:pending-deletion"],
    );
    await cloud.create("aws:kms/alias:Alias", alias);
  });

  it("knows windows of 7 to 30 days", () => {
    const check = (days: number) => cloud.check("aws:kms/key:Key", { deletionWindowInDays: days });
    assert.equal(
      check(6)[0]?.reason,
      "expected deletion_window_in_days to be in the range (7 - 30), got 6",
    );
    assert.deepEqual([...check(7), ...check(30)], []);
  });
});

describe("the login to AWS", () => {
  inStateHome();
  const who = "aws:index/getCallerIdentity:getCallerIdentity";

  it("is the session of a role", async () => {
    const { arn, accountId } = await cloud.invoke(who);
    assert.deepEqual(
      [accountId, arn],
      ["123456789012", "arn:aws:sts::123456789012:assumed-role/platform/session"],
    );
  });

  it("may be none", async () => {
    cloud.set({ login: undefined });
    await assert.rejects(cloud.invoke(who), /^Error: No valid credential sources found\./);
  });
});
