import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  freezePatch,
  thawPatch,
  waitsForNothing,
} from "../../../../../scripts/lib/drain/freeze/freeze.ts";
import { frozenAnnotation } from "../../../../../scripts/lib/drain/freeze/original.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { mergePatch } from "../../../../support/api-server-protocol.ts";

const off = { "fluxcd.controlplane.io/reconcile": "disabled" };

function object(kind: string, spec: object, annotations?: Record<string, string>) {
  const metadata = { name: "apps", namespace: "shop", ...(annotations && { annotations }) };
  return { apiVersion: "v1", kind, metadata, spec };
}

function patched(target: KubernetesObject, patch: object | undefined): KubernetesObject {
  return mergePatch(target, patch ?? {}) as KubernetesObject;
}

/** Without the fields that a removed field leaves empty. */
function essence({ metadata, spec }: KubernetesObject) {
  return { spec, annotations: metadata.annotations ?? {} };
}

describe("a freeze", () => {
  const dependsOn = [{ name: "base" }];
  const table: [string, KubernetesObject, object, Record<string, string>][] = [
    [
      "a Kustomization",
      object("Kustomization", { dependsOn, prune: true }),
      { dependsOn: [{ name: "flux-bootstrap-drain" }], prune: true },
      {},
    ],
    [
      "one without dependencies",
      object("Kustomization", {}),
      { dependsOn: [{ name: "flux-bootstrap-drain" }] },
      {},
    ],
    [
      "a suspended HelmRelease, which it resumes",
      object("HelmRelease", { suspend: true }),
      { dependsOn: [{ name: "flux-bootstrap-drain" }], suspend: false },
      {},
    ],
    [
      "a ResourceSet that is switched off, which it switches on",
      object("ResourceSet", {}, off),
      {
        dependsOn: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            name: "flux-bootstrap-drain-never",
            namespace: "shop",
          },
        ],
      },
      {},
    ],
    ["the FluxInstance, which it switches off", object("FluxInstance", {}), {}, off],
    [
      "image automation, which it suspends",
      object("ImageUpdateAutomation", {}),
      { suspend: true },
      {},
    ],
  ];
  for (const [what, before, spec, annotations] of table) {
    it(`stops ${what}`, () => {
      const frozen = patched(before, freezePatch(before));
      const { [frozenAnnotation]: record, ...others } = frozen.metadata.annotations ?? {};
      assert.notEqual(record, undefined);
      assert.deepEqual([frozen.spec, others], [spec, annotations]);
    });

    it(`puts ${what} back by a thaw, however often it was frozen`, () => {
      const once = patched(before, freezePatch(before));
      const twice = patched(once, freezePatch(once));
      assert.deepEqual(essence(patched(twice, thawPatch(twice))), essence(before));
    });
  }

  it("keeps what somebody changed meanwhile, and forgets what it replaced", () => {
    const before = object("Kustomization", { dependsOn });
    const frozen = patched(before, freezePatch(before));
    const changed = patched(frozen, { spec: { dependsOn: [{ name: "other" }] } });
    const { spec, annotations } = essence(patched(changed, thawPatch(changed)));
    assert.deepEqual([spec, annotations], [{ dependsOn: [{ name: "other" }] }, {}]);
  });

  it("is nothing to thaw where there is none, and survives a record that cannot be read", () => {
    assert.equal(thawPatch(object("Kustomization", {})), undefined);
    const frozen = patched(object("Kustomization", {}), freezePatch(object("Kustomization", {})));
    const broken = patched(frozen, { metadata: { annotations: { [frozenAnnotation]: "{" } } });
    assert.deepEqual(essence(patched(broken, thawPatch(broken))), { spec: {}, annotations: {} });
  });

  it("is told by the dependency, not by the annotation", () => {
    const before = object("HelmRelease", { dependsOn });
    assert.equal(waitsForNothing(before), false);
    assert.equal(waitsForNothing(patched(before, freezePatch(before))), true);
  });
});
