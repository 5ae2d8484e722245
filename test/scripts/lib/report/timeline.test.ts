import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { renderTimeline, timelineOf } from "../../../../scripts/lib/report/timeline.ts";
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
    const { startedAt, phases } = timelineOf({
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
        ["1 Kustomization", 28, 40],
        ["1 HelmRelease", 30, 39],
      ],
    );
    assert.equal(startedAt, at(0));
  });

  it("leaves the end open of what has not happened", () => {
    const { phases } = timelineOf({
      ...nothing,
      source: object("GitRepository", 3, "ArtifactInStorage"),
    });
    assert.deepEqual(phases[0], { name: "sync attached", start: 0, end: undefined });
  });

  it("ends the releases with the last that became Ready, and not while one is not", () => {
    const nodes = [node("HelmRelease", "a", 4, 20), node("HelmRelease", "b", 2, 9)];
    const open = [...nodes, node("HelmRelease", "never", 5)];
    assert.deepEqual(timelineOf({ ...nothing, nodes }).phases, [
      { name: "2 HelmReleases", start: 0, end: 18 },
    ]);
    assert.deepEqual(timelineOf({ ...nothing, nodes: open }).phases, [
      { name: "3 HelmReleases", start: 0, end: undefined },
    ]);
  });

  it("does not wait for a suspended release", () => {
    const suspended = {
      ...node("HelmRelease", "b", 2),
      health: { state: "suspended", text: "suspended" } as const,
    };
    const { phases } = timelineOf({
      ...nothing,
      nodes: [node("HelmRelease", "a", 4, 9), suspended],
    });
    assert.deepEqual(phases, [{ name: "1 HelmRelease", start: 0, end: 5 }]);
  });

  it("leaves out the definitions of an earlier bootstrap", () => {
    const operator = object("Deployment", 100, "Available", 110);
    const definitions = [object("CustomResourceDefinition", 1, "Established", 2)];
    const { phases } = timelineOf({ ...nothing, operator, definitions });
    assert.deepEqual(
      phases.map(({ name }) => name),
      ["flux-operator"],
    );
  });

  it("is empty without any object", () => {
    assert.deepEqual(timelineOf(nothing), { startedAt: undefined, phases: [] });
  });
});

describe("renderTimeline", () => {
  it("draws a bar for each phase", () => {
    const phases = [
      { name: "a", start: 0, end: 5 },
      { name: "longer", start: 5, end: 10 },
      { name: "open", start: 8, end: undefined },
    ];
    assert.deepEqual(renderTimeline(phases, { width: 68 }), [
      `a           0.0s      5.0s  ${"█".repeat(20)}`,
      `longer      5.0s      5.0s  ${" ".repeat(20)}${"█".repeat(20)}`,
      `open        8.0s   not yet  ${" ".repeat(32)}${"?".repeat(8)}`,
    ]);
  });

  it("fits the width", () => {
    const phases = [{ name: "x".repeat(30), start: 99_999, end: undefined }];
    for (const line of renderTimeline(phases, { width: 80 })) assert.ok(line.length <= 80, line);
  });

  it("draws nothing without a phase", () => {
    assert.deepEqual(renderTimeline([]), []);
  });
});
