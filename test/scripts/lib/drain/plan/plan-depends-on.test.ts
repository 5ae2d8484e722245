import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { HelmRelease, ResourceSet } from "../../../../../scripts/lib/kinds.ts";
import {
  after,
  afterOf,
  definition,
  inShop,
  layers,
  planOf,
  root,
  stepOf,
} from "../../../support/drain-plan.ts";
import { layer, within } from "../../../../support/destroy/fleet.ts";
import { manifest, release } from "../../../../support/stuck/manifest.ts";

const apps = "Kustomization/flux-system/apps";
const infra = "Kustomization/flux-system/infra";

describe("dependsOn", () => {
  it("holds between Kustomizations, and between all that they applied", () => {
    const plan = planOf({
      cluster: [layer("infra"), layer("apps", after("infra"))],
      infra: inShop(release("db")),
      apps: inShop(release("web")),
    });
    assert.deepEqual(afterOf(plan, "HelmRelease/shop/db"), [`${apps} (dependsOn its layer)`]);
    assert.deepEqual(afterOf(plan, infra), [
      "HelmRelease/shop/db (applied by it)",
      `${apps} (dependsOn)`,
    ]);
    assert.deepEqual(
      ["HelmRelease/shop/web", apps, "HelmRelease/shop/db", infra, root].map(
        (key) => stepOf(plan, key).stage,
      ),
      [0, 1, 2, 3, 4],
    );
  });

  it("holds between HelmReleases of other namespaces", () => {
    const dependsOn = [{ name: "db", namespace: "data" }];
    const plan = planOf(
      layers({
        apps: [...inShop(release("web", { dependsOn })), ...within("data", [release("db")])],
      }),
    );
    assert.deepEqual(afterOf(plan, "HelmRelease/data/db"), ["HelmRelease/shop/web (dependsOn)"]);
  });

  it("of a ResourceSet holds for objects of any kind", () => {
    const set = (name: string, dependsOn: readonly object[]) =>
      manifest(ResourceSet, { name }, { spec: { dependsOn, resources: [] } });
    const { apiVersion, kind } = HelmRelease;
    const plan = planOf(
      layers({
        infra: [...inShop(release("db")), definition("widgets.shop.example.com")],
        apps: inShop(
          set("first", [{ apiVersion, kind, name: "db", namespace: "shop" }]),
          set("second", [
            {
              apiVersion: "apiextensions.k8s.io/v1",
              kind: "CustomResourceDefinition",
              name: "widgets.shop.example.com",
            },
          ]),
        ),
      }),
    );
    assert.deepEqual(afterOf(plan, "HelmRelease/shop/db"), ["ResourceSet/shop/first (dependsOn)"]);
    assert.ok(afterOf(plan, infra).includes("ResourceSet/shop/second (dependsOn)"));
  });

  it("counts as it was before a drain froze the object", () => {
    const frozen = JSON.stringify({ dependsOn: [{ name: "infra" }], suspend: false });
    const plan = planOf(
      {
        cluster: [layer("infra"), layer("apps", after("flux-bootstrap-drain"))],
        infra: [],
        apps: [],
      },
      {
        patches: {
          [apps]: { metadata: { annotations: { "drain.flux-bootstrap.dev/frozen": frozen } } },
        },
      },
    );
    assert.deepEqual(afterOf(plan, infra), [`${apps} (dependsOn)`]);
  });

  it("in a circle makes its members go at the same time, and those around them in their order", () => {
    const plan = planOf({
      cluster: [
        layer("a", after("b", "base")),
        layer("b", after("a")),
        layer("base"),
        layer("top", after("a")),
      ],
      a: [],
      b: [],
      base: [],
      top: [],
    });
    const stages = ["top", "a", "b", "base"].map(
      (name) => stepOf(plan, `Kustomization/flux-system/${name}`).stage,
    );
    assert.deepEqual(stages, [0, 1, 1, 2]);
    const [blocker] = plan.blockers;
    assert.match(
      blocker?.problem ?? "",
      /depends on itself by way of .*b: they go at the same time/,
    );
    assert.equal(blocker?.refuses, false);
  });

  it("in a circle puts neither before what the other applied", () => {
    const plan = planOf({
      cluster: [layer("a", after("b")), layer("b", after("a"))],
      a: inShop(release("one")),
      b: inShop(release("two")),
    });
    const stages = plan.steps.map(({ key, stage }) => [key.split("/").at(-1), stage]);
    assert.deepEqual(stages, [
      ["one", 0],
      ["two", 0],
      ["a", 1],
      ["b", 1],
      ["flux-system", 2],
    ]);
  });

  it("of an object upon itself, or upon what does not exist, says nothing", () => {
    const plan = planOf({ cluster: [layer("apps", after("apps", "missing"))], apps: [] });
    assert.deepEqual(afterOf(plan, apps), []);
    assert.deepEqual(plan.blockers, []);
  });
});
