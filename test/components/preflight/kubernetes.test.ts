import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { kubernetesProblems } from "../../../components/preflight/kubernetes.ts";

const cases: readonly (readonly [
  flux: string,
  version: string | undefined,
  oldest: string | undefined,
])[] = [
  ["2.9.4", "v1.33.0", undefined],
  ["2.9.4", "v1.36.3-eks-abc", undefined],
  ["2.9.4", "v1.40.0", undefined],
  ["2.9.4", "v1.32.9-gke.1", "1.33"],
  ["2.7.5", "v1.32.0", undefined],
  ["2.6.0", "v1.30.0", "1.31"],
  // Of a Flux that is older or newer than all that are known the nearest is taken.
  ["2.0.0", "v1.30.0", "1.31"],
  ["2.12.0", "v1.32.0", "1.33"],
  ["2.9.4", undefined, undefined],
  ["2.9.4", "unknown", undefined],
];

describe("Kubernetes for a Flux", () => {
  for (const [flux, version, oldest] of cases) {
    it(`${version ?? "untold"} for ${flux}: ${oldest === undefined ? "taken" : `not before ${oldest}`}`, () => {
      const problem =
        `Kubernetes must be ${oldest ?? ""} or newer for Flux ${flux}, got ${version ?? ""}. ` +
        "Upgrade the cluster, or set flux.version to a Flux that supports it";
      assert.deepEqual(
        kubernetesProblems({ version, nodes: true }, flux),
        oldest === undefined ? [] : [problem],
      );
    });
  }

  it("must have a node, unless nobody may look", () => {
    assert.equal(kubernetesProblems({ version: undefined, nodes: false }, "2.9.4").length, 1);
    assert.deepEqual(kubernetesProblems({ version: undefined, nodes: undefined }, "2.9.4"), []);
  });
});
