import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { Failure } from "../../../../scripts/lib/failure.ts";
import { Lease } from "../../../../scripts/lib/kinds.ts";
import { LateLease } from "../../../../scripts/lib/repair/late-lease.ts";
import { leaseName, RepairLease } from "../../../../scripts/lib/repair/lease.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { fakeApiServer } from "../../support/fake.ts";

const namespace = "flux-system";
const reference = { resource: Lease, name: leaseName, namespace };

async function acquire(server: FakeApiServer): Promise<RepairLease> {
  const cluster = new Cluster(server.kubeconfig(), "repair");
  // The first answer sets the clock by the server's.
  await cluster.uid();
  return RepairLease.acquire(cluster, namespace);
}

function put(server: FakeApiServer, renewedAgo: number, holderIdentity = "other/1/ann_x"): void {
  const renewTime = new Date(Date.now() + server.faults.clockOffset - renewedAgo).toISOString();
  server.put(Lease, {
    metadata: { name: leaseName, namespace },
    spec: { holderIdentity, leaseDurationSeconds: 30, renewTime },
  });
}

function specOf(server: FakeApiServer) {
  return server.get(reference)?.spec as { holderIdentity?: string; renewTime?: string };
}

describe("RepairLease", { timeout: 20_000 }, () => {
  it("is there while a repair runs, says who it is, and is gone afterwards", async (t) => {
    const server = await fakeApiServer(t);
    const lease = await acquire(server);
    assert.match(
      specOf(server).holderIdentity ?? "",
      new RegExp(`/${process.pid}/\\w+_[0-9a-f-]{36}$`),
    );
    assert.match(specOf(server).renewTime ?? "", /\.\d{6}Z$/);
    await lease.release();
    assert.equal(server.get(reference), undefined);
  });

  it("refuses the second of two and names the first", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 4_000);
    await assert.rejects(acquire(server), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(
        error.message,
        /^no other repair of this cluster must run at the same time, got one by other\/1\/ann_x, renewed \d\.\ds ago\./,
      );
      assert.equal(error.next, `kubectl -n flux-system get lease ${leaseName} -o yaml`);
      return true;
    });
    assert.equal(specOf(server).holderIdentity, "other/1/ann_x");
  });

  it("is not to be had while a drain is at work, and is not left behind", async (t) => {
    const server = await fakeApiServer(t);
    const renewTime = new Date().toISOString();
    server.put(Lease, {
      metadata: { name: "flux-bootstrap-drain", namespace },
      spec: { holderIdentity: "other/1/ann_x", leaseDurationSeconds: 30, renewTime },
    });
    await assert.rejects(acquire(server), /no other drain of this cluster must run at the same/);
    assert.equal(server.get(reference), undefined);
  });

  const free: readonly (readonly [string, (server: FakeApiServer) => void])[] = [
    [
      "whose holder was killed 31 s ago",
      (server) => {
        put(server, 31_000);
      },
    ],
    [
      "that nobody holds",
      (server) => {
        put(server, 0, "");
      },
    ],
    [
      "without a readable time",
      (server) => {
        put(server, 0);
        server.merge(reference, { spec: { renewTime: "yesterday" } });
      },
    ],
  ];
  for (const [name, arrange] of free) {
    it(`takes over one ${name}`, async (t) => {
      const server = await fakeApiServer(t);
      arrange(server);
      const lease = await acquire(server);
      assert.notEqual(specOf(server).holderIdentity, "other/1/ann_x");
      await lease.release();
    });
  }

  it("counts by the server's clock, not by this machine's", async (t) => {
    const server = await fakeApiServer(t);
    server.faults.clockOffset = 600_000;
    put(server, 4_000);
    await assert.rejects(acquire(server), Failure);
    put(server, 60_000);
    await (await acquire(server)).release();
  });

  it("leaves to the winner what both take over", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 60_000);
    const outcomes = await Promise.allSettled([acquire(server), acquire(server)]);
    const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
    assert.equal(won.length, 1);
    await Promise.all(won.map(async ({ value }) => value.release()));
  });

  it("does not remove what another took over meanwhile, and does not vouch for it", async (t) => {
    const server = await fakeApiServer(t);
    const cluster = new Cluster(server.kubeconfig(), "repair");
    await cluster.uid();
    const lease = await RepairLease.acquire(cluster, namespace);
    put(server, 0);
    await lease.ensure();
    // Time goes on: the last renewal is too old to be trusted.
    server.faults.clockOffset = 25_000;
    await cluster.uid();
    await assert.rejects(lease.ensure(), Failure);
    await lease.release();
    assert.equal(specOf(server).holderIdentity, "other/1/ann_x");
  });
});

describe("LateLease", { timeout: 20_000 }, () => {
  it("is not taken before it is needed, and then once however many ask", async (t) => {
    const server = await fakeApiServer(t);
    const lease = new LateLease(new Cluster(server.kubeconfig(), "repair"), namespace);
    await lease.release();
    assert.deepEqual(server.writes, []);
    await Promise.all([lease.ensure(), lease.ensure(), lease.ensure()]);
    assert.equal(server.writes.length, 1);
    await lease.release();
    assert.equal(server.get(reference), undefined);
  });

  it("refuses every write while another repair runs", async (t) => {
    const server = await fakeApiServer(t);
    put(server, 0);
    const lease = new LateLease(new Cluster(server.kubeconfig(), "repair"), namespace);
    await assert.rejects(lease.ensure(), Failure);
    await assert.rejects(lease.ensure(), Failure);
    await lease.release();
    assert.equal(specOf(server).holderIdentity, "other/1/ann_x");
  });
});
