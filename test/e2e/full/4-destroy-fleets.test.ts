import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { PersistentVolume } from "../../../embedded/cloud/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import {
  addressHolders,
  noLatency,
  setLatencies,
  volumeDirectories,
} from "../../support/destroy/cloud.ts";
import { DrainGround, fluxOptions } from "../../support/destroy/drain-ground.ts";
import { differences, type Drained, reversed } from "../../support/destroy/drained.ts";
import type { DrainEnd, DrainVariables } from "../../support/destroy/drain-run.ts";
import { attach, type Fleet, root, rootSource, uidsOf } from "../../support/destroy/fleet.ts";
import { addresses, chained, claimOfChain } from "../../support/destroy/fleets/chained.ts";
import * as denied from "../../support/destroy/fleets/denied.ts";
import * as edges from "../../support/destroy/fleets/edges.ts";
import { Guard, guarded, guardedConfig } from "../../support/destroy/fleets/guarded.ts";
import * as ownFlux from "../../support/destroy/fleets/own-flux.ts";
import * as nested from "../../support/destroy/fleets/nested-sets.ts";
import { madeBySets, sets } from "../../support/destroy/fleets/sets.ts";
import { claimOfStore, stores } from "../../support/destroy/fleets/stores.ts";
import * as tenants from "../../support/destroy/fleets/tenants.ts";
import { exists, ready, type Test } from "../../support/stuck/scenario.ts";

let ground: DrainGround;
const over = new AbortController();

before(async () => {
  ground = await DrainGround.start("drain");
});

after(async () => {
  over.abort();
  await ground.end();
});

type Result = DrainEnd & Drained;

/** Attaches the fleet, and drains it by the plan that is shown before. */
async function attachAndDrain(
  name: string,
  fleet: Fleet,
  variables: DrainVariables = {},
): Promise<Result> {
  await attach(ground.stage, name, fleet);
  return ground.drainByPlan(variables);
}

const assertGone = async (...references: readonly Reference[]) => {
  assert.deepEqual(
    await uidsOf(ground.stage, references),
    references.map(() => undefined),
  );
};

/** What holds of every drain that ends well. */
async function assertDrained(result: Result): Promise<void> {
  assert.equal(result.code, 0, result.output);
  assert.deepEqual(differences(result), []);
  await assertGone(root, rootSource);
  assert.deepEqual(addressHolders(ground.ground.embedded), []);
}

const hasAddress: Test = ({ status }) => JSON.stringify(status ?? {}).includes("198.51.100.");
const isBound: Test = ({ status }) => JSON.stringify(status ?? {}).includes('"Bound"');

const at = ({ resource, namespace = "", name }: Reference) => {
  const { apiVersion, plural } = resource;
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  return { group, resource: plural, namespace, name };
};

const assertBefore = ({ trail }: Drained, earlier: Reference, later: Reference) => {
  const [ended = Infinity, asked = 0] = [trail.ended(at(earlier)), trail.asked(at(later))];
  assert.ok(ended <= asked, `${earlier.name} ended ${ended}, ${later.name} was asked ${asked}`);
};

describe("draining a LoadBalancer that a controller made", () => {
  let result: Result;

  before(async () => {
    edges.controlEdges(ground.stage.cluster, over.signal);
    await setLatencies(ground.ground.embedded, { "release-address": 3_000 });
    await attach(ground.stage, "edges", edges.edges());
    await ground.stage.until(edges.madeService, hasAddress);
    result = await ground.drainByPlan();
    await setLatencies(ground.ground.embedded, {});
  });

  it("traces it to what it was made for", () => {
    const addresses = result.plan.steps.flatMap((step) => step.addresses);
    assert.deepEqual(
      addresses.map(({ kind, name, madeFor }) => [kind, name, madeFor]),
      [["Service", "edge-front", "Edge/edges/front"]],
    );
  });

  it("waits until its address is released before the kind goes that it was made for", async () => {
    await assertDrained(result);
    const platform = { ...root, name: "platform" };
    assertBefore(result, edges.madeService, platform);
    assert.notDeepEqual(differences({ ...result, plan: reversed(result.plan) }), []);
    await assertGone(edges.madeService);
  });
});

describe("draining what a slow cloud has to take back", () => {
  const latency = 15_000;

  async function drainedIn(milliseconds: number): Promise<number> {
    const { embedded } = ground.ground;
    await setLatencies(embedded, noLatency);
    await attach(ground.stage, "chained", chained());
    for (const address of addresses) await ground.stage.until(address, hasAddress);
    await ground.stage.until(claimOfChain, isBound);
    const latencies = { "release-address": milliseconds, "delete-volume": milliseconds };
    await setLatencies(embedded, latencies);
    const result = await ground.drainByPlan();
    await setLatencies(embedded, {});
    await assertDrained(result);
    return result.seconds * 1000;
  }

  it("takes as long as the cloud along the longest chain, and no tenth longer", async (test) => {
    const own = await drainedIn(0);
    const longer = (await drainedIn(latency)) - own;
    test.diagnostic(`${longer} ms longer than ${own} ms`);
    // An address, and after it a volume; the other address goes beside them.
    assert.ok(longer >= 1.9 * latency, `${longer} ms`);
    assert.ok(longer <= 2.2 * latency, `${longer} ms`);
  });
});

describe("draining the claim of a StatefulSet", () => {
  it("deletes its data where volumes are to be deleted", async () => {
    const result = await attachAndDrain("stores", stores(ground.ground.places));
    await assertDrained(result);
    await assertGone(claimOfStore);
    assert.deepEqual(volumeDirectories(ground.ground.embedded), []);
  });

  it("keeps its volume where volumes are to be kept, and says so", async () => {
    await attach(ground.stage, "stores", stores(ground.ground.places));
    const claim = await ground.stage.cluster.get<Claim>(claimOfStore);
    const volume = claim?.spec?.volumeName ?? "";
    const result = await ground.drainByPlan({ DRAIN_VOLUMES: "keep" });
    assert.equal(result.code, 0, result.output);
    assert.deepEqual(volumeDirectories(ground.ground.embedded), [volume]);
    assert.match(Object.values(result.report).join("\n"), new RegExp(volume));
    // Whoever keeps volumes has to delete them.
    await ground.stage.cluster.delete(claimOfStore);
    await ground.stage.cluster.delete({ resource: PersistentVolume, name: volume });
  });

  type Claim = KubernetesObject<{ readonly volumeName?: string }>;
});

describe("draining what an operator's webhook is asked about", () => {
  it("lets the operator answer to the end", async () => {
    const guard = await Guard.start(ground.ground, over.signal);
    const result = await attachAndDrain("guarded", guarded(guard));
    await assertDrained(result);
    assert.ok(guard.asked.includes("config"), guard.asked.join());
    assertBefore(result, guardedConfig, { ...root, name: "guard" });
  });
});

describe("draining a tenant", () => {
  it("takes the account after all that works with it", async () => {
    const result = await attachAndDrain("tenants", tenants.tenants(ground.ground.places));
    await assertDrained(result);
    assertBefore(result, tenants.team, tenants.deployerAccount);
    assertBefore(result, tenants.app, tenants.deployerAccount);
    await assertGone(tenants.team, tenants.app, tenants.deployerAccount);
  });
});

describe("draining ResourceSets", () => {
  it("takes them in their order, with all that they made", async () => {
    await attach(ground.stage, "sets", sets(ground.ground.places));
    await Promise.all(madeBySets.map((made) => ground.stage.until(made, exists)));
    const result = await ground.drainByPlan();
    await assertDrained(result);
    await assertGone(...madeBySets);
  });

  it("takes one that made another that made a Kustomization from the inside out", async () => {
    const { leaf, inner, outer, leafNote } = nested;
    await attach(ground.stage, "nested", nested.nestedSets());
    await ground.stage.until(leaf, ready);
    const result = await ground.drainByPlan();
    await assertDrained(result);
    assertBefore(result, leaf, inner);
    assertBefore(result, inner, outer);
    await assertGone(leafNote, leaf, inner, outer);
  });
});

describe("draining a repository that contains its own Flux", () => {
  it("keeps Flux and its operator, and removes the rest", async () => {
    await ownFlux.pushOperator(ground.ground);
    const before = await uidsOf(ground.stage, ownFlux.ownParts);
    const fleet = ownFlux.ownFlux(ground.ground.places, fluxOptions, "own-flux");
    const result = await attachAndDrain("own-flux", fleet);
    await assertDrained(result);
    assert.deepEqual(await uidsOf(ground.stage, ownFlux.ownParts), before);
    await assertGone(ownFlux.operatorRelease, ...ownFlux.guests);
    await ground.ground.prove();
  });
});

describe("draining a release that cannot be uninstalled", () => {
  let first: DrainEnd;

  before(async () => {
    await attach(ground.stage, "denied", denied.denied(ground.ground.places));
    first = await ground.drain({ DRAIN_TIMEOUT: "30s" });
  });

  it("ends in time and names the release, with its controller's own message", () => {
    assert.equal(first.code, 1, first.output);
    assert.ok(first.seconds < 50, `${first.seconds} s`);
    assert.match(first.output, /HelmRelease\/denied\/app/);
    assert.match(first.output, /UninstallFailed: Helm uninstall failed/);
    assert.match(first.output, /^Next: /m);
  });

  it("leaves it and its finalizer to its controller", async () => {
    const { metadata } = (await ground.stage.cluster.get(denied.app)) ?? {};
    assert.deepEqual(metadata?.finalizers, ["finalizers.fluxcd.io"]);
  });

  it("goes on to the end once it can be", async () => {
    await ground.stage.cluster.patch(denied.role, { rules: denied.withDelete }, "person");
    const second = await ground.drain();
    assert.equal(second.code, 0, second.output);
    await assertGone(denied.app, denied.role, root, rootSource);
  });
});
