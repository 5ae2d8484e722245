import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { type Condition, isObserved } from "../../../scripts/lib/object.ts";

const current = 2;

function observed(condition: Partial<Condition>, status: object, generation?: number): boolean {
  return isObserved(
    { type: "Ready", status: "True", ...condition },
    {
      apiVersion: "v1",
      kind: "Kustomization",
      metadata: { name: "x", ...(generation !== undefined && { generation }) },
      status,
    },
  );
}

describe("a condition speaks of the current generation", () => {
  const own = { observedGeneration: current };
  const cases: readonly (readonly [string, Partial<Condition>, object, boolean])[] = [
    ["that it names, as does the status", own, { observedGeneration: current }, true],
    ["that it names, of a status that names none", own, {}, true],
    ["that the status names, when it names none", {}, { observedGeneration: current }, true],
    ["when nothing names any", {}, {}, true],
    ["but not with an earlier one", { observedGeneration: 1 }, {}, false],
    ["but not with a status of an earlier one", {}, { observedGeneration: 1 }, false],
    ["but not as Ready, before the whole status follows", own, { observedGeneration: -1 }, false],
    [
      "as a failure, which the status may never follow",
      { ...own, status: "False" },
      { observedGeneration: -1 },
      true,
    ],
    ["as another one than Ready", { ...own, type: "Stalled" }, { observedGeneration: -1 }, true],
  ];
  for (const [what, condition, status, expected] of cases) {
    it(what, () => {
      assert.equal(observed(condition, status, current), expected);
    });
  }

  it("of an object that has no generations", () => {
    assert.ok(observed({ observedGeneration: 1 }, { observedGeneration: 3 }));
  });
});
