import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { fieldOf, fieldSteps } from "../../../../scripts/lib/gates/field.ts";

describe("fieldSteps", () => {
  const paths: readonly (readonly [path: string, steps: readonly string[] | undefined])[] = [
    [".status.phase", ["status", "phase"]],
    ['.metadata.labels["a.b/c"]', ["metadata", "labels", "a.b/c"]],
    [".status.loadBalancer.ingress[0].ip", ["status", "loadBalancer", "ingress", "0", "ip"]],
    ["", undefined],
    ["status", undefined],
    [".status.", undefined],
    [".status[x]", undefined],
    [".status phase", undefined],
  ];
  for (const [path, steps] of paths) {
    it(`takes ${path === "" ? "nothing" : path} apart`, () => {
      assert.deepEqual(fieldSteps(path), steps);
    });
  }
});

describe("fieldOf", () => {
  const object = { a: [{ b: "c" }], d: null };
  it("finds what is there", () => {
    assert.equal(fieldOf(object, ".a[0].b"), "c");
  });
  for (const path of [".a[1].b", ".d.e", ".a.length.x", ".constructor"]) {
    it(`finds nothing at ${path}`, () => {
      assert.equal(fieldOf(object, path), undefined);
    });
  }
});
