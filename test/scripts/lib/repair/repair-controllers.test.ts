import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Deployment, HelmRelease, Lease, Pod } from "../../../../scripts/lib/kinds.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { fakeApiServer } from "../../support/fake.ts";
import { namespace, runControllers } from "../../support/flux.ts";
import { canaryKinds } from "../../support/gate.ts";
import {
  apps,
  heals,
  installingStatus,
  patchedNames,
  type Parts,
  putFlux,
  putRelease,
  readyStatus,
  repair,
  requestsOf,
  runRequests,
  scaleDown,
} from "./support/fleet.ts";

const neverObserved: Parts = {
  metadata: { finalizers: [] },
  status: { observedGeneration: -1 },
};
const restarted = /^DELETE .*\/pods\/helm-controller-/;

/** One worker, which an install holds, while `queued` waits for it. */
function putQueue(server: FakeApiServer): void {
  const args = ["--enable-leader-election", "--concurrent=1"];
  server.merge(
    { resource: Deployment, name: "helm-controller", namespace },
    { spec: { template: { spec: { containers: [{ args }] } } } },
  );
  putRelease(server, "installing", { status: installingStatus });
  putRelease(server, "queued", neverObserved);
}

/** Plays the Deployment: a deleted pod is followed by another, which leads at once. */
function replacePods(server: FakeApiServer, replaced: () => void): void {
  let count = 0;
  server.react((object, event) => {
    if (object.kind !== "Pod" || event !== "DELETED") return;
    count += 1;
    const name = `helm-controller-new${count}`;
    server.put(Pod, {
      metadata: { name, namespace, labels: { app: "helm-controller" } },
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    });
    const lease = { resource: Lease, name: "helm-controller-leader-election", namespace };
    server.merge(lease, { spec: { holderIdentity: `${name}_1` } });
    replaced();
  });
}

/** How long a silent controller is waited for; one that works answers long before. */
const probeMilliseconds = 3_000;

describe("repairFleet and controllers", { timeout: 60_000, concurrency: true }, () => {
  it("answers a full queue with advice and no write", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putQueue(server);
    const { planned, records, stuck } = await repair(server);
    assert.deepEqual(server.writes, []);
    assert.deepEqual(records, []);
    assert.equal(stuck, false);
    assert.deepEqual(
      planned.map(({ key, action }) => [key, action]),
      [["HelmRelease/apps/queued", "raise-concurrency"]],
    );
  });

  it("asks for nothing while the queue is full, and goes on when a worker is free", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putQueue(server);
    putRelease(server, "web");
    runRequests(server, heals);
    let before: readonly string[] | undefined;
    server.react((object, event) => {
      if (object.kind !== "Lease" || event !== "ADDED") return;
      before = requestsOf(server);
      for (const name of ["queued", "installing"]) {
        const reference = { resource: HelmRelease, name, namespace: apps };
        server.merge(reference, { status: readyStatus });
      }
    });
    await repair(server);
    assert.deepEqual(before, []);
    assert.deepEqual(patchedNames(server), ["web"]);
  });

  it("wakes a release that was never observed once its controller has proved to be alive", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "overlooked", neverObserved);
    runControllers(server, canaryKinds);
    runRequests(server, heals);
    const { records } = await repair(server);
    assert.deepEqual(
      records.map(({ key, state, action, outcome }) => [key, state, action, outcome]),
      [["HelmRelease/apps/overlooked", "U2", "reconcile", "effective"]],
    );
    const [first] = requestsOf(server);
    assert.match(first ?? "", /^POST .*\/helmreleases$/, "the canary does not come first");
    assert.equal(server.all(HelmRelease).length, 1, "a canary is left");
  });

  it("restarts a silent controller once, and repairs what it had left", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "overlooked", neverObserved);
    replacePods(server, () => {
      runControllers(server, canaryKinds);
      runRequests(server, heals);
    });
    const { records } = await repair(server, { probeMilliseconds });
    assert.deepEqual(
      records.map(({ key, action, outcome }) => [key, action, outcome]),
      [
        ["Pod/flux-system/helm-controller-abc12", "restart-controller", "effective"],
        ["HelmRelease/apps/overlooked", "reconcile", "effective"],
      ],
    );
  });

  it("does not restart a second time a controller that stays silent", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "overlooked", neverObserved);
    replacePods(server, () => undefined);
    const { planned, stuck } = await repair(server, { probeMilliseconds: 500 });
    assert.equal(server.writes.filter((write) => restarted.test(write)).length, 1);
    assert.match(planned[0]?.why ?? "", /helm-controller was restarted once already/);
    assert.equal(stuck, true);
  });

  it("does not restart a controller whose pod is not up, and asks nothing of it", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    scaleDown(server, "helm-controller");
    putRelease(server, "overlooked", neverObserved);
    putRelease(server, "web");
    const { planned } = await repair(server);
    assert.deepEqual(server.writes, []);
    const why = planned.find(({ key }) => key === "HelmRelease/apps/web")?.why ?? "";
    assert.match(why, /helm-controller does not work/);
  });

  it("probes again when a request is left unanswered, and restarts the silent controller", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    replacePods(server, () => {
      runControllers(server, canaryKinds);
      runRequests(server, heals);
    });
    const limits = { handledWithinMilliseconds: 200, spacingMilliseconds: 5_000 };
    const { records } = await repair(server, { limits, probeMilliseconds });
    assert.deepEqual(
      records.map(({ action, outcome }) => [action, outcome]),
      [
        ["reset", "unanswered"],
        ["restart-controller", "effective"],
        ["reset", "effective"],
      ],
    );
  });

  it("says why nothing was probed when the user may not create canaries", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "overlooked", neverObserved);
    server.faults.forbid("create", HelmRelease);
    const { records, lines } = await repair(server);
    assert.deepEqual(records, []);
    assert.match(
      lines.join("\n"),
      /no controller was probed: the user is not allowed to create helmreleases/,
    );
  });
});
