import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Condition, KubernetesObject } from "../../../../scripts/lib/object.ts";
import {
  ago,
  appliedBy,
  condition,
  deployment,
  inventory,
  kustomization,
  late,
  notReady,
  outOfRetries,
  pod,
  ready,
  release,
  replicaSet,
  running,
} from "./support/objects.ts";
import { causesOf, of, web } from "./support/walk.ts";

describe("the walk through workloads", () => {
  it("goes from a failed health check over its message to a release, its workload and the pod", () => {
    const objects = (container: object): KubernetesObject[] => [
      kustomization("apps", {
        conditions: [
          notReady(
            "HealthCheckFailed",
            "health check failed after 5m: timeout waiting for: [HelmRelease/apps/web status: 'InProgress']",
          ),
        ],
      }),
      release("web", {
        conditions: outOfRetries(late),
        status: inventory("Deployment/apps/web", "Service/apps/web"),
      }),
      deployment("web", { status: { readyReplicas: 0, updatedReplicas: 1 } }),
      replicaSet("web-1", { metadata: { ownerReferences: [owner("Deployment", "web")] } }),
      pod("web-1-x", {
        metadata: {
          ownerReferences: [owner("ReplicaSet", "web-1")],
          creationTimestamp: ago(30),
        },
        status: { phase: "Pending", containerStatuses: [{ name: "app", ...container }] },
      }),
    ];
    const broken = of(objects({ state: { waiting: { reason: "ImagePullBackOff" } } }));
    assert.deepEqual(causesOf(broken), ["W1 Pod/apps/web-1-x <- 2"]);
    // A pod that merely starts is not to blame, nor is there anything to reset yet.
    const starting = of(objects({ state: { waiting: { reason: "ContainerCreating" } } }));
    assert.deepEqual(causesOf(starting), ["W0 Deployment/apps/web <- 2"]);
  });

  it("blames the release when what it installed is fine", () => {
    const diagnosis = of([
      release("web", { conditions: outOfRetries(late), status: inventory("Deployment/apps/web") }),
      deployment("web", { status: { readyReplicas: 1, updatedReplicas: 1 } }),
    ]);
    assert.deepEqual(causesOf(diagnosis), [`H10 ${web} <- 0`]);
    assert.equal(diagnosis.verdicts.get(web)?.action, "reset");
  });

  it("does not look at the pods of a release whose chart is wrong", () => {
    const crashing = { name: "app", state: { waiting: { reason: "CrashLoopBackOff" } } };
    const diagnosis = of([
      release("web", {
        conditions: outOfRetries("YAML parse error on web/templates/app.yaml"),
        status: inventory("Pod/apps/old"),
      }),
      pod("old", { status: { phase: "Running", containerStatuses: [crashing] } }),
    ]);
    assert.deepEqual(causesOf(diagnosis), [`H10 ${web} <- 0`]);
  });

  it("leaves alone pods that no Flux object applied", () => {
    const crashing = { name: "app", state: { waiting: { reason: "CrashLoopBackOff" } } };
    const diagnosis = of([
      pod("stray", { status: { phase: "Running", containerStatuses: [crashing] } }),
      deployment("stray", { status: { readyReplicas: 0 } }),
    ]);
    assert.deepEqual(causesOf(diagnosis), []);
  });

  it("does not blame what carries the same name here for a release in another cluster", () => {
    const elsewhere = { kubeConfig: { secretRef: { name: "other" } } };
    const diagnosis = (spec: object) =>
      of([
        release("web", {
          spec,
          conditions: outOfRetries(late),
          status: inventory("Deployment/apps/web"),
        }),
        deployment("web", { status: { readyReplicas: 0 } }),
      ]);
    assert.deepEqual(causesOf(diagnosis(elsewhere)), [`H10 ${web} <- 0`]);
    assert.deepEqual(causesOf(diagnosis({})), ["W0 Deployment/apps/web <- 1"]);
  });

  it("gives a running install time for its pods, and a failed one none", () => {
    const diagnosis = (conditions: readonly Condition[]) =>
      of([
        release("web", {
          conditions,
          status: inventory("Deployment/apps/web"),
        }),
        deployment("web", { status: { readyReplicas: 1, updatedReplicas: 0 } }),
      ]);
    assert.deepEqual(causesOf(diagnosis(running("install", 20))), [`H7 ${web} <- 0`]);
    assert.deepEqual(causesOf(diagnosis(outOfRetries(late))), ["W0 Deployment/apps/web <- 1"]);
  });

  it("finds the workloads of a release without an inventory by its labels", () => {
    const diagnosis = of([
      release("web", { conditions: running("install", 20) }),
      deployment("web", {
        metadata: appliedBy("helm", "web", "apps"),
        conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")],
        status: { readyReplicas: 0 },
      }),
    ]);
    assert.deepEqual(causesOf(diagnosis), ["W0 Deployment/apps/web <- 1"]);
  });

  it("waits with a Kustomization while its health check names what cannot be seen", () => {
    const failed = (entry: string) =>
      of([
        kustomization("apps", {
          conditions: [notReady("HealthCheckFailed", `timeout waiting for: [${entry}]`)],
        }),
        release("web", { conditions: [ready()] }),
      ]).verdicts.get("Kustomization/flux-system/apps");
    assert.equal(failed("HelmRelease/apps/web status: 'InProgress'")?.action, "reconcile");
    assert.equal(failed("Certificate/apps/web status: 'InProgress'")?.action, "wait");
    assert.deepEqual(failed("Database/apps/gone status: 'NotFound'")?.because, [
      "Database/apps/gone",
    ]);
  });
});

function owner(kind: string, name: string) {
  return { apiVersion: "apps/v1", kind, name, uid: `${kind}-apps-${name}` };
}
