import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { kindOf, planOf } from "../../support/drain-plan.ts";
import {
  apps,
  type BlockerCase,
  note,
  noteKey,
  smallFleet,
  testBlockers,
  web,
} from "../../support/blocker-cases.ts";
import { inShop } from "../../support/drain-plan.ts";
import { layer, within } from "../../../support/destroy/fleet.ts";
import { account } from "../../../support/destroy/manifests.ts";
import { configMap, manifest, namespaceManifest } from "../../../support/stuck/manifest.ts";

const instance = "FluxInstance/flux-system/flux";
const disabled = { "fluxcd.controlplane.io/reconcile": "disabled" };
const mine = manifest(kindOf("helm.toolkit.fluxcd.io/v2", "HelmRelease"), {
  name: "mine",
  namespace: "default",
});

const table: readonly BlockerCase[] = [
  { when: "all is well" },
  {
    when: "a person made a HelmRelease",
    around: { others: [mine] },
    expected: {
      key: "HelmRelease/default/mine",
      problem: /^did not come from the sync/,
      next: /^kubectl -n default describe helmrelease\.helm\.toolkit\.fluxcd\.io mine$/,
    },
  },
  {
    when: "a person made a HelmRelease with a Flux that stays",
    around: { others: [mine], fluxStays: true },
  },
  {
    when: "somebody disabled the FluxInstance",
    around: { patches: { [instance]: { metadata: { annotations: disabled } } } },
    expected: {
      key: instance,
      problem: /^is disabled, so flux-operator would not detach/,
      next: /^kubectl annotate fluxinstance flux -n flux-system fluxcd.controlplane.io\/reconcile-$/,
    },
  },
  {
    when: "a drain disabled the FluxInstance",
    around: {
      patches: {
        [instance]: {
          metadata: { annotations: { ...disabled, "drain.flux-bootstrap.dev/frozen": "{}" } },
        },
      },
    },
  },
  {
    when: "the account of a Kustomization is missing",
    of: { cluster: [layer("apps", { serviceAccountName: "robot" })], apps: inShop(note) },
    around: { others: account("shop", "robot") },
    expected: {
      key: apps,
      problem: /^acts as ServiceAccount\/flux-system\/robot, which does not exist/,
      next: /^kubectl -n flux-system create serviceaccount robot$/,
    },
  },
  {
    when: "the account of a Kustomization is there",
    of: { cluster: [layer("apps", { serviceAccountName: "robot" })], apps: inShop(note) },
    around: { others: account("flux-system", "robot") },
  },
  {
    when: "a release would uninstall a namespace with something foreign in it",
    around: {
      charts: { "shop/web": [namespaceManifest("web")] },
      others: within("web", [configMap("by-hand", {})]),
    },
    expected: {
      key: web,
      problem: /^would uninstall Namespace\/web, which holds ConfigMap\/web\/by-hand/,
      next: /^kubectl get namespace web -o yaml$/,
    },
  },
  {
    when: "a release would uninstall a namespace of its own",
    around: { charts: { "shop/web": [namespaceManifest("web")] } },
  },
];

describe("a drain refuses when", () => {
  testBlockers(table, true);

  it("something does, and says that before what only holds it up", () => {
    const { blockers } = planOf(smallFleet, {
      others: [mine],
      patches: { [noteKey]: { metadata: { finalizers: ["example.com/hold"] } } },
    });
    assert.deepEqual(
      blockers.map(({ refuses }) => refuses),
      [true, false],
    );
  });
});
