import assert from "node:assert/strict";
import { test } from "node:test";

import {
  about,
  compiledShare,
  remainingSeconds,
  totalSeconds,
} from "../../../embedded/toolchain/progress.ts";

const half = [
  { seconds: 100, done: 1 },
  { seconds: 100, done: 0 },
];
const estimates: [string, Parameters<typeof remainingSeconds>, number][] = [
  ["nothing is done yet: the known cost", [[{ seconds: 200, done: 0 }], 30], 200],
  ["half is done at the known speed", [half, 100], 100],
  ["half is done on a machine half as fast", [half, 200], 200],
  ["half is done on a machine twice as fast", [half, 50], 50],
  ["the rest of a part", [[{ seconds: 100, done: 0.75 }], 75], 25],
  ["a resumed build is not taken for a fast machine", [half, 1], 25],
  ["a stalled build is not taken for an endless one", [half, 100_000], 400],
  ["all is done", [[{ seconds: 100, done: 1 }], 80], 0],
];
for (const [name, args, expected] of estimates) {
  test(`estimates what is left when ${name}`, () => {
    assert.equal(remainingSeconds(...args), expected);
  });
}

test("sums the known costs", () => {
  assert.equal(totalSeconds(half), 200);
});

test("never takes compiled packages for the whole, because linking follows", () => {
  assert.equal(compiledShare(0, 100), 0);
  assert.equal(compiledShare(50, 100), 0.45);
  assert.equal(compiledShare(150, 100), 0.9);
});

test("promises whole minutes only", () => {
  assert.deepEqual([10, 89, 91, 1320, 3700].map(about), ["1m", "1m", "2m", "22m", "1h02m"]);
});
