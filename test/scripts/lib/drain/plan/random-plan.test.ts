import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import type { DrainPlan, DrainScene } from "../../../../../scripts/lib/drain/plan/drain-plan.ts";
import { originalDependsOn } from "../../../../../scripts/lib/drain/freeze/original.ts";
import { idOf, idOfObject } from "../../../../../scripts/lib/drain/plan/scene-index.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { type Key, keyFrom, keyOf, ownerOf } from "../../../../../scripts/lib/tree/owner.ts";
import { planScene, root } from "../../../support/drain-plan.ts";
import { appliedScene } from "../../../../support/applied-scene.ts";
import { mergePatch } from "../../../../support/api-server-protocol.ts";
import {
  disturbancesOf,
  foreignOf,
  layerReference,
  manifestsOf,
  namespaceOf,
} from "../../../../support/random-fleet-manifests.ts";
import { type RandomFleet, randomFleets } from "../../../../support/random-fleet.ts";

const places = { registry: "registry.example", git: "https://git.example" };
const appliers = ["Kustomization", "HelmRelease", "ResourceSet"];

/** As many fleets as fit into a second or two; more of them find more. */
const runs = Number(process.env["RANDOM_FLEETS"] ?? "30");

function sceneOf(fleet: RandomFleet): DrainScene {
  const scene = appliedScene(manifestsOf(fleet, places), { others: foreignOf(fleet) });
  const patches = disturbancesOf(fleet);
  const flux = scene.flux.map((object) =>
    patches
      .filter(({ reference: { resource, name, namespace } }) => {
        return keyFrom(resource.kind, namespace, name) === keyOf(object);
      })
      .reduce((patched, { patch }) => mergePatch(patched, patch) as KubernetesObject, object),
  );
  return { ...scene, flux };
}

function planOf(fleet: RandomFleet): DrainPlan {
  return planScene(sceneOf(fleet));
}

/** Everything that goes before a step, by any number of steps. */
function beforeOf(plan: DrainPlan): (key: Key) => ReadonlySet<Key> {
  const after = new Map(plan.steps.map((step) => [step.key, step.after.map(({ key }) => key)]));
  return (key) => {
    const before = new Set(after.get(key));
    for (const one of before) for (const each of after.get(one) ?? []) before.add(each);
    return before;
  };
}

function check(property: (fleet: RandomFleet) => void, fleets = randomFleets()): void {
  fc.assert(fc.property(fleets, property), { numRuns: runs });
}

const calm = randomFleets().map((fleet): RandomFleet => ({ ...fleet, cycles: [] }));

describe("the plan of any fleet", { timeout: 60_000 }, () => {
  it("holds every Flux object that applies something exactly once", () => {
    check((fleet) => {
      const wanted = sceneOf(fleet).flux.filter(({ kind }) => appliers.includes(kind));
      const keys = planOf(fleet).steps.map(({ key }) => key);
      assert.deepEqual(keys.toSorted(), wanted.map(keyOf).toSorted());
    });
  });

  it("has no step before what it goes after, and so no circle", () => {
    check((fleet) => {
      const { steps } = planOf(fleet);
      const stages = new Map(steps.map(({ key, stage }) => [key, stage]));
      for (const { key, stage, after } of steps) {
        for (const one of after) {
          const earlier = stages.get(one.key);
          assert.ok(earlier !== undefined && earlier < stage, `${key} after ${one.key}`);
        }
      }
    });
  });

  it("has the root after everything else", () => {
    check((fleet) => {
      const plan = planOf(fleet);
      assert.equal(plan.steps.at(-1)?.key, root);
      assert.equal(beforeOf(plan)(root).size, plan.steps.length - 1);
    });
  });

  it("has what was applied before what applied it", () => {
    check((fleet) => {
      const before = beforeOf(planOf(fleet));
      for (const object of sceneOf(fleet).flux) {
        const owner = ownerOf(object);
        const isStep = appliers.includes(object.kind);
        if (isStep && owner !== undefined) assert.ok(before(owner).has(keyOf(object)));
      }
    });
  });

  it("has what depends before what it depends on, where nobody made a circle", () => {
    check((fleet) => {
      const plan = planOf(fleet);
      const before = beforeOf(plan);
      for (const object of sceneOf(fleet).flux) {
        for (const dependency of dependenciesOf(object)) {
          assert.ok(before(dependency).has(keyOf(object)), `${keyOf(object)} first`);
        }
      }
    }, calm);
  });

  it("has all of a layer before all of the layers that it depends on", () => {
    check((fleet) => {
      const before = beforeOf(planOf(fleet));
      for (const [index, { after }] of fleet.layers.entries()) {
        const key = keyOfLayer(fleet, index);
        for (const one of after) {
          for (const each of belowOf(fleet, keyOfLayer(fleet, one))) {
            assert.ok(before(each).has(key), `${key} before ${each}`);
          }
        }
      }
    }, calm);
  });

  it("has a tenant before the account as which it acts", () => {
    check((fleet) => {
      const before = beforeOf(planOf(fleet));
      for (const [index, { tenant, parent, releases }] of fleet.layers.entries()) {
        if (!tenant) continue;
        const giver = parent === undefined ? root : keyOfLayer(fleet, parent);
        for (const position of releases.keys()) {
          assert.ok(
            before(giver).has(keyFrom("HelmRelease", namespaceOf(index), `app-${position}`)),
          );
        }
      }
    });
  });

  it("says of every circle that its members go at the same time, and of nothing else", () => {
    check((fleet) => {
      const plan = planOf(fleet);
      const circles = plan.blockers.filter(({ problem }) => problem.includes("depends on itself"));
      assert.equal(circles.length > 0, fleet.cycles.length > 0);
    });
  });

  it("takes each object away once, and never what stays", () => {
    check((fleet) => {
      const { steps, kept } = planOf(fleet);
      const going = steps.flatMap(({ inventory }) => inventory);
      assert.equal(new Set(going.map(idOf)).size, going.length);
      const keys = new Set(
        going.map(({ kind, namespace, name }) => keyFrom(kind, namespace, name)),
      );
      for (const { key } of kept) assert.ok(!keys.has(key), key);
      for (const [index, { keeps }] of fleet.layers.entries()) {
        if (keeps) assert.ok(!keys.has(`ConfigMap/${namespaceOf(index)}/kept`));
      }
    });
  });

  it("never touches what somebody else made, nor the namespace around it", () => {
    check((fleet) => {
      const plan = planOf(fleet);
      const touched = new Set([
        ...plan.steps.flatMap(({ inventory }) => inventory).map(idOf),
        ...plan.steps
          .flatMap(({ addresses }) => addresses)
          .map((one) => `/Service/${one.namespace}/${one.name}`),
        ...plan.steps
          .flatMap(({ volumes }) => volumes)
          .map((one) => `/PersistentVolumeClaim/${one.namespace}/${one.name}`),
      ]);
      for (const { object } of foreignOf(fleet)) assert.ok(!touched.has(idOfObject(object)));
      for (const [index, { foreign, keeps }] of fleet.layers.entries()) {
        const stays = foreign !== "nothing" || keeps;
        assert.equal(touched.has(`/Namespace//${namespaceOf(index)}`), !stays);
      }
    });
  });

  it("gives back every address and volume of the fleet", () => {
    check((fleet) => {
      const { steps } = planOf(fleet);
      const count = (part: "address" | "volume") => fleet.layers.filter((one) => one[part]).length;
      assert.equal(steps.flatMap(({ addresses }) => addresses).length, count("address"));
      assert.equal(steps.flatMap(({ volumes }) => volumes).length, count("volume"));
    });
  });

  it("is the same in whatever order the objects are read", () => {
    check((fleet) => {
      const scene = sceneOf(fleet);
      const reversed = {
        ...scene,
        flux: scene.flux.toReversed(),
        objects: scene.objects.toReversed(),
      };
      assert.deepEqual(sorted(planScene(reversed)), sorted(planScene(scene)));
    });
  });
});

/** Lists whose order says nothing in an order of their own. */
function sorted(plan: DrainPlan): unknown {
  const byText = (items: readonly unknown[]) => items.map((one) => JSON.stringify(one)).toSorted();
  return {
    ...plan,
    blockers: byText(plan.blockers),
    steps: plan.steps.map((step) => ({
      ...step,
      after: byText(step.after),
      inventory: byText(step.inventory),
      volumes: byText(step.volumes),
      addresses: byText(step.addresses),
    })),
  };
}

function keyOfLayer(fleet: RandomFleet, index: number): Key {
  const { resource, namespace, name } = layerReference(fleet, index);
  return keyFrom(resource.kind, namespace, name);
}

/** All that a Flux object applied that applies something itself, level by level. */
function belowOf(fleet: RandomFleet, top: Key): ReadonlySet<Key> {
  const objects = sceneOf(fleet).flux.filter(({ kind }) => appliers.includes(kind));
  const below = new Set([top]);
  for (const one of below) {
    for (const object of objects) if (ownerOf(object) === one) below.add(keyOf(object));
  }
  return below;
}

function dependenciesOf(object: KubernetesObject): Key[] {
  const references = (originalDependsOn(object) ?? []) as {
    readonly kind?: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
  return references.map(({ kind = object.kind, name, namespace = object.metadata.namespace }) =>
    keyFrom(kind, namespace, name),
  );
}
