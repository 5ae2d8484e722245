import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ResourceSet } from "../../../../../scripts/lib/kinds.ts";
import {
  after,
  afterOf,
  inShop,
  kindOf,
  layers,
  planOf,
  root,
  stepOf,
  webhook,
} from "../../../support/drain-plan.ts";
import { withMetadata } from "../../../../support/applied-scene.ts";
import { layer, within } from "../../../../support/destroy/fleet.ts";
import { manifest, release } from "../../../../support/stuck/manifest.ts";

const apps = "Kustomization/flux-system/apps";
const infra = "Kustomization/flux-system/infra";

describe("what goes last", () => {
  it("is the root, even after an object that nothing ties to it any more", () => {
    const labels = { "kustomize.toolkit.fluxcd.io/name": "gone" };
    const orphan = withMetadata(release("orphan"), { namespace: "shop", labels });
    const plan = planOf({ cluster: [] }, { others: [orphan] });
    assert.deepEqual(
      plan.steps.map(({ key, stage }) => [key, stage]),
      [
        ["HelmRelease/shop/orphan", 0],
        [root, 1],
      ],
    );
    assert.deepEqual(afterOf(plan, root), ["HelmRelease/shop/orphan (last)"]);
  });

  it("is the root, although it is told to depend on a layer, or a layer applied it", () => {
    const applied = "flux-system_flux-system_kustomize.toolkit.fluxcd.io_Kustomization";
    const patches = [
      { [root]: { spec: after("apps") } },
      { [apps]: { status: { inventory: { entries: [{ id: applied }] } } } },
    ];
    for (const patch of patches) {
      const plan = planOf({ cluster: [layer("apps")], apps: [] }, { patches: patch });
      assert.deepEqual(
        plan.steps.map(({ key, stage }) => [key, stage]),
        [
          [apps, 0],
          [root, 1],
        ],
      );
      assert.deepEqual(plan.blockers, []);
    }
  });

  it("is, of the releases, the one that installed flux-operator, and it removes nothing", () => {
    const operator = within("flux-system", [release("flux-operator")]);
    const deployment = manifest(kindOf("apps/v1", "Deployment"), { name: "flux-operator" });
    const plan = planOf(
      { cluster: [...operator, layer("apps")], apps: inShop(release("web"), release("db")) },
      { charts: { "flux-system/flux-operator": [deployment] } },
    );
    const step = stepOf(plan, "HelmRelease/flux-system/flux-operator");
    assert.equal(step.deletedSuspended, true);
    assert.deepEqual(step.inventory, []);
    const stages = plan.steps
      .filter(({ kind }) => kind === "HelmRelease")
      .map(({ stage }) => stage);
    assert.deepEqual(stages, [0, 0, 1]);
    assert.deepEqual(
      plan.kept.map(({ key }) => key),
      ["HelmRelease/flux-system/flux-operator"],
    );
  });

  it("is known as the operator's by what Helm notes, where there is no inventory", () => {
    const annotations = {
      "meta.helm.sh/release-name": "flux-operator",
      "meta.helm.sh/release-namespace": "flux-system",
    };
    const deployment = manifest(kindOf("apps/v1", "Deployment"), {
      name: "flux-operator",
      namespace: "flux-system",
      annotations,
    });
    const fleet = { cluster: within("flux-system", [release("flux-operator"), release("other")]) };
    const charts = { "flux-system/flux-operator": [], "flux-system/other": [] };
    const plan = planOf(fleet, { charts, others: [deployment] });
    assert.deepEqual(
      plan.steps.map(({ key, deletedSuspended }) => [key, deletedSuspended]),
      [
        ["HelmRelease/flux-system/other", false],
        ["HelmRelease/flux-system/flux-operator", true],
        [root, false],
      ],
    );
  });

  it("is the layer with webhooks, but for what that needs itself", () => {
    const plan = planOf({
      cluster: [layer("base"), layer("infra", after("base")), layer("apps")],
      base: [],
      infra: [webhook],
      apps: inShop(release("web")),
    });
    const stage = (key: string) => stepOf(plan, key).stage;
    assert.ok(stage(apps) < stage(infra));
    assert.ok(stage(infra) < stage("Kustomization/flux-system/base"));
  });
});

describe("what is told to stop", () => {
  it("begins with the FluxInstance and the automations that write to the repository, then from the top", () => {
    const automation = (name: string, source: string) =>
      manifest(
        {
          apiVersion: "image.toolkit.fluxcd.io/v1",
          kind: "ImageUpdateAutomation",
          plural: "",
          namespaced: true,
        },
        { name, namespace: "flux-system" },
        { spec: { sourceRef: { kind: "GitRepository", name: source } } },
      );
    const plan = planOf(
      { cluster: [layer("apps")], apps: inShop(release("web")) },
      { others: [automation("ours", "flux-system"), automation("theirs", "other")] },
    );
    assert.deepEqual(plan.stopped, [
      "FluxInstance/flux-system/flux",
      "ImageUpdateAutomation/flux-system/ours",
      root,
      apps,
      "HelmRelease/shop/web",
    ]);
  });
});

describe("a suspended object", () => {
  it("is told from others, by what its controller looks at", () => {
    const set = manifest(ResourceSet, { name: "set" }, { spec: { resources: [] } });
    const plan = planOf(layers({ apps: inShop(release("web"), release("db"), set) }), {
      patches: {
        [apps]: { spec: { suspend: true } },
        "HelmRelease/shop/web": { spec: { suspend: true } },
        "ResourceSet/shop/set": {
          metadata: { annotations: { "fluxcd.controlplane.io/reconcile": "disabled" } },
        },
      },
    });
    assert.deepEqual(
      plan.steps.filter(({ suspended }) => suspended).map(({ key }) => key),
      ["HelmRelease/shop/web", "ResourceSet/shop/set", apps],
    );
  });
});
