import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { documentsOf, filesOf, idOf, type Manifest, textOf } from "./support/fleet.ts";
import { layers, manifests, Release, releases, rendered, tenants } from "./support/layers.ts";

/** secondsOf reads the durations that the fleet uses: one number and one unit. */
function secondsOf(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith("m") ? 60 : 1);
}

/** cycleIn is one cycle of a graph, or undefined. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle !== undefined) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

describe("the example fleet", () => {
  it("is well-formed YAML throughout", () => {
    const paths = filesOf().filter(
      (path) => /\.ya?ml$/.test(path) && !path.includes("/templates/"),
    );
    assert.ok(paths.length > 30);
    for (const path of paths) assert.ok(documentsOf(path).length > 0, path);
  });

  it("has four layers, each after those that it stands on", () => {
    const edges = layers.map(({ id, spec }) => [id, spec.dependsOn.map((on) => on.name)]);
    assert.deepEqual(edges, [
      ["Kustomization/flux-system/infrastructure", []],
      ["Kustomization/flux-system/data", ["infrastructure"]],
      ["Kustomization/flux-system/apps", ["data"]],
      ["Kustomization/flux-system/tenants", ["infrastructure"]],
    ]);
  });

  it("waits for the layers that another stands on, and for no other", () => {
    const stoodOn = new Set(layers.flatMap(({ spec }) => spec.dependsOn.map((on) => on.name)));
    for (const { name, spec } of rendered) assert.equal(spec.wait, stoodOn.has(name), name);
  });

  it("has thirty releases, whose ids are unique", () => {
    const counts = rendered.map(({ id, manifests: content }) => [
      id.replace(/^Kustomization\//, ""),
      content.filter(({ kind }) => kind === "HelmRelease").length,
    ]);
    assert.deepEqual(Object.fromEntries(counts), {
      "flux-system/infrastructure": 5,
      "flux-system/data": 3,
      "flux-system/apps": 19,
      "flux-system/tenants": 0,
      "analytics/releases": 2,
      "marketing/releases": 1,
    });
    assert.equal(releases.length, 30);
    assert.equal(new Set(manifests.map(idOf)).size, manifests.length);
  });

  it("asks the cloud for two addresses and three volumes", () => {
    const asking = (key: "serviceType" | "storage") =>
      releases.flatMap(({ id, spec }) => {
        const value = spec.values[key];
        return value === undefined ? [] : [`${id} ${value}`];
      });
    assert.deepEqual(asking("serviceType").sort(), [
      "HelmRelease/catalog/media LoadBalancer",
      "HelmRelease/platform/ingress LoadBalancer",
    ]);
    assert.deepEqual(asking("storage").sort(), [
      "HelmRelease/data/catalog-db 2Gi",
      "HelmRelease/data/event-bus 1Gi",
      "HelmRelease/data/orders-db 1Gi",
    ]);
  });

  it("lets each tenant act in its own namespace only, with an account that the layer makes there", () => {
    assert.deepEqual(
      tenants.map(({ namespace }) => namespace),
      ["analytics", "marketing"],
    );
    for (const { namespace, spec, manifests: content } of tenants) {
      const account = { kind: "ServiceAccount", name: spec.serviceAccountName, namespace };
      const [binding, ...others] = manifests.filter(
        (one) => one.kind === "RoleBinding" && one.metadata.namespace === namespace,
      );
      assert.deepEqual(binding?.["subjects"], [account]);
      assert.deepEqual(others, []);
      assert.ok(manifests.map(idOf).includes(`ServiceAccount/${String(namespace)}/reconciler`));
      for (const release of content) {
        assert.equal(release.metadata.namespace, namespace);
        const { serviceAccountName } = Release.parse(release["spec"]);
        assert.equal(serviceAccountName, spec.serviceAccountName, idOf(release));
      }
    }
    const impersonating = releases.filter(({ spec }) => spec.serviceAccountName !== undefined);
    assert.equal(impersonating.length, tenants.flatMap((tenant) => tenant.manifests).length);
  });

  it("renders every file below the layers", () => {
    // A release that no kustomization lists would look deployed to a reader and not be.
    const files = filesOf().filter((path) =>
      /^(infrastructure|data|apps|tenants)\/.*\.yaml$/.test(path),
    );
    const written = files.flatMap((path) =>
      documentsOf(path).flatMap((document) => {
        const { kind, metadata } = document as Manifest;
        return kind === "HelmRelease" && path !== "apps/dev/one-replica.yaml"
          ? [metadata.name]
          : [];
      }),
    );
    assert.deepEqual(written.sort(), releases.map(({ id }) => id.split("/").at(-1)).sort());
  });

  it("names only dependencies that exist in the same namespace, and makes no circle", () => {
    const graph = new Map(
      releases.map(({ id, namespace, spec }) => [
        id,
        spec.dependsOn.map((on) => `HelmRelease/${on.namespace ?? namespace}/${on.name}`),
      ]),
    );
    for (const [id, dependencies] of graph) {
      for (const dependency of dependencies) {
        assert.ok(graph.has(dependency), `${id} depends on ${dependency}, which does not exist`);
        assert.equal(dependency.split("/")[1], id.split("/")[1]);
      }
    }
    assert.equal(cycleIn(graph), undefined);
  });

  it("puts every object into a namespace that it makes", () => {
    const made = manifests.filter(({ kind }) => kind === "Namespace").map(idOf);
    for (const manifest of manifests) {
      if (manifest.kind === "Namespace") continue;
      const { namespace } = manifest.metadata;
      assert.ok(made.includes(`Namespace/${String(namespace)}`), idOf(manifest));
    }
    assert.ok(!made.includes("Namespace/flux-system"));
  });

  it("gives a release less time than the layer that waits for it", () => {
    for (const { spec, manifests: content } of layers.filter((layer) => layer.spec.wait)) {
      for (const release of content.filter(({ kind }) => kind === "HelmRelease")) {
        const { timeout } = Release.parse(release["spec"]);
        assert.ok(secondsOf(timeout) < secondsOf(spec.timeout), idOf(release));
      }
    }
  });

  it("substitutes only variables that the cluster's runtime information has", () => {
    const known = ["${CHART_REGISTRY}", "${CLUSTER_NAME}", "${ENVIRONMENT}"];
    const postBuild = { substituteFrom: [{ kind: "ConfigMap", name: "flux-runtime-info" }] };
    for (const { name, spec, manifests: content } of rendered) {
      const variables = new Set(JSON.stringify(content).match(/\$\{[^}]*\}/g));
      const first = name === "infrastructure";
      assert.deepEqual([...variables].sort(), first ? known : [], name);
      assert.deepEqual(spec.postBuild, first ? postBuild : undefined, name);
    }
  });

  it("uses current APIs only", () => {
    const current = [
      "helm.toolkit.fluxcd.io/v2",
      "kustomize.config.k8s.io/v1alpha1",
      "kustomize.config.k8s.io/v1beta1",
      "kustomize.toolkit.fluxcd.io/v1",
      "rbac.authorization.k8s.io/v1",
      "source.toolkit.fluxcd.io/v1",
      "v1",
    ];
    const used = filesOf()
      .filter((path) => path.endsWith(".yaml") && !path.startsWith("charts/"))
      .flatMap((path) => textOf(path).match(/(?<=^apiVersion: ).*$/gm) ?? []);
    assert.deepEqual([...new Set(used)].sort(), current);
  });
});
