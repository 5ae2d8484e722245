import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Condition } from "../../../../scripts/lib/object.ts";
import { firstReadyAt, healthOf } from "../../../../scripts/lib/tree/health.ts";

function condition(
  type: string,
  status: Condition["status"],
  reason: string,
  observedGeneration?: number,
): Condition {
  return {
    type,
    status,
    reason,
    message: "m",
    ...(observedGeneration !== undefined && { observedGeneration }),
  };
}

const stalled = (reason: string) => [
  condition("Ready", "False", reason, 2),
  condition("Stalled", "True", reason, 2),
];

describe("healthOf", () => {
  const table: [string, Condition[], object, string, string][] = [
    ["no status", [], {}, "progressing", "no status yet"],
    ["Ready at its generation", [condition("Ready", "True", "Succeeded", 2)], {}, "ready", ""],
    [
      "Ready at an older generation",
      [condition("Ready", "True", "Succeeded", 1)],
      {},
      "progressing",
      "Succeeded: m",
    ],
    [
      "Ready without a generation of its own",
      [condition("Ready", "True", "Succeeded")],
      {},
      "ready",
      "",
    ],
    [
      "H3 waiting for a dependency",
      [condition("Ready", "False", "DependencyNotReady", 2)],
      {},
      "progressing",
      "DependencyNotReady: m",
    ],
    [
      "H4 waiting for its source",
      [condition("Ready", "False", "SourceNotReady", 2)],
      {},
      "progressing",
      "SourceNotReady: m",
    ],
    [
      "H7 installing",
      [condition("Ready", "Unknown", "Progressing", 2)],
      {},
      "progressing",
      "Progressing: m",
    ],
    [
      "H9 failed and retried",
      [condition("Ready", "False", "InstallFailed", 2)],
      {},
      "failing",
      "InstallFailed: m",
    ],
    ["H10 out of retries", stalled("RetriesExceeded"), {}, "stalled", "RetriesExceeded: m"],
    [
      "H11 nothing to roll back to",
      stalled("MissingRollbackTarget"),
      {},
      "stalled",
      "MissingRollbackTarget: m",
    ],
    ["H12 refused", stalled("AccessDenied"), {}, "stalled", "AccessDenied: m"],
    [
      "stalled before its last change",
      [condition("Stalled", "True", "RetriesExceeded", 1)],
      {},
      "progressing",
      "no status yet",
    ],
    ["suspended", [], { suspend: true }, "suspended", "suspended"],
    [
      "suspended while Ready",
      [condition("Ready", "True", "Succeeded", 2)],
      { suspend: true },
      "ready",
      "",
    ],
  ];
  for (const [what, conditions, spec, state, text] of table) {
    it(`calls it ${state}: ${what}`, () => {
      const health = healthOf({
        apiVersion: "v1",
        kind: "HelmRelease",
        metadata: { name: "x", generation: 2 },
        spec,
        status: { conditions, observedGeneration: 2 },
      });
      assert.deepEqual(health, { state, text });
    });
  }

  it("calls a Helm repository of type oci ready, which never gets a status", () => {
    const repository = (type: string) =>
      healthOf({
        apiVersion: "v1",
        kind: "HelmRepository",
        metadata: { name: "x" },
        spec: { type },
      }).state;
    assert.deepEqual([repository("oci"), repository("default")], ["ready", "progressing"]);
  });

  it("calls it progressing while only the conditions of its status are written, which Flux does first", () => {
    const written = (observedGeneration: number) =>
      healthOf({
        apiVersion: "v1",
        kind: "Kustomization",
        metadata: { name: "x", generation: 1 },
        status: { conditions: [condition("Ready", "True", "Succeeded", 1)], observedGeneration },
      }).state;
    assert.deepEqual([written(-1), written(1)], ["progressing", "ready"]);
  });

  it("takes -1 as not observed, never as broken", () => {
    const object = {
      apiVersion: "v1",
      kind: "Kustomization",
      metadata: { name: "x", generation: 1 },
      status: { observedGeneration: -1 },
    };
    assert.deepEqual(healthOf(object), { state: "progressing", text: "no status yet" });
  });
});

describe("firstReadyAt", () => {
  const lastTransitionTime = "2026-01-01T00:09:00Z";
  const conditions = [{ type: "Ready", status: "True", lastTransitionTime }];
  const entry = (lastReconciledStatus: string, firstReconciled: string) => ({
    lastReconciledStatus,
    firstReconciled,
  });
  const success = "ReconciliationSucceeded";
  const table: [string, object[], string][] = [
    ["the condition without a history", [], lastTransitionTime],
    ["the first success in the history", [entry(success, "3"), entry(success, "2")], "2"],
    ["no failure in it", [entry(success, "3"), entry("HealthCheckFailed", "1")], "3"],
  ];
  for (const [what, history, at] of table) {
    it(`takes ${what}`, () => {
      const object = { apiVersion: "v1", kind: "Kustomization", metadata: { name: "x" } };
      assert.equal(firstReadyAt({ ...object, status: { conditions, history } }), at);
    });
  }
});
