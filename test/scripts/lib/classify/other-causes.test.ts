import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { controllers, controllersWith } from "./support/controllers.ts";
import {
  condition,
  diagnose,
  gitRepository,
  kustomization,
  late,
  namespace,
  notReady,
  outOfRetries,
  ready,
  release,
  resourceSet,
  running,
  untouched,
} from "./support/objects.ts";
import { because, causesOf, chart, of, waits, web } from "./support/walk.ts";

describe("the walk beyond the tree", () => {
  it("blames a controller for what waits for it", () => {
    const down = controllersWith("helm-controller", { replicas: 0 });
    const diagnosis = diagnose([
      untouched(release("web")),
      release("lost", { conditions: running("install", 900) }),
      release("failed", { conditions: outOfRetries(late) }),
      chart,
      ...down,
    ]);
    const controller = "Deployment/flux-system/helm-controller";
    assert.deepEqual(because(diagnosis, web), [controller]);
    assert.deepEqual(because(diagnosis, "HelmRelease/apps/lost"), [controller]);
    assert.deepEqual(because(diagnosis, "HelmRelease/apps/failed"), []);
    assert.deepEqual(causesOf(diagnosis), [
      `C1 ${controller} <- 2`,
      "H10 HelmRelease/apps/failed <- 0",
    ]);
  });

  it("names a controller that does not exist", () => {
    const others = controllers.filter(({ metadata }) => !metadata.name.startsWith("source"));
    const diagnosis = diagnose([untouched(gitRepository("fleet")), ...others]);
    assert.deepEqual(causesOf(diagnosis), [
      "missing Deployment/flux-system/source-controller <- 1",
    ]);
  });

  it("blames a suspended object for what waits for it, and only then", () => {
    const suspended = release("db", { spec: { suspend: true } });
    assert.deepEqual(causesOf(of([suspended])), []);
    const diagnosis = of([suspended, waits("web", "db")]);
    assert.deepEqual(causesOf(diagnosis), ["H1 HelmRelease/apps/db <- 1"]);
    assert.equal(diagnosis.causes[0]?.next, "npm run fleet -- resume HelmRelease/apps/db");
  });

  it("names a circle once, whatever waits for it", () => {
    const diagnosis = of([waits("a", "b"), waits("b", "c"), waits("c", "a"), waits("web", "b")]);
    assert.deepEqual(causesOf(diagnosis), [
      "cycle HelmRelease/apps/a,HelmRelease/apps/b,HelmRelease/apps/c <- 1",
    ]);
    const path = ["a", "b", "c", "a"].map((name) => `HelmRelease/apps/${name}`).join(" → ");
    assert.equal(diagnosis.causes[0]?.text, `depends on itself: ${path}`);
  });

  it("finds an object that depends on itself alone", () => {
    assert.deepEqual(causesOf(of([waits("web", "web")])), [`cycle ${web} <- 0`]);
  });

  it("takes no circle for one when one of it is Ready", () => {
    const diagnosis = of([
      waits("web", "db"),
      release("db", { spec: { dependsOn: [{ name: "web" }] }, conditions: [ready()] }),
    ]);
    assert.deepEqual(causesOf(diagnosis), [`H3 ${web} <- 0`]);
  });

  it("blames the workload behind a webhook", () => {
    const message =
      'Issuer/apps/x dry-run failed: Internal error occurred: failed calling webhook "webhook.cert-manager.io": failed to call webhook: Post "https://cert-manager-webhook.cert-manager.svc:443/validate": connection refused';
    const diagnosis = of([
      kustomization("issuers", { conditions: [notReady("ReconciliationFailed", message)] }),
      release("cert-manager", { namespace: "cert-manager", conditions: running("install", 30) }),
    ]);
    assert.deepEqual(because(diagnosis, "Kustomization/flux-system/issuers"), [
      "HelmRelease/cert-manager/cert-manager",
    ]);
  });

  it("blames the namespace that is going", () => {
    const message =
      "ConfigMap/shop/x is forbidden: unable to create new content in namespace shop because it is being terminated";
    const diagnosis = of([
      kustomization("apps", { conditions: [notReady("ReconciliationFailed", message)] }),
      namespace("shop", [
        condition("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain"),
      ]),
    ]);
    assert.deepEqual(causesOf(diagnosis), ["T1 Namespace//shop <- 1"]);
  });

  it("goes from a ResourceSet's health check to a release, and from its dependsOn to a Kustomization", () => {
    const message =
      "reconciliation failed: timeout waiting for: [HelmRelease/apps/web status: 'Failed']";
    const diagnosis = of([
      resourceSet("a", { conditions: [notReady("ReconciliationFailed", message)] }),
      release("web", { conditions: outOfRetries(late) }),
      resourceSet("b", {
        spec: {
          dependsOn: [
            {
              apiVersion: "kustomize.toolkit.fluxcd.io/v1",
              kind: "Kustomization",
              name: "crds",
              namespace: "flux-system",
            },
          ],
        },
        conditions: [notReady("DependencyNotReady")],
      }),
      kustomization("crds", { conditions: [notReady("BuildFailed", "accumulating resources")] }),
    ]);
    assert.deepEqual(causesOf(diagnosis), [
      `H10 ${web} <- 1`,
      "K5 Kustomization/flux-system/crds <- 1",
    ]);
  });
});
