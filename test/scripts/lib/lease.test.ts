import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";

import { Cluster } from "../../../scripts/lib/cluster.ts";
import { Failure } from "../../../scripts/lib/failure.ts";
import { Lease } from "../../../scripts/lib/kinds.ts";
import { HeldLease, withLease } from "../../../scripts/lib/lease.ts";
import { markAnnotation, requireFree } from "../../../scripts/lib/lease-holder.ts";
import { processMark } from "../../../scripts/lib/process-mark.ts";
import type { FakeApiServer } from "../../support/api-server.ts";
import { fakeApiServer } from "../support/fake.ts";

const lease = { name: "one", namespace: "flux-system", what: "drain of this cluster" };
const reference = { resource: Lease, name: "one", namespace: "flux-system" };

function put(server: FakeApiServer, renewedAgo: number, mark?: string): void {
  server.put(Lease, {
    metadata: {
      name: lease.name,
      namespace: lease.namespace,
      ...(mark !== undefined && { annotations: { [markAnnotation]: mark } }),
    },
    spec: {
      holderIdentity: "other/1/ann_x",
      leaseDurationSeconds: 30,
      renewTime: new Date(Date.now() - renewedAgo).toISOString(),
    },
  });
}

/** The mark of a process that ran on this machine and was killed. */
async function markOfKilled(): Promise<string> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
  await once(child, "spawn");
  const mark = processMark(child.pid) ?? "";
  child.kill("SIGKILL");
  await once(child, "exit");
  return mark;
}

describe("HeldLease", { timeout: 20_000, concurrency: true }, () => {
  it("is taken at once from a process of this machine that was killed", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 0, await markOfKilled());
    const held = await HeldLease.acquire(new Cluster(server.kubeconfig(), "drain"), lease);
    assert.match(held.holder, new RegExp(`/${process.pid}/`));
    await held.release();
    assert.equal(server.get(reference), undefined);
  });

  it("is not taken from a process of this machine that lives", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 0, processMark());
    const cluster = new Cluster(server.kubeconfig(), "drain");
    await assert.rejects(HeldLease.acquire(cluster, lease), /^Failure: no other drain of this/);
    await assert.rejects(requireFree(cluster, lease), /got one by other\/1\/ann_x/);
  });

  it("waits, when patient, until a silent holder counts as gone", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 28_500);
    const cluster = new Cluster(server.kubeconfig(), "drain");
    await assert.rejects(HeldLease.acquire(cluster, lease), Failure);
    const held = await HeldLease.acquire(cluster, { ...lease, patient: true });
    await held.release();
  });

  it("writes nothing as long as it is patient", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 28_500);
    t.mock.timers.enable({ apis: ["setInterval"] });
    const looked = Promise.withResolvers<undefined>();
    server.heard = (request) => {
      if (request.startsWith("GET")) looked.resolve(undefined);
    };
    const cluster = new Cluster(server.kubeconfig(), "drain");
    const acquired = HeldLease.acquire(cluster, { ...lease, patient: true });
    await looked.promise;
    t.mock.timers.tick(10_000);
    const held = await acquired;
    assert.deepEqual(
      server.writes.map((write) => write.split(" ")[0]),
      ["POST", "PATCH"],
    );
    await held.release();
  });

  it("refuses, however patient, when the holder gives a sign", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 10_000);
    server.heard = (request) => {
      // The second look sees a renewal.
      if (request.startsWith("GET") && request.includes("/leases/one")) put(server, 0);
    };
    const cluster = new Cluster(server.kubeconfig(), "drain");
    await assert.rejects(HeldLease.acquire(cluster, { ...lease, patient: true }), Failure);
  });

  it("ends its patience when it is cancelled", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 0);
    const cancelled = AbortSignal.timeout(50);
    const cluster = new Cluster(server.kubeconfig(), "drain");
    const options = { ...lease, patient: true, signal: cancelled };
    await assert.rejects(HeldLease.acquire(cluster, options), { name: "AbortError" });
  });

  it("is free when nobody holds it, or whoever did is gone", async (t) => {
    const server = await fakeApiServer(t);
    const cluster = new Cluster(server.kubeconfig(), "drain");
    await requireFree(cluster, lease);
    put(server, 31_000);
    await requireFree(cluster, lease);
  });
});

describe("withLease", { timeout: 20_000 }, () => {
  it("gives the lease back whatever becomes of the work, and keeps a second one out meanwhile", async (t) => {
    const server = await fakeApiServer(t);
    const cluster = new Cluster(server.kubeconfig(), "gate");
    const second = () => withLease(cluster, lease, () => Promise.resolve("second"));
    const worked = await withLease(cluster, lease, async () => {
      await assert.rejects(second(), /no other drain of this cluster must run at the same time/);
      return "first";
    });
    assert.equal(worked, "first");
    await assert.rejects(withLease(cluster, lease, () => Promise.reject(new Error("broken"))));
    assert.equal(await second(), "second");
    assert.equal(server.get(reference), undefined);
  });
});
