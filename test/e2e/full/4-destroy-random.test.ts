import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import fc from "fast-check";

import { discover } from "../../../scripts/lib/discovery.ts";
import { Namespace, PersistentVolumeClaim } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { census, marked } from "../../support/destroy/census.ts";
import { addressHolders } from "../../support/destroy/cloud.ts";
import { destroyPlan } from "../../support/destroy/destroy-plan.ts";
import { DrainGround } from "../../support/destroy/drain-ground.ts";
import { differences, type Drained, reversed } from "../../support/destroy/drained.ts";
import { type DrainEnd, killDrain } from "../../support/destroy/drain-run.ts";
import { attach, uidsOf } from "../../support/destroy/fleet.ts";
import { Trail } from "../../support/destroy/trail.ts";
import { removeWhole } from "../../support/destroy/until-gone.ts";
import { type RandomFleet, randomFleets } from "../../support/random-fleet.ts";
import {
  disturbancesOf,
  foreignOf,
  manifestsOf,
  namespaceOf,
} from "../../support/random-fleet-manifests.ts";

const { RANDOM_FLEET_SEED, RANDOM_FLEETS = "5" } = process.env;
const seed = RANDOM_FLEET_SEED === undefined ? Date.now() % 1_000_000 : Number(RANDOM_FLEET_SEED);

/** How many of the things that a drain has to cope with the fleet has. */
function trouble({ layers, cycles }: RandomFleet): number {
  const releases = layers.flatMap((one) => one.releases);
  const troubles = [
    cycles.length > 0,
    layers.some(({ tenant }) => tenant),
    layers.some(({ set }) => set !== undefined),
    layers.some(({ parent }) => parent !== undefined),
    layers.some(({ address, volume }) => address || volume),
    layers.some(({ foreign }) => foreign !== "nothing"),
    [...layers, ...releases].some(({ mood }) => mood === "suspended"),
    releases.some(({ after: earlier }) => earlier.length > 0),
  ];
  return troubles.filter(Boolean).length;
}

/** A fleet, and after how many steps its first drain is killed; it is not where there are fewer. */
const cases = fc.record({
  fleet: randomFleets({ mostLayers: 4, mostReleases: 3 }).filter((fleet) => trouble(fleet) >= 5),
  killedAfter: fc.integer({ min: 0, max: 8 }),
});

describe(`random fleets of seed ${seed}`, () => {
  let ground: DrainGround;

  before(async () => {
    ground = await DrainGround.start("random");
  });

  after(async () => {
    await ground.end();
  });

  const drawn = fc.sample(cases, { seed, numRuns: Number(RANDOM_FLEETS) });
  for (const [index, { fleet, killedAfter }] of drawn.entries()) {
    it(`is drained whole, number ${index}, killed after ${killedAfter} steps: ${shapeOf(fleet)}`, async (test) => {
      const { stage } = ground;
      const empty = new Set(await census(stage.cluster));
      await attach(stage, `random-${index}`, manifestsOf(fleet, ground.ground.places));
      const foreign = foreignOf(fleet);
      await stage.apply(foreign);
      for (const { reference, patch } of disturbancesOf(fleet)) {
        await stage.cluster.patch(reference, patch, "person");
      }
      const references = foreign.map(({ resource, object: { metadata } }) => ({
        resource,
        name: metadata.name,
        namespace: metadata.namespace ?? "",
      }));
      const uids = await uidsOf(stage, references);
      const { drained, end, killed } = await drainTwice(killedAfter);
      test.diagnostic(killed ? "killed and drained again" : "drained before it could be killed");

      assert.equal(end.code, 0, end.output);
      assert.deepEqual(differences(drained), []);
      if (drained.plan.steps.some(({ after: earlier }) => earlier.length > 0)) {
        assert.notDeepEqual(differences({ ...drained, plan: reversed(drained.plan) }), []);
      }
      assert.deepEqual(stripped(drained), []);
      assert.deepEqual(await uidsOf(stage, references), uids);
      assert.deepEqual(await marked(stage.cluster), []);
      const allowed = new Set([...empty, ...(await keptOf(fleet, references))]);
      assert.deepEqual(
        (await census(stage.cluster)).filter((name) => !allowed.has(name)),
        [],
      );
      const holders = addressHolders(ground.ground.embedded);
      assert.deepEqual(
        holders.filter((name) => !name.endsWith("/by-hand")),
        [],
      );
      for (const layer of fleet.layers.keys()) {
        await removeWhole(stage.cluster, { resource: Namespace, name: namespaceOf(layer) });
      }
    });
  }

  /** Drains, killed once on the way, and again. */
  async function drainTwice(killedAfter: number): Promise<Twice> {
    const resources = await discover(ground.stage.cluster);
    const { embedded } = ground.ground;
    const plan = await destroyPlan(embedded);
    const { result, events } = await ground.during(async () => {
      const first = await killDrain(embedded, killedAfter);
      const killed = first.code !== 0;
      return { killed, end: killed ? await ground.drain() : first };
    });
    return { ...result, drained: { plan, resources, trail: new Trail(events) } };
  }

  /** What of the fleet stays on purpose: what is marked so, and the namespaces of that and of what is foreign. */
  async function keptOf(fleet: RandomFleet, foreign: readonly Reference[]): Promise<string[]> {
    const namespaces = [
      ...foreign.map(({ namespace = "" }) => namespace),
      ...[...fleet.layers.keys()].filter((at) => fleet.layers[at]?.keeps === true).map(namespaceOf),
    ];
    const claims = await ground.stage.cluster.list<Claim>(PersistentVolumeClaim);
    return [
      ...namespaces.flatMap((name) => [
        `Namespace/${name}`,
        `ConfigMap/${name}/kube-root-ca.crt`,
        `ConfigMap/${name}/kept`,
        `ServiceAccount/${name}/default`,
      ]),
      ...foreign.map(({ resource: { kind }, namespace = "", name }) =>
        [kind, namespace, name].join("/"),
      ),
      ...claims.map(({ spec }) => `PersistentVolume/${spec?.volumeName ?? ""}`),
    ];
  }
});

interface Twice {
  readonly drained: Drained;
  readonly end: DrainEnd;
  readonly killed: boolean;
}

type Claim = KubernetesObject<{ readonly volumeName?: string }>;

/** Flux objects that went by the write of another than the controller that has to finalize them. */
function stripped({ trail }: Drained): string[] {
  const finalizers = [
    ["kustomize.toolkit.fluxcd.io", "kustomizations", "kustomize-controller"],
    ["helm.toolkit.fluxcd.io", "helmreleases", "helm-controller"],
    ["fluxcd.controlplane.io", "resourcesets", "flux-operator"],
  ] as const;
  return finalizers.flatMap(([group, resource, controller]) =>
    trail
      .deleted(group, resource)
      .filter((at) => trail.endedBy(at) !== `system:serviceaccount:flux-system:${controller}`)
      .map(({ namespace, name }) => `${resource} ${namespace}/${name}`),
  );
}

function shapeOf({ layers, cycles }: RandomFleet): string {
  const all = layers.map(({ parent, after: earlier, mood, tenant, releases, set, foreign }) =>
    [
      `${releases.length} releases`,
      ...(parent === undefined ? [] : [`in ${parent}`]),
      ...(earlier.length === 0 ? [] : [`after ${earlier.join(" and ")}`]),
      ...(mood === "calm" ? [] : [mood]),
      ...(tenant ? ["tenant"] : []),
      ...(set === undefined ? [] : ["with a set"]),
      ...(foreign === "nothing" ? [] : [`with a foreign ${foreign}`]),
    ].join(" "),
  );
  return [...all, ...cycles.map(([later, earlier]) => `circle ${earlier}-${later}`)].join("; ");
}
