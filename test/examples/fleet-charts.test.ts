import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { documentsOf, fleet, idOf } from "./support/fleet.ts";
import { manifests, releases } from "./support/layers.ts";

describe("the charts of the example fleet", () => {
  it("takes charts of the infrastructure from the registry, beside their releases", () => {
    const sources = manifests.filter(({ kind }) => kind === "OCIRepository").map(idOf);
    const used = releases.flatMap(({ id, namespace, spec }) => {
      if (spec.chartRef === undefined) return [];
      assert.equal(spec.chart, undefined, id);
      return [`${spec.chartRef.kind}/${namespace}/${spec.chartRef.name}`];
    });
    assert.equal(used.length, 5);
    assert.deepEqual([...new Set(used)].sort(), sources.sort());
  });

  it("takes charts of the applications from its own repository", () => {
    const fromGit = releases.filter(({ spec }) => spec.chart !== undefined);
    assert.equal(fromGit.length, 25);
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

  it("sets only values that the charts know", () => {
    for (const { id, spec } of releases) {
      const chart = spec.chart?.spec.chart ?? `./charts/${String(spec.chartRef?.name)}`;
      const [known] = documentsOf(join(chart, "values.yaml")) as [Record<string, unknown>];
      for (const key of Object.keys(spec.values)) assert.ok(key in known, `${id}: ${key}`);
    }
  });
});
