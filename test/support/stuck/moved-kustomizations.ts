import { ConfigMap, GitRepository, Kustomization } from "../../../scripts/lib/kinds.ts";
import { refuse } from "./admission.ts";
import { applied, healthChecks, one, tree } from "./kustomization-scenario.ts";
import { kustomization, repository } from "./manifest.ts";
import { condition, failed, letGo, ready, type Scenario, type Test } from "./scenario.ts";
import { patch, remove, untilUndeletable } from "./steps.ts";

/** Taken up by its controller, and nothing applied yet. */
const starting: Test = (object) =>
  condition("Ready", { status: "Unknown" })(object) && !healthChecks(object);

/** Kustomizations that come to their states on the way. */
export const movedKustomizations: readonly Scenario[] = [
  {
    ...one("tree-starting", "K13", { path: "./good" }, starting),
    passing: true,
  },
  {
    name: "tree-immutable",
    manifests: (places) => [
      repository(places),
      kustomization("tree", { path: "./selector-a", targetNamespace: "tree-immutable" }),
    ],
    steps: [
      {
        resource: Kustomization,
        name: "tree",
        when: ready,
        act: patch({ spec: { path: "./selector-b" } }),
      },
    ],
    expect: [tree("K6", applied)],
  },
  {
    name: "tree-prune",
    manifests: (places) => [
      ...refuse({
        namespace: "tree-prune",
        operation: "DELETE",
        apiGroup: "",
        resource: "configmaps",
        message: "this ConfigMap is still in use",
      }),
      repository(places),
      kustomization("tree", { path: "./pair", targetNamespace: "tree-prune" }),
    ],
    steps: [
      {
        resource: Kustomization,
        name: "tree",
        when: ready,
        act: async (stage, at) => {
          const second = { resource: ConfigMap, name: "second", namespace: "tree-prune" };
          await untilUndeletable(stage, second);
          await patch({ spec: { path: "./single" } })(stage, at);
        },
      },
    ],
    expect: [tree("K7", failed("PruneFailed"))],
  },
  {
    name: "tree-superseded",
    manifests: (places) => [
      repository(places),
      kustomization("tree", {
        path: "./unhealthy",
        wait: true,
        timeout: "10m",
        targetNamespace: "tree-superseded",
      }),
    ],
    steps: [
      {
        resource: Kustomization,
        name: "tree",
        when: healthChecks,
        act: async (stage, at) => {
          await stage.ground.repository("stuck").commit({ "unhealthy/note.txt": "superseded\n" });
          const annotations = { "reconcile.fluxcd.io/requestedAt": "a-new-revision" };
          const source = { ...at, resource: GitRepository, name: "repository" };
          await stage.cluster.patch(source, { metadata: { annotations } });
        },
      },
    ],
    expect: [tree("K10", failed("HealthCheckCanceled"))],
    passing: true,
  },
  {
    name: "tree-held",
    manifests: (places) => [
      repository(places),
      kustomization(
        "tree",
        { path: "./good", targetNamespace: "tree-held" },
        { finalizers: ["example.com/hold"] },
      ),
    ],
    steps: [{ resource: Kustomization, name: "tree", when: ready, act: remove }],
    expect: [tree("K0", letGo)],
  },
];
