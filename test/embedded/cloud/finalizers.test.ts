import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { addFinalizer, removeFinalizer } from "../../../embedded/cloud/finalizers.ts";
import { PersistentVolume } from "../../../embedded/cloud/kinds.ts";
import { ApiError } from "../../../scripts/lib/api-server.ts";
import { Cluster } from "../../../scripts/lib/cluster.ts";
import { FakeApiServer } from "../../support/api-server.ts";

const own = "example.com/own";
const other = "example.com/other";
const one = { resource: PersistentVolume, name: "one" };

describe("a finalizer", { timeout: 60_000 }, () => {
  let server: FakeApiServer;
  let cluster: Cluster;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    cluster = new Cluster(server.kubeconfig(), "cloud");
  });
  afterEach(async () => {
    await server.stop();
  });

  const put = (...finalizers: string[]) => {
    server.put(PersistentVolume, { metadata: { name: one.name, uid: "1", finalizers } });
  };
  const finalizers = () => server.get(one)?.metadata.finalizers;
  /** Changes the object right before a patch arrives, so often. */
  const disturb = (times: number) => {
    let left = times;
    server.heard = (request) => {
      if (!request.startsWith("PATCH") || left === 0) return;
      left -= 1;
      server.merge(one, { metadata: { annotations: { left: String(left) } } });
    };
  };

  it("is added behind those of others", async () => {
    put(other);
    const read = await cluster.get(one);
    assert.ok(read);
    await addFinalizer(cluster, one, read, own);
    assert.deepEqual(finalizers(), [other, own]);
  });

  it("is not added to an object that has changed since it was read", async () => {
    put();
    const read = await cluster.get(one);
    assert.ok(read);
    server.merge(one, { metadata: { finalizers: [other] } });
    await assert.rejects(
      addFinalizer(cluster, one, read, own),
      (error) => error instanceof ApiError && error.code === 409,
    );
    assert.deepEqual(finalizers(), [other]);
  });

  it("is removed however others change the object meanwhile, and theirs stay", async () => {
    put(own, other);
    disturb(3);
    await removeFinalizer(cluster, one, "1", own);
    assert.deepEqual(finalizers(), [other]);
  });

  it("is given up on after ten tries", async () => {
    put(own);
    disturb(10);
    await assert.rejects(removeFinalizer(cluster, one, "1", own), {
      message: "PersistentVolume/one changed under each of 10 tries",
    });
  });

  it("is not removed from another object of the same name", async () => {
    put(own);
    await removeFinalizer(cluster, one, "2", own);
    assert.deepEqual(finalizers(), [own]);
  });

  it("has nothing to be removed from when the object is gone", async () => {
    await removeFinalizer(cluster, one, "1", own);
    assert.deepEqual(server.writes, []);
  });
});
