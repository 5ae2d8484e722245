import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { z } from "zod";
import {
  documentsOf,
  filesOf,
  fleet,
  idOf,
  type Manifest,
  pathIn,
  render,
  textOf,
} from "./support/fleet.ts";

const duration = z.string().regex(/^([0-9]+(ms|s|m|h))+$/);
const Reference = z.object({ name: z.string(), namespace: z.string().optional() });
const Layer = z.strictObject({
  sourceRef: z.strictObject({ kind: z.literal("GitRepository"), name: z.literal("flux-system") }),
  path: z.string(),
  interval: duration,
  retryInterval: duration,
  timeout: duration,
  prune: z.literal(true),
  wait: z.boolean().default(false),
  dependsOn: z.array(Reference).default([]),
  decryption: z.unknown().optional(),
  postBuild: z.unknown().optional(),
});
const Release = z.object({
  chart: z.object({ spec: z.object({ chart: z.string(), sourceRef: z.unknown() }) }).optional(),
  chartRef: z.object({ kind: z.string(), name: z.string() }).optional(),
  interval: duration,
  timeout: duration,
  install: z.object({ strategy: z.object({ name: z.literal("RetryOnFailure") }) }),
  upgrade: z.object({ remediation: z.object({ retries: z.int().min(1) }) }),
  dependsOn: z.array(Reference).default([]),
  values: z.record(z.string(), z.unknown()),
});

const layers = render("clusters/dev").map((manifest) => ({
  id: idOf(manifest),
  name: manifest.metadata.name,
  spec: Layer.parse(manifest["spec"]),
}));
const rendered = layers.map(({ name, spec }) => ({ name, manifests: render(pathIn(spec.path)) }));
const manifests = rendered.flatMap((layer) => layer.manifests);
const releases = manifests
  .filter(({ kind }) => kind === "HelmRelease")
  .map((manifest) => ({
    id: idOf(manifest),
    namespace: String(manifest.metadata.namespace),
    spec: Release.parse(manifest["spec"]),
  }));

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

  it("has two layers, and the second waits for the first", () => {
    const names = layers.map(({ name, spec }) => [name, spec.dependsOn.map((on) => on.name)]);
    assert.deepEqual(names, [
      ["infrastructure", []],
      ["apps", ["infrastructure"]],
    ]);
    assert.deepEqual(
      layers.map(({ id }) => id),
      ["Kustomization/flux-system/infrastructure", "Kustomization/flux-system/apps"],
    );
  });

  it("has some thirty releases, whose ids are unique", () => {
    const counts = rendered.map(
      (layer) => layer.manifests.filter(({ kind }) => kind === "HelmRelease").length,
    );
    assert.deepEqual(counts, [6, 24]);
    assert.equal(new Set(manifests.map(idOf)).size, manifests.length);
  });

  it("renders every file below the layers", () => {
    // A release that no kustomization lists would look deployed to a reader and not be.
    const files = filesOf().filter((path) => /^(infrastructure|apps)\/.*\.yaml$/.test(path));
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

  it("takes charts of the infrastructure from the registry, beside their releases", () => {
    const sources = manifests.filter(({ kind }) => kind === "OCIRepository").map(idOf);
    const used = releases.flatMap(({ id, namespace, spec }) => {
      if (spec.chartRef === undefined) return [];
      assert.equal(spec.chart, undefined, id);
      return [`${spec.chartRef.kind}/${namespace}/${spec.chartRef.name}`];
    });
    assert.equal(used.length, 6);
    assert.deepEqual([...new Set(used)].sort(), sources.sort());
  });

  it("takes charts of the applications from its own repository", () => {
    const fromGit = releases.filter(({ spec }) => spec.chart !== undefined);
    assert.equal(fromGit.length, 24);
    for (const { id, spec } of fromGit) {
      const { chart, sourceRef } = spec.chart?.spec ?? {};
      assert.ok(existsSync(join(fleet, String(chart), "Chart.yaml")), id);
      const source = { kind: "GitRepository", name: "flux-system", namespace: "flux-system" };
      assert.deepEqual(sourceRef, source, id);
    }
  });

  it("pins the charts of the registry to the version in this repository", () => {
    for (const manifest of manifests.filter(({ kind }) => kind === "OCIRepository")) {
      const { name } = manifest.metadata;
      const [chart] = documentsOf(`charts/${name}/Chart.yaml`) as [{ version: string }];
      const spec = manifest["spec"] as { url: string; ref: { tag: string }; insecure: boolean };
      assert.equal(spec.ref.tag, chart.version);
      assert.equal(spec.url, `oci://\${CHART_REGISTRY}/charts/${name}`);
      assert.equal(spec.insecure, true);
    }
  });

  it("gives a release less time than the layer that waits for it", () => {
    for (const { name, spec } of layers.filter((layer) => layer.spec.wait)) {
      assert.equal(name, "infrastructure");
      for (const release of releases.filter(({ namespace }) => namespace === "platform")) {
        assert.ok(secondsOf(release.spec.timeout) < secondsOf(spec.timeout), release.id);
      }
    }
  });

  it("sets only values that the charts know", () => {
    for (const { id, spec } of releases) {
      const chart = spec.chart?.spec.chart ?? `./charts/${String(spec.chartRef?.name)}`;
      const [known] = documentsOf(join(chart, "values.yaml")) as [Record<string, unknown>];
      for (const key of Object.keys(spec.values)) assert.ok(key in known, `${id}: ${key}`);
    }
  });

  it("substitutes only variables that the cluster's runtime information has", () => {
    const variables = (name: string) => {
      const layer = rendered.find((one) => one.name === name);
      return new Set(JSON.stringify(layer?.manifests).match(/\$\{[^}]*\}/g));
    };
    const known = ["${CHART_REGISTRY}", "${CLUSTER_NAME}", "${ENVIRONMENT}"];
    assert.deepEqual([...variables("infrastructure")].sort(), known);
    assert.deepEqual([...variables("apps")], []);
    assert.deepEqual(layers[0]?.spec.postBuild, {
      substituteFrom: [{ kind: "ConfigMap", name: "flux-runtime-info" }],
    });
  });

  it("uses current APIs only", () => {
    const current = [
      "helm.toolkit.fluxcd.io/v2",
      "kustomize.config.k8s.io/v1alpha1",
      "kustomize.config.k8s.io/v1beta1",
      "kustomize.toolkit.fluxcd.io/v1",
      "source.toolkit.fluxcd.io/v1",
      "v1",
    ];
    const used = filesOf()
      .filter((path) => path.endsWith(".yaml") && !path.startsWith("charts/"))
      .flatMap((path) => textOf(path).match(/(?<=^apiVersion: ).*$/gm) ?? []);
    assert.deepEqual([...new Set(used)].sort(), current);
  });
});
