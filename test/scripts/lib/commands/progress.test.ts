import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { progressOf } from "../../../../scripts/lib/commands/progress.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";

type Conditions = readonly (readonly [type: string, status: string, reason: string, at?: number])[];

function object(
  kind: string,
  handled: string | undefined,
  conditions: Conditions,
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: "x", namespace: "y", generation: 2 },
    status: {
      lastHandledReconcileAt: handled,
      conditions: conditions.map(([type, status, reason, observedGeneration = 2]) => ({
        type,
        status,
        reason,
        message: "m",
        observedGeneration,
      })),
    },
  };
}

const ready = ["Ready", "True", "Succeeded"] as const;
const retrying = ["Reconciling", "True", "ProgressingWithRetry"] as const;

const cases: readonly (readonly [string, string, string | undefined, Conditions, string])[] = [
  ["Ready from before the token", "HelmRelease", "old", [ready], "asked"],
  ["a token handled and Ready", "HelmRelease", "token", [ready], "ready"],
  ["Ready of an older generation", "HelmRelease", "token", [["Ready", "True", "S", 1]], "working"],
  ["no condition at all", "Kustomization", "token", [], "working"],
  [
    "a build that failed",
    "Kustomization",
    "token",
    [["Ready", "False", "BuildFailed"], retrying],
    "failed",
  ],
  [
    "a fetch that failed",
    "GitRepository",
    "token",
    [["Ready", "False", "GitOperationFailed"], retrying],
    "failed",
  ],
  [
    "an install that is tried again",
    "HelmRelease",
    "token",
    [["Ready", "False", "InstallFailed"], retrying],
    "working",
  ],
  [
    "an install that is not",
    "HelmRelease",
    "token",
    [["Ready", "False", "InstallFailed"]],
    "failed",
  ],
  [
    "retries that are used up",
    "HelmRelease",
    "token",
    [
      ["Ready", "False", "InstallFailed"],
      ["Stalled", "True", "RetriesExceeded"],
    ],
    "failed",
  ],
  [
    "a dependency that is not Ready",
    "Kustomization",
    "token",
    [["Ready", "False", "DependencyNotReady"]],
    "working",
  ],
  ["an action that runs", "HelmRelease", "token", [["Ready", "Unknown", "Progressing"]], "working"],
  [
    "a failure of an older generation",
    "Kustomization",
    "token",
    [["Ready", "False", "BuildFailed", 1]],
    "working",
  ],
];

describe("progressOf", () => {
  for (const [what, kind, handled, conditions, expected] of cases) {
    it(`is ${expected} for ${what}`, () => {
      assert.equal(progressOf(object(kind, handled, conditions), "token").state, expected);
    });
  }

  it("quotes the object's own words", () => {
    const failed = object("Kustomization", "token", [["Ready", "False", "BuildFailed"]]);
    assert.equal(progressOf(failed, "token").text, "Ready=False BuildFailed: m");
    assert.equal(progressOf(failed, "next").text, "not taken up; Ready=False BuildFailed: m");
  });
});
