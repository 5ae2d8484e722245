import assert from "node:assert/strict";
import { it } from "node:test";

import { rareCollection } from "../../embedded/garbage-collection.ts";

const gibibyte = 2 ** 30;

it("spares processors where the machine has memory, and memory where it has not", () => {
  assert.deepEqual(rareCollection(7 * gibibyte), { GOGC: "400" });
  assert.deepEqual(rareCollection(7 * gibibyte - 1), {});
});
