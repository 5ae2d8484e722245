import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Failure } from "../../../../scripts/lib/failure.ts";
import { HelmRelease, Kustomization, Lease, sourceKinds } from "../../../../scripts/lib/kinds.ts";
import { leaseName } from "../../../../scripts/lib/repair/lease.ts";
import { namespace } from "../../support/flux.ts";
import { fakeApiServer } from "../../support/fake.ts";
import {
  apps,
  heals,
  patchedNames,
  putFlux,
  putRelease,
  repair,
  requestsOf,
  runRequests,
} from "./support/fleet.ts";

const lease = { resource: Lease, name: leaseName, namespace };

describe("repairFleet under faults", { timeout: 60_000 }, () => {
  it("sees that an object was deleted while it was repaired", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web", { metadata: { finalizers: [] } });
    putRelease(server, "shop");
    runRequests(server, (object, token) => {
      if (object.metadata.name === "shop") return heals(object, token);
      server.remove({ resource: HelmRelease, name: "web", namespace: apps });
      return undefined;
    });
    const { records, stuck } = await repair(server);
    assert.deepEqual(
      records.map(({ key, outcome }) => [key, outcome]),
      [
        ["HelmRelease/apps/shop", "effective"],
        ["HelmRelease/apps/web", "gone"],
      ],
    );
    assert.equal(stuck, false);
  });

  it("goes on after an outage in the middle", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    for (let index = 0; index < 12; index += 1) putRelease(server, `web-${index}`);
    runRequests(server, heals);
    let outage: Promise<void> | undefined;
    server.heard = (request) => {
      if (!request.startsWith("PATCH") || outage !== undefined) return;
      outage = server.down().then(async () => server.up());
    };
    const { records } = await repair(server);
    await outage;
    assert.deepEqual(new Set(records.map(({ outcome }) => outcome)), new Set(["effective"]));
    assert.equal(records.length, 12);
  });

  it("names a missing right before it writes anything", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    server.faults.forbid("patch", HelmRelease);
    await assert.rejects(repair(server), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(
        error.message,
        /patch helmreleases\.helm\.toolkit\.fluxcd\.io in namespace apps/,
      );
      return true;
    });
    assert.deepEqual(server.writes, []);
  });

  it("names the missing right to write leases before it writes anything", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    server.faults.forbid("create", Lease);
    await assert.rejects(repair(server), /create leases\.coordination\.k8s\.io/);
    assert.deepEqual(server.writes, []);
  });

  it("does not run beside another repair", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    server.put(Lease, {
      metadata: { name: leaseName, namespace },
      spec: { holderIdentity: "host/7/ann", renewTime: new Date().toISOString() },
    });
    await assert.rejects(repair(server), /got one by host\/7\/ann/);
    assert.deepEqual(requestsOf(server), []);
    assert.ok(server.get(lease), "the other's lease was removed");
  });

  it("runs once when two start at the same time", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    // The first one's request is answered when both have asked for the lease.
    const web = { resource: HelmRelease, name: "web", namespace: apps };
    let asked = 0;
    server.heard = (request) => {
      if (!/^POST .*\/leases/.test(request)) return;
      asked += 1;
      if (asked === 2) server.merge(web, { metadata: { labels: { asked: "twice" } } });
    };
    runRequests(server, (object, token) => (asked === 2 ? heals(object, token) : undefined));
    const outcomes = await Promise.allSettled([repair(server), repair(server)]);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 1);
    assert.deepEqual(patchedNames(server).filter((name) => name === "web").length, 1);
  });

  it("refuses another cluster before anything else", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    await assert.rejects(
      repair(server, { uid: "another" }),
      /must be the recorded one \(another\)/,
    );
    assert.deepEqual(server.writes, []);
  });

  it("gives its lease back when it is cancelled", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    const cancelled = new AbortController();
    runRequests(server, () => {
      cancelled.abort();
      return undefined;
    });
    await assert.rejects(repair(server, {}, cancelled.signal), /was cancelled/);
    assert.equal(server.get(lease), undefined);
  });

  it("ends at its deadline with what is left", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    const { records, stuck } = await repair(server, { limits: { deadlineMilliseconds: 300 } });
    assert.deepEqual(
      records.map(({ outcome }) => outcome),
      ["unanswered"],
    );
    assert.equal(stuck, true);
    assert.equal(server.get(lease), undefined);
  });

  it("finds nothing to do where Flux is not installed", async (t) => {
    const server = await fakeApiServer(t);
    for (const { plural } of [...sourceKinds, Kustomization, HelmRelease]) {
      server.missing.add(plural);
    }
    const { records, planned, stuck } = await repair(server);
    assert.deepEqual([records, planned, stuck, server.writes], [[], [], false, []]);
  });

  it("says at once that no API server answers", async (t) => {
    const server = await fakeApiServer(t);
    await server.down();
    await assert.rejects(repair(server), /does not answer/);
    await server.up();
  });
});
