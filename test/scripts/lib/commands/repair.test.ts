import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { requestedAt } from "../../../../scripts/lib/gate/canary.ts";
import { Deployment, HelmRelease, Pod, ReplicaSet } from "../../../../scripts/lib/kinds.ts";
import type { RepairRecord } from "../../../../scripts/lib/repair/record.ts";
import { ownedBy } from "../../support/gitops.ts";
import {
  annotationsOf,
  becomesReady,
  cart,
  fleetScene,
  notReady,
  patched,
  runAnswering,
  type Scene,
} from "./support/scene.ts";

const message = "timed out waiting for the condition";
const stalled = { type: "Stalled", status: "True", reason: "RetriesExceeded", message };

function giveUp({ server }: Scene): void {
  const { conditions } = notReady("InstallFailed", message);
  server.merge(cart, {
    metadata: { creationTimestamp: "2026-01-01T00:00:00Z" },
    status: { conditions: [...conditions, { ...stalled, observedGeneration: 1 }] },
  });
}

describe("fleet repair", { timeout: 60_000, concurrency: true }, () => {
  it("resets a release that is out of retries, and says how that was verified", async (test) => {
    const scene = await fleetScene(test);
    giveUp(scene);
    const { server, fleet } = scene;
    runAnswering(server, (object) => ({
      ...becomesReady(object),
      lastHandledResetAt: object.metadata.annotations?.["reconcile.fluxcd.io/resetAt"],
    }));
    const { code, stdout, stderr } = await fleet(["repair", "--yes"]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^HelmRelease\/shop\/cart +reset +effective/m);
    assert.deepEqual(
      patched(server).filter((write) => !write.startsWith("leases")),
      ["helmreleases/cart"],
    );
    server.writes.length = 0;
    const again = await fleet(["repair", "--yes"]);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /nothing to repair/);
    assert.deepEqual(server.writes, []);
  });

  it("says what it would do in a dry run, asks nobody and writes nothing", async (test) => {
    const scene = await fleetScene(test);
    giveUp(scene);
    const { code, stdout } = await scene.fleet(["repair", "--dry-run"]);
    assert.equal(code, 1);
    assert.match(stdout, /HelmRelease\/shop\/cart +reset +planned/);
    assert.deepEqual(scene.server.writes, []);
  });

  it("asks a person after it has shown the list, and takes no for an answer", async (test) => {
    const scene = await fleetScene(test);
    giveUp(scene);
    const { code, stderr } = await scene.fleet(["repair"], { answer: "" });
    assert.equal(code, 1);
    assert.match(stderr, /HelmRelease\/shop\/cart: would ask for a reset.*\n.*repair 1 object/);
    assert.match(stderr, /Go on\? \[y\/N\]/);
    assert.deepEqual(scene.server.writes, []);
  });

  it("asks nobody when there is nothing to repair", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const { code, stderr } = await fleet(["repair"], { answer: "n" });
    assert.deepEqual([code, server.writes], [0, []]);
    assert.doesNotMatch(stderr, /Go on/);
  });

  it("forces the one release that is named", async (test) => {
    const scene = await fleetScene(test);
    giveUp(scene);
    const { server, fleet } = scene;
    runAnswering(server, (object) => ({
      ...becomesReady(object),
      lastHandledForceAt: object.metadata.annotations?.["reconcile.fluxcd.io/forceAt"],
    }));
    const { code, stdout } = await fleet(["repair", "shop/cart", "--force", "--yes", "-o", "json"]);
    assert.equal(code, 0, stdout);
    const { repairs } = JSON.parse(stdout) as { repairs: RepairRecord[] };
    assert.deepEqual(
      repairs.map(({ action, outcome }) => [action, outcome]),
      [["force", "effective"]],
    );
    const annotations = annotationsOf(server, cart);
    assert.equal(annotations["reconcile.fluxcd.io/forceAt"], annotations[requestedAt]);
  });

  it("refuses to force a healthy release and what is suspended", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const healthy = await fleet(["repair", "shop/cart", "--force", "--yes"]);
    assert.equal(healthy.code, 1);
    assert.match(healthy.stderr, /must not be Ready/);
    server.merge(cart, { spec: { suspend: true } });
    const suspended = await fleet(["repair", "shop/cart", "--yes"]);
    assert.equal(suspended.code, 1);
    assert.match(suspended.stderr, /suspended/);
    assert.deepEqual(server.writes, []);
  });

  it("names a missing right before any write", async (test) => {
    const scene = await fleetScene(test);
    giveUp(scene);
    scene.server.faults.forbid("patch", HelmRelease);
    const { code, stderr } = await scene.fleet(["repair", "--yes"]);
    assert.equal(code, 1);
    assert.match(stderr, /patch helmreleases\.helm\.toolkit\.fluxcd\.io/);
    assert.deepEqual(scene.server.writes, []);
  });

  it("says that the named object does not exist", async (test) => {
    const { code, stderr } = await (await fleetScene(test)).fleet(["repair", "shop/no", "--yes"]);
    assert.equal(code, 1);
    assert.match(stderr, /no object is named "shop\/no"/);
  });

  it("plans which pods a new one may mend, and deletes none in a dry run", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const metadata = { name: "cart", namespace: "shop", uid: "1" };
    server.put(ReplicaSet, { metadata });
    server.put(Deployment, { metadata: { ...metadata, labels: ownedBy("helm", "cart", "shop") } });
    server.put(Pod, {
      metadata: {
        name: "cart-1",
        namespace: "shop",
        creationTimestamp: "2026-01-01T00:00:00Z",
        ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "cart", uid: "1" }],
      },
      status: { phase: "Failed", reason: "Evicted", message: "low on memory" },
    });
    const { stdout } = await fleet(["repair", "--dry-run", "--fix-pods", "safe"]);
    assert.match(stdout, /^Pods\n.*\nPod\/shop\/cart-1 +evicted +planned/m);
    assert.deepEqual(server.writes, []);
  });
});
