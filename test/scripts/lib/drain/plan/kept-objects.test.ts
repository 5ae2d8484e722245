import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Deployment } from "../../../../../scripts/lib/kinds.ts";
import {
  definition,
  goingWith,
  inShop,
  keptOf,
  kindOf,
  layers,
  planOf,
  type PlanAround,
} from "../../../support/drain-plan.ts";
import { withMetadata } from "../../../../support/applied-scene.ts";
import { layer, within } from "../../../../support/destroy/fleet.ts";
import {
  configMap,
  type Manifest,
  manifest,
  namespaceManifest,
  release,
} from "../../../../support/stuck/manifest.ts";

const apps = "Kustomization/flux-system/apps";
const note = configMap("note", {});

describe("what an inventory names stays", () => {
  const marks = [
    "kustomize.toolkit.fluxcd.io/prune: disabled",
    "kustomize.toolkit.fluxcd.io/reconcile: disabled",
    "kustomize.toolkit.fluxcd.io/ssa: Ignore",
    "fluxcd.controlplane.io/prune: disabled",
    "helm.sh/resource-policy: keep",
  ];
  for (const mark of marks) {
    it(`when it is marked ${mark}`, () => {
      const [name = "", value] = mark.split(": ");
      const marked = withMetadata(note, { annotations: { [name]: value } });
      const plan = planOf(layers({ apps: inShop(marked, configMap("other", {})) }));
      assert.deepEqual(keptOf(plan), { "ConfigMap/shop/note": `marked ${mark}` });
      assert.deepEqual(goingWith(plan, apps), ["ConfigMap/shop/other"]);
    });
  }

  const specs: readonly (readonly [object, boolean])[] = [
    [{ prune: false }, true],
    [{ deletionPolicy: "Orphan" }, true],
    [{ prune: false, deletionPolicy: "Delete" }, false],
    [{ prune: true, deletionPolicy: "WaitForTermination" }, false],
  ];
  for (const [spec, stays] of specs) {
    it(`${stays ? "when" : "not when"} what applied it says ${JSON.stringify(spec)}`, () => {
      const plan = planOf({ cluster: [layer("apps", spec)], apps: inShop(note) });
      assert.deepEqual(Object.keys(keptOf(plan)), stays ? [apps] : []);
      assert.deepEqual(goingWith(plan, apps), stays ? [] : ["ConfigMap/shop/note"]);
    });
  }

  it("when it lost the labels of what applied it", () => {
    const labels = { "kustomize.toolkit.fluxcd.io/name": "other" };
    const plan = planOf(layers({ apps: inShop(note) }), {
      patches: { "ConfigMap/shop/note": { metadata: { labels } } },
    });
    assert.match(keptOf(plan)["ConfigMap/shop/note"] ?? "", /lost the labels of Kustomization/);
  });

  it("not when another carries it in its inventory, and then goes with that one", () => {
    const plan = planOf(layers({ apps: inShop(note), web: inShop(note) }));
    assert.deepEqual(keptOf(plan), {});
    assert.deepEqual(goingWith(plan, apps), []);
    assert.deepEqual(goingWith(plan, "Kustomization/flux-system/web"), ["ConfigMap/shop/note"]);
  });

  it("not when two releases installed it, and goes with the first by name", () => {
    const plan = planOf(layers({ apps: inShop(release("web"), release("db")) }), {
      charts: { "shop/db": [note], "shop/web": [note] },
    });
    assert.deepEqual(goingWith(plan, "HelmRelease/shop/db"), ["ConfigMap/shop/note"]);
    assert.deepEqual(goingWith(plan, "HelmRelease/shop/web"), []);
  });

  const widgets = (annotations = {}) => definition("widgets.example.com", annotations);
  const installed = (made: Manifest): PlanAround => ({ charts: { "shop/web": [made] } });

  it("when it is a definition in the folder of a chart that Helm never touches again", () => {
    const plan = planOf(layers({ apps: inShop(release("web")) }), installed(widgets()));
    assert.match(keptOf(plan)["CustomResourceDefinition//widgets.example.com"] ?? "", /Helm/);
  });

  it("not when the definition is one of the chart's templates", () => {
    const template = widgets({ "meta.helm.sh/release-name": "web" });
    const plan = planOf(layers({ apps: inShop(release("web")) }), installed(template));
    assert.deepEqual(keptOf(plan), {});
  });
});

describe("a namespace that Helm created", () => {
  const created = release("web", { targetNamespace: "made", install: { createNamespace: true } });

  it("stays, since Helm does not remove it", () => {
    const plan = planOf(layers({ apps: inShop(created) }), { others: [namespaceManifest("made")] });
    assert.match(
      keptOf(plan)["Namespace//made"] ?? "",
      /^HelmRelease\/shop\/web had Helm create it/,
    );
  });

  it("goes where an inventory has it", () => {
    const plan = planOf(layers({ apps: [namespaceManifest("made"), ...inShop(created)] }));
    assert.deepEqual(keptOf(plan), {});
    assert.deepEqual(goingWith(plan, apps), ["Namespace//made"]);
  });
});

describe("a repository that contains Flux", () => {
  const operator = manifest(Deployment, {
    name: "flux-operator",
    labels: { "app.kubernetes.io/name": "flux-operator" },
  });
  const fleet = layers({
    apps: [
      namespaceManifest("flux-system"),
      ...within("flux-system", [
        operator,
        manifest(kindOf("fluxcd.controlplane.io/v1", "FluxInstance"), { name: "flux" }),
        note,
      ]),
      definition("helmreleases.helm.toolkit.fluxcd.io"),
    ],
  });

  it("keeps what Flux needs, and says what to annotate so that nothing prunes it", () => {
    const { kept } = planOf(fleet);
    assert.deepEqual(
      kept.map(({ key, protect }) => [key, protect?.annotation]),
      [
        "CustomResourceDefinition//helmreleases.helm.toolkit.fluxcd.io",
        "Deployment/flux-system/flux-operator",
        "FluxInstance/flux-system/flux",
        "Namespace//flux-system",
      ].map((key) => [key, "kustomize.toolkit.fluxcd.io/prune"]),
    );
  });

  it("loses what is only beside Flux", () => {
    assert.deepEqual(goingWith(planOf(fleet), apps), ["ConfigMap/flux-system/note"]);
  });
});
