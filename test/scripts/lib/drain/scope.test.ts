import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { expectedGone, isKept, scopeOf } from "../../../../scripts/lib/drain/scope.ts";
import { displayName, type KubernetesObject } from "../../../../scripts/lib/object.ts";
import { ownedBy } from "../../support/gitops.ts";

const sync = { namespace: "flux-system", name: "flux-system" };

function object(
  kind: string,
  name: string,
  labels: Record<string, string> = {},
  more: { spec?: object; entries?: string[]; annotations?: Record<string, string> } = {},
): KubernetesObject {
  const { spec = {}, entries = [], annotations = {} } = more;
  return {
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: "flux-system", labels, annotations },
    spec,
    status: { inventory: { entries: entries.map((id) => ({ id })) } },
  };
}

describe("scopeOf", () => {
  const root = object("Kustomization", "flux-system");
  const mine = object("Kustomization", "mine");
  const table: [string, KubernetesObject[], string[], string[]][] = [
    [
      "the root and its source",
      [root, object("GitRepository", "flux-system")],
      ["flux-system", "flux-system"],
      [],
    ],
    [
      "what the root applied",
      [root, object("HelmRelease", "a", ownedBy("kustomize", "flux-system"))],
      ["flux-system", "a"],
      [],
    ],
    [
      "what is two levels below",
      [
        root,
        object("Kustomization", "apps", ownedBy("kustomize", "flux-system")),
        object("HelmRelease", "a", ownedBy("kustomize", "apps")),
      ],
      ["flux-system", "apps", "a"],
      [],
    ],
    [
      "the chart of a release",
      [
        object("HelmRelease", "a", ownedBy("kustomize", "gone")),
        object("HelmChart", "c", ownedBy("helm", "a")),
      ],
      ["a", "c"],
      [],
    ],
    [
      "what lost its owner already",
      [object("HelmRelease", "a", ownedBy("kustomize", "gone"))],
      ["a"],
      [],
    ],
    ["a Kustomization of a person", [mine], [], ["mine"]],
    [
      "what it applied",
      [mine, object("HelmRelease", "a", ownedBy("kustomize", "mine"))],
      [],
      ["mine"],
    ],
    ["a source of a person", [object("GitRepository", "other")], [], []],
    [
      "a canary",
      [object("HelmRelease", "gate-1", { "flux-bootstrap.dev/purpose": "canary" })],
      [],
      [],
    ],
    [
      "owners in a circle",
      [
        object("Kustomization", "a", ownedBy("kustomize", "b")),
        object("Kustomization", "b", ownedBy("kustomize", "a")),
      ],
      ["a", "b"],
      [],
    ],
  ];
  for (const [what, objects, made, byHand] of table) {
    it(`divides ${what}`, () => {
      const scope = scopeOf(objects, sync);
      const names = (part: readonly KubernetesObject[]) =>
        part.map(({ metadata }) => metadata.name);
      assert.deepEqual([names(scope.made), names(scope.byHand)], [made, byHand]);
    });
  }
});

describe("expectedGone", () => {
  const entries = ["shop_web_apps_Deployment"];
  const table: [string, KubernetesObject, string[]][] = [
    [
      "a pruning Kustomization's objects",
      object("Kustomization", "k", {}, { spec: { prune: true }, entries }),
      ["web"],
    ],
    [
      "nothing of one that does not prune",
      object("Kustomization", "k", {}, { spec: { prune: false }, entries }),
      [],
    ],
    [
      "those of one whose policy is Delete",
      object(
        "Kustomization",
        "k",
        {},
        { spec: { prune: false, deletionPolicy: "Delete" }, entries },
      ),
      ["web"],
    ],
    [
      "nothing of an orphaning one",
      object(
        "Kustomization",
        "k",
        {},
        { spec: { prune: true, deletionPolicy: "Orphan" }, entries },
      ),
      [],
    ],
    [
      "a release's objects without its definitions",
      object(
        "HelmRelease",
        "h",
        {},
        {
          entries: [
            ...entries,
            "_things.example.com_apiextensions.k8s.io_CustomResourceDefinition",
          ],
        },
      ),
      ["web"],
    ],
  ];
  for (const [what, made, names] of table) {
    it(`lists ${what}`, () => {
      assert.deepEqual(
        expectedGone([made]).map(({ name }) => name),
        names,
      );
    });
  }

  it("lists an object of two inventories once", () => {
    const spec = { prune: true };
    const twice = ["a", "b"].map((name) => object("Kustomization", name, {}, { spec, entries }));
    assert.equal(expectedGone(twice).length, 1);
  });
});

describe("isKept", () => {
  const table: [Record<string, string>, boolean][] = [
    [{ "helm.sh/resource-policy": "keep" }, true],
    [{ "kustomize.toolkit.fluxcd.io/prune": "disabled" }, true],
    [{ "fluxcd.controlplane.io/prune": "disabled" }, true],
    [{ "kustomize.toolkit.fluxcd.io/prune": "enabled" }, false],
    [{}, false],
  ];
  for (const [annotations, kept] of table) {
    it(`is ${kept} for ${JSON.stringify(annotations)}`, () => {
      const some = object("ConfigMap", "c", {}, { annotations });
      assert.equal(isKept(some), kept, displayName(some));
    });
  }
});
