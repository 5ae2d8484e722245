import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { usesIn } from "../../../../components/config/substitution/uses.ts";

describe("the variables that a text uses", () => {
  // By how Flux's own envsubst reads them.
  const rows: readonly (readonly [text: string, variables: readonly string[]])[] = [
    ["host: ${A}.example.com", ["A"]],
    ["${A}-${_b2}", ["A", "_b2"]],
    ["${A:=x} ${A:-x} ${A=x} ${A-x} ${A:+x} ${A:?x}", []],
    ["${A:-${B}}", ["B"]],
    ["${A:0:3} ${B^^} ${C/x/y} ${#D} ${E%x} ${F,}", ["A", "B", "C", "D", "E", "F"]],
    ["$${A} $A $(A)", []],
    ["$$${A}", ["A"]],
    ["${1A} ${} ${ A } ${.Values.a} ${{ A }}", []],
  ];
  for (const [text, variables] of rows) {
    it(`are ${variables.join(", ") || "none"} in ${text}`, () => {
      assert.deepEqual(
        usesIn(text).map(({ variable }) => variable),
        variables,
      );
    });
  }

  it("are told with their place", () => {
    assert.deepEqual(usesIn("a ${A}"), [{ variable: "A", index: 2 }]);
  });
});
