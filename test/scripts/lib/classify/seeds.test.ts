import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { controllers, controllersWith } from "./support/controllers.ts";
import {
  condition,
  diagnose,
  gitRepository,
  kustomization,
  late,
  notReady,
  ociRepository,
  outOfRetries,
  ready,
  release,
  untouched,
} from "./support/objects.ts";

/** Repository and Kustomization as the tree of an investigation begins. */
function stuckAt(message: string, reason = "ReconciliationFailed") {
  const objects = [
    gitRepository("flux-system", { conditions: [ready()] }),
    kustomization("new-app", { conditions: [notReady(reason, message)] }),
  ];
  return diagnose([...objects, ...controllers]).causes[0];
}

describe("the leaves of an investigation", () => {
  it("source: says which repository cannot be fetched, and what waits for it", () => {
    const message = "failed to checkout and determine revision: authentication required";
    const { causes } = diagnose([
      gitRepository("flux-system", {
        conditions: [
          condition("FetchFailed", "True", "GitOperationFailed", { message }),
          notReady("GitOperationFailed", message),
        ],
      }),
      kustomization("new-app", {
        conditions: [notReady("ArtifactFailed", "Source artifact not found, retrying in 30s")],
      }),
      ...controllers,
    ]);
    assert.deepEqual(
      causes.map(({ state, affected, next }) => ({ state, affected, next })),
      [
        {
          state: "G1",
          affected: ["Kustomization/flux-system/new-app"],
          next: "kubectl -n flux-system describe gitrepository.source.toolkit.fluxcd.io/flux-system",
        },
      ],
    );
  });

  const leaves: readonly (readonly [string, string, string, string])[] = [
    [
      "validation: a manifest that the dry run refuses is for Git",
      'Deployment/monitoring/new-app dry-run failed (Invalid): Deployment.apps "new-app" is invalid: spec.template: Required value',
      "K6",
      "fix",
    ],
    [
      "validation: a schema that a dependency brings is worth another try",
      'ServiceMonitor/monitoring/new-app dry-run failed: no matches for kind "ServiceMonitor" in version "monitoring.coreos.com/v1"',
      "K6",
      "reconcile",
    ],
    [
      "apply: a right that is missing is for a person",
      'deployments.apps is forbidden: User "system:serviceaccount:apps:deployer" cannot patch resource "deployments" in API group "apps"',
      "K6",
      "fix",
    ],
    [
      "apply: a conflict is for a person",
      'Deployment/monitoring/new-app apply failed: Apply failed with 1 conflict: conflict with "kubectl" using apps/v1',
      "K6",
      "fix",
    ],
  ];
  for (const [what, message, state, action] of leaves) {
    it(what, () => {
      const cause = stuckAt(message);
      assert.deepEqual({ state: cause?.state, action: cause?.action }, { state, action });
      assert.equal(cause?.text.includes(message.slice(0, 60)), true);
    });
  }

  it("manifest: what cannot be built is for Git", () => {
    assert.equal(
      stuckAt("kustomize build failed: accumulating resources", "BuildFailed")?.state,
      "K5",
    );
  });
});

describe("two Kustomizations that seem to wait for ever", () => {
  const tree = (parts: Parameters<typeof release>[1]) =>
    diagnose([
      kustomization("mhr-application", {
        spec: { dependsOn: [{ name: "mhr-dependency" }] },
        conditions: [
          notReady("DependencyNotReady", "dependency 'flux-system/mhr-dependency' is not ready"),
        ],
      }),
      kustomization("mhr-dependency", {
        conditions: [
          notReady(
            "HealthCheckFailed",
            "Health check failed after 9m30.012342358s, timeout waiting for: [HelmRelease/mhr-orthweb/postgres-ha status: 'InProgress': context deadline exceeded, Deployment/mhr-orthweb/postgres-ha-postgresql-ha-pgpool status: 'NotFound': context deadline exceeded]",
          ),
        ],
      }),
      makeRelease(parts),
      gitRepository("flux-system", { conditions: [ready()] }),
      ociRepository("chart", { namespace: "mhr-orthweb", conditions: [ready()] }),
      ...controllers,
    ]);
  const makeRelease = (parts: Parameters<typeof release>[1]) =>
    release("postgres-ha", { namespace: "mhr-orthweb", ...parts });

  it("wait because of a template that cannot be parsed, which is for Git", () => {
    const message =
      "Helm install failed: YAML parse error on postgresql-ha/templates/postgresql/statefulset.yaml: error converting YAML to JSON: yaml: line 32: could not find expected ':'";
    const { causes } = tree({ conditions: outOfRetries(message) });
    assert.equal(causes.length, 1);
    const [cause] = causes;
    assert.deepEqual(cause?.objects, ["HelmRelease/mhr-orthweb/postgres-ha"]);
    assert.deepEqual(cause.affected, [
      "Kustomization/flux-system/mhr-application",
      "Kustomization/flux-system/mhr-dependency",
    ]);
    assert.equal(cause.action, "fix");
    assert.equal(cause.text.includes("yaml: line 32"), true);
    assert.equal(
      cause.next,
      "kubectl -n mhr-orthweb describe helmrelease.helm.toolkit.fluxcd.io/postgres-ha",
    );
  });
});

describe("40 releases still at -1", () => {
  const never = Array.from({ length: 40 }, (_, index) => untouched(release(`app-${index}`)));

  it("are one cause when helm-controller is down: nothing is written to them", () => {
    const { causes } = diagnose([...never, ...controllersWith("helm-controller", { replicas: 0 })]);
    assert.deepEqual(
      causes.map(({ state, affected }) => `${state} ${affected.length}`),
      ["C1 40"],
    );
    assert.equal(
      causes[0]?.next,
      "kubectl -n flux-system scale deployment helm-controller --replicas=1",
    );
  });

  it("are one cause with one advice when they are queued", () => {
    const message = "Running 'install' action with timeout of 5m0s";
    const busy = Array.from({ length: 4 }, (_, index) =>
      release(`busy-${index}`, {
        conditions: [condition("Reconciling", "True", "Progressing", { message })],
      }),
    );
    const { causes } = diagnose([...never, ...busy, ...controllers]);
    assert.deepEqual(
      causes.map(({ state, objects, action }) => `${state} ${objects.length} ${action}`),
      ["U1 40 raise-concurrency", "H7 4 wait"],
    );
  });

  it("are asked for again only when helm-controller answers and has nothing to do", () => {
    const answers = { "helm-controller": "answered" } as const;
    const { causes } = diagnose([...never, ...controllers], { answers });
    assert.deepEqual(
      causes.map(({ state, objects, action }) => `${state} ${objects.length} ${action}`),
      ["U2 40 reconcile"],
    );
  });
});

describe("100 releases: 3 suspended, 5 without source, 2 young, 90 out of retries", () => {
  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  const diagnosis = diagnose([
    ...many(3, (index) =>
      release(`suspended-${index}`, { spec: { suspend: true }, conditions: outOfRetries(late) }),
    ),
    ...many(5, (index) =>
      release(`sourceless-${index}`, {
        spec: { chartRef: { kind: "OCIRepository", name: "gone" } },
        conditions: [notReady("ArtifactFailed", "could not get Source object: not found", 600)],
      }),
    ),
    ...many(2, (index) => untouched(release(`young-${index}`), 20)),
    ...many(90, (index) => release(`stuck-${index}`, { conditions: outOfRetries(late) })),
    ociRepository("chart", { conditions: [ready()] }),
    ...controllers,
  ]);

  it("ask for exactly 90 resets", () => {
    const writes = [...diagnosis.verdicts.values()].filter(
      ({ action, because }) => !["none", "wait", "fix"].includes(action) && because.length === 0,
    );
    assert.equal(writes.length, 90);
    assert.deepEqual(
      [...new Set(writes.map(({ state, action }) => `${state} ${action}`))],
      ["H10 reset"],
    );
  });

  it("are three causes", () => {
    assert.deepEqual(
      diagnosis.causes.map(
        ({ state, objects, affected }) => `${state} ${objects.length} ${affected.length}`,
      ),
      ["H10 90 0", "missing 1 5", "new 2 0"],
    );
  });
});
