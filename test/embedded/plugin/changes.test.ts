import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { changesOf } from "../../../embedded/plugin/changes.ts";
import type { Properties } from "../../../embedded/plugin/properties.ts";

describe("the changes between two sets of inputs", () => {
  const table: readonly (readonly [Properties, Properties, Readonly<Record<string, string>>])[] = [
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: 1 }, { a: 2, b: 1 }, { a: "UPDATE", b: "ADD" }],
    [{ a: { b: 1 } }, { a: {} }, { "a.b": "DELETE" }],
    [{ a: ["x", "y"] }, { a: ["x"] }, { "a[1]": "DELETE" }],
    [{ a: { "x/y": 1 } }, { a: { "x/y": 2 } }, { 'a["x/y"]': "UPDATE" }],
    [{ a: 1 }, { a: 1, __defaults: [] }, {}],
    [{ version: "1.34" }, { version: "1.34" }, {}],
  ];
  for (const [old, news, expected] of table) {
    it(`from ${JSON.stringify(old)} to ${JSON.stringify(news)}`, () => {
      assert.deepEqual(Object.fromEntries(changesOf(old, news)), expected);
    });
  }
});
