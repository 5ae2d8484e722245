import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { components } from "../../../../scripts/lib/classify/graph.ts";

function groupsOf(graph: Readonly<Record<string, readonly string[]>>): string[] {
  return components(Object.keys(graph), (node) => graph[node] ?? []).map((group) =>
    [...group].sort().join("+"),
  );
}

describe("components", () => {
  it("puts what is pointed to first", () => {
    assert.deepEqual(groupsOf({ a: ["b"], b: ["c"], c: [] }), ["c", "b", "a"]);
  });

  it("keeps a circle together, after what it points to", () => {
    assert.deepEqual(groupsOf({ a: ["b"], b: ["c", "d"], c: ["a"], d: [] }), ["d", "a+b+c"]);
  });

  it("keeps two circles apart that one edge connects", () => {
    assert.deepEqual(groupsOf({ a: ["b"], b: ["a", "c"], c: ["d"], d: ["c"] }), ["c+d", "a+b"]);
  });

  it("ignores edges out of the graph", () => {
    assert.deepEqual(groupsOf({ a: ["nowhere"] }), ["a"]);
  });

  it("follows a chain that is longer than the stack", () => {
    const chain = Array.from({ length: 50_000 }, (_, index) => [
      String(index),
      index < 49_999 ? [String(index + 1)] : [],
    ]);
    const graph = Object.fromEntries(chain) as Record<string, string[]>;
    assert.equal(groupsOf(graph)[0], "49999");
  });
});
