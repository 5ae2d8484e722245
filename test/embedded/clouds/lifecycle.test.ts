import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { withAccount } from "../../../embedded/clouds/account.ts";
import { aws } from "../../../embedded/clouds/aws/definition.ts";
import { Lifecycle } from "../../../embedded/clouds/lifecycle.ts";
import type { ResourceType } from "../../../embedded/clouds/resource-type.ts";
import { unknown } from "../../../embedded/plugin/properties.ts";
import { InitializationFailure } from "../../../embedded/plugin/rpc.ts";
import { inStateHome, TestCloud } from "./support/test-cloud.ts";

const vpc = "aws:ec2/vpc:Vpc";
const inputs = { cidrBlock: "10.0.0.0/16", tags: { Name: "a" } };
const cloud = new TestCloud(aws, { region: "eu-central-1" });

describe("a resource of a cloud", () => {
  inStateHome();

  it("is not made by a preview, which does not know what only the cloud can say", async () => {
    const { id, state } = await cloud.preview(vpc, inputs);
    assert.equal(id, "");
    assert.deepEqual([state["arn"], state["cidrBlock"]], [unknown, "10.0.0.0/16"]);
    assert.deepEqual(cloud.account.all(), []);
  });

  it("is made with an id, an ARN and the tags of the provider", async () => {
    const tagging = new TestCloud(aws, {
      region: "eu-central-1",
      defaultTags: JSON.stringify({ tags: { Owner: "b" } }),
    });
    const { id, state } = await tagging.create(vpc, inputs);
    assert.match(id, /^vpc-[0-9a-f]{17}$/);
    assert.equal(state["arn"], `arn:aws:ec2:eu-central-1:123456789012:vpc/${id}`);
    assert.deepEqual(state["tagsAll"], { Name: "a", Owner: "b" });
  });

  it("keeps what the cloud said when it changes", async () => {
    const { id, state } = await cloud.create(vpc, inputs);
    const changed = await cloud.update(vpc, id, { ...inputs, tags: { Name: "z" } });
    assert.deepEqual(changed, { ...state, tags: { Name: "z" }, tagsAll: { Name: "z" } });
  });

  it("is read with what the program asked for, and as gone when somebody removed it", async () => {
    const { id } = await cloud.create(vpc, inputs);
    assert.deepEqual((await cloud.read(vpc, id))?.inputs, inputs);
    await withAccount("aws", (account) => {
      account.remove(vpc, id);
    });
    assert.equal(await cloud.read(vpc, id), undefined);
  });

  it("may be gone already when it is deleted", async () => {
    await cloud.remove(vpc, "vpc-0");
    assert.deepEqual(cloud.account.all(), []);
  });

  it("fails as often as a fault says, and then works", async () => {
    const fault = { type: vpc, operation: "create", times: 2, message: "no capacity" } as const;
    cloud.set({ faults: [fault] });
    await assert.rejects(cloud.create(vpc, inputs), { message: "no capacity" });
    await assert.rejects(cloud.create(vpc, inputs), { message: "no capacity" });
    const { id } = await cloud.create(vpc, inputs);
    assert.deepEqual(
      cloud.account.all().map((resource) => resource.id),
      [id],
    );
  });

  it("may remain, not ready, when its creation fails", async () => {
    const fault = { type: vpc, operation: "create", times: 1, message: "unhealthy" } as const;
    cloud.set({ faults: [{ ...fault, remains: true }] });
    const failure = await cloud.create(vpc, inputs).catch((error: unknown) => error);
    assert.ok(failure instanceof InitializationFailure);
    assert.equal(failure.message, "unhealthy");
    assert.equal(cloud.account.get(vpc, failure.id)?.properties["status"], "CREATE_FAILED");
  });

  it("is made although the cloud throttles, unless it does so without end", async () => {
    cloud.set({ throttleEvery: 2 });
    for (const Name of ["a", "b", "c"]) await cloud.create(vpc, { ...inputs, tags: { Name } });
    assert.equal(cloud.account.all().length, 3);
    assert.ok(cloud.account.calls("calls") > 3);
    cloud.set({ throttleEvery: 1 });
    await assert.rejects(cloud.create(vpc, inputs), {
      message:
        "exceeded maximum number of attempts, 10, api error ThrottlingException: Rate exceeded",
    });
  });

  it("takes the time that its operation is given", async () => {
    cloud.set({ latencies: { [`create ${vpc}`]: 60 } });
    const began = Date.now();
    const { id } = await cloud.create(vpc, inputs);
    assert.ok(Date.now() - began >= 59);
    const asked = Date.now();
    await cloud.read(vpc, id);
    assert.ok(Date.now() - asked < 59);
  });
});

describe("what runs besides the account", () => {
  inStateHome();

  const token = "aws:eks/cluster:Cluster";

  /** A type whose resources run until they are removed, and an engine that goes while one starts. */
  function scene(goes: boolean) {
    const running: string[] = [];
    const engine = new AbortController();
    const type: ResourceType = {
      replaceOn: [],
      outputs: [],
      create: () => ({ id: "one", outputs: {} }),
      provision: ({ resource }) => {
        running.push(resource.id);
        if (goes) engine.abort(new Error("cancelled"));
        return Promise.resolve({ status: "ACTIVE" });
      },
      released: ({ resource }) => {
        running.splice(running.indexOf(resource.id), 1);
        return Promise.resolve();
      },
    };
    const lifecycle = new Lifecycle({ ...aws, types: { [token]: type } });
    const step = { urn: "urn", token, type, preview: false, signal: engine.signal };
    return { running, create: () => lifecycle.create(step, {}) };
  }

  it("is there with the resource", async () => {
    const { running, create } = scene(false);
    assert.deepEqual(await create(), { id: "one", state: { status: "ACTIVE" } });
    assert.deepEqual(running, ["one"]);
  });

  it("ends when nobody waits for it any more, and leaves nothing in the account", async () => {
    const { running, create } = scene(true);
    await assert.rejects(create(), { message: "cancelled" });
    assert.deepEqual(running, []);
    assert.deepEqual(cloud.account.all(), []);
  });
});

describe("what a cloud does not change in place", () => {
  it("is replaced, the rest is not", () => {
    const { changes } = cloud.diff(vpc, inputs, { cidrBlock: "10.1.0.0/16", tags: { Name: "b" } });
    assert.deepEqual(Object.fromEntries(changes), {
      cidrBlock: "UPDATE_REPLACE",
      "tags.Name": "UPDATE",
    });
  });

  it("is replaced for a part of an object, whichever it is in a list", () => {
    const group = "aws:eks/nodeGroup:NodeGroup";
    const old = { subnetIds: ["a", "b"], launchTemplate: { id: "lt-1", version: "1" } };
    const news = { subnetIds: ["a", "c"], launchTemplate: { id: "lt-1", version: "2" } };
    assert.deepEqual(Object.fromEntries(cloud.diff(group, old, news).changes), {
      "subnetIds[1]": "UPDATE_REPLACE",
      "launchTemplate.version": "UPDATE",
    });
  });

  it("goes first where its name stays, and only then", () => {
    const role = "aws:iam/role:Role";
    const old = { name: "a", path: "/" };
    const first = (news: { name: string; path: string }) =>
      cloud.diff(role, old, news).deleteBeforeReplace;
    assert.equal(first({ name: "a", path: "/b/" }), true);
    assert.equal(first({ name: "b", path: "/" }), false);
    assert.equal(first(old), false);
  });
});
