import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  definition,
  inShop,
  layers,
  patchedScene,
  planOf,
  planScene,
} from "../../../support/drain-plan.ts";
import {
  apps,
  type BlockerCase,
  note,
  noteKey,
  smallFleet,
  testBlockers,
  web,
} from "../../../support/blocker-cases.ts";
import { withMetadata } from "../../../../support/applied-scene.ts";
import { layer } from "../../../../support/destroy/fleet.ts";
import { loadBalancer } from "../../../../support/destroy/manifests.ts";
import type { Manifest } from "../../../../support/stuck/manifest.ts";

const finalizers = (...names: readonly string[]) => ({ metadata: { finalizers: names } });

const table: readonly BlockerCase[] = [
  {
    when: "a foreign finalizer holds an object",
    around: { patches: { [noteKey]: finalizers("example.com/hold") } },
    expected: {
      key: noteKey,
      problem: /^carries the finalizer example\.com\/hold/,
      next: /^kubectl -n shop describe configmap note$/,
    },
  },
  {
    when: "finalizers of Kubernetes, of a cloud and of Flux hold objects",
    around: {
      patches: {
        [noteKey]: finalizers("kubernetes.io/pvc-protection", "service.k8s.aws/resources"),
        [web]: finalizers("finalizers.fluxcd.io"),
      },
    },
  },
  {
    when: "a finalizer of an operator of the fleet holds an object",
    of: layers({
      infra: [definition("things.apps.example.com")],
      apps: inShop(note),
    }),
    around: { patches: { [noteKey]: finalizers("thing.example.com/cleanup") } },
  },
  {
    when: "an object is on its way out",
    around: {
      patches: {
        [noteKey]: {
          metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.com/hold"] },
        },
      },
    },
    expected: {
      key: noteKey,
      problem: /^is being deleted since 2026-01-01T00:00:00Z, held by example\.com\/hold$/,
      next: /describe configmap note/,
    },
  },
  {
    when: "a cloud protects a load balancer",
    of: layers({
      apps: inShop(
        withMetadata(loadBalancer("door"), {
          annotations: {
            "service.beta.kubernetes.io/aws-load-balancer-attributes":
              "deletion_protection.enabled=true",
          },
        }),
      ),
    }),
    expected: {
      key: "Service/shop/door",
      problem: /^is protected from deletion by the annotation service/,
      next: /describe service door/,
    },
  },
  {
    when: "a release could not be uninstalled before",
    around: {
      patches: {
        [web]: {
          status: {
            conditions: [
              { type: "Released", status: "False", reason: "UninstallFailed", message: "no" },
            ],
          },
        },
      },
    },
    expected: {
      key: web,
      problem: /^could not be uninstalled: no$/,
      next: /describe helmrelease/,
    },
  },
  {
    when: "objects are on another cluster",
    of: { cluster: [layer("apps", { kubeConfig: { secretRef: { name: "x" } } })], apps: [note] },
    expected: {
      key: apps,
      problem: /^applies to another cluster/,
      next: /describe kustomization/,
    },
  },
];

describe("a drain may be held up when", () => {
  testBlockers(table, false);

  it("a kind cannot be listed", () => {
    const unread = [{ apiVersion: "example.com/v1", kind: "Thing", message: "500" }];
    const { blockers } = planScene({ ...patchedScene(smallFleet, {}), unread });
    assert.match(blockers[0]?.problem ?? "", /^\(example\.com\/v1\) cannot be listed.*: 500$/);
  });

  it("somebody holds what an interrupted drain deleted, with all that named it", () => {
    const recorded = planOf(smallFleet);
    const deletionTimestamp = "2026-01-01T00:00:00Z";
    const held = withMetadata(note, { deletionTimestamp, finalizers: ["example.com/hold"] });
    const left = (one: Manifest) => ({
      ...patchedScene({ cluster: [] }, { others: inShop(one) }),
      recorded,
    });
    assert.deepEqual(
      planScene(left(held)).blockers.map(({ key, problem }) => [key, problem]),
      [[noteKey, `is being deleted since ${deletionTimestamp}, held by example.com/hold`]],
    );
    // What a person made anew under its name is no part of it.
    assert.deepEqual(planScene(left(note)).blockers, []);
  });
});
