import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { renderTimeline, timelineOf } from "../../../../scripts/lib/post-bootstrap/timeline.ts";
import type { Node } from "../../../../scripts/lib/tree/tree.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function object(kind: string, created: number, type?: string, reached?: number): KubernetesObject {
  const conditions =
    type === undefined
      ? []
      : [
          {
            type,
            status: reached === undefined ? "False" : "True",
            lastTransitionTime: at(reached ?? 0),
          },
        ];
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: "x", creationTimestamp: at(created) },
    status: { conditions },
  };
}

function node(kind: string, name: string, created: number, reached?: number): Node {
  const base = object(kind, created);
  return {
    key: name,
    object: { ...base, metadata: { ...base.metadata, name } },
    parent: undefined,
    children: [],
    health: { state: "ready", text: "" },
    readyAt: reached === undefined ? undefined : at(reached),
  };
}

const nothing = {
  operator: undefined,
  definitions: [],
  instance: undefined,
  gate: undefined,
  source: undefined,
  nodes: [],
};

describe("timelineOf", () => {
  it("counts every phase from the first object", () => {
    const phases = timelineOf({
      operator: object("Deployment", 1, "Available", 11),
      definitions: [
        object("CustomResourceDefinition", 0, "Established", 2),
        object("CustomResourceDefinition", 1, "Established", 4),
      ],
      instance: {
        ...object("FluxInstance", 12, "Ready", 50),
        status: { history: [{ firstReconciled: at(48) }, { firstReconciled: at(20) }] },
      },
      gate: { token: `gate-${Date.parse(at(21))}-abcdef`, seconds: 1.5, controllers: [] },
      source: object("GitRepository", 25, "ArtifactInStorage", 27),
      nodes: [node("Kustomization", "apps", 28, 40), node("HelmRelease", "cart", 30, 39)],
    });
    assert.deepEqual(
      phases.map(({ name, start, end }) => [name, start, end]),
      [
        ["2 definitions", 0, 4],
        ["flux-operator", 1, 11],
        ["FluxInstance", 12, 20],
        ["reconcile gate", 21, 22.5],
        ["sync attached", 25, 27],
        ["Kustomization/apps", 28, 40],
        ["HelmRelease/cart", 30, 39],
      ],
    );
  });

  it("leaves the end open of what has not happened", () => {
    const [phase] = timelineOf({
      ...nothing,
      source: object("GitRepository", 3, "ArtifactInStorage"),
    });
    assert.deepEqual(phase, { name: "sync attached", start: 0, end: undefined });
  });

  it("shows the ten slowest releases, those that are not Ready first", () => {
    const nodes = Array.from({ length: 12 }, (_, index) =>
      node("HelmRelease", `r${index}`, 0, index),
    );
    const names = timelineOf({
      ...nothing,
      nodes: [...nodes, node("HelmRelease", "never", 0)],
    }).map(({ name }) => name);
    assert.equal(names.length, 10);
    assert.ok(names.includes("HelmRelease/never") && names.includes("HelmRelease/r11"));
    assert.ok(!names.includes("HelmRelease/r2"));
  });

  it("leaves out the definitions of an earlier bootstrap", () => {
    const operator = object("Deployment", 100, "Available", 110);
    const definitions = [object("CustomResourceDefinition", 1, "Established", 2)];
    const names = timelineOf({ ...nothing, operator, definitions }).map(({ name }) => name);
    assert.deepEqual(names, ["flux-operator"]);
  });

  it("is empty without any object", () => {
    assert.deepEqual(timelineOf(nothing), []);
  });
});

describe("renderTimeline", () => {
  it("draws a bar for each phase", () => {
    const lines = renderTimeline([
      { name: "a", start: 0, end: 5 },
      { name: "longer", start: 5, end: 10 },
      { name: "open", start: 8, end: undefined },
    ]);
    assert.deepEqual(lines, [
      `a           0.0s      5.0s  ${"█".repeat(20)}`,
      `longer      5.0s      5.0s  ${" ".repeat(20)}${"█".repeat(20)}`,
      `open        8.0s   not yet  ${" ".repeat(32)}${"?".repeat(8)}`,
    ]);
  });
});
