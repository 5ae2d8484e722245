import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { type Cidr, contains, overlaps, parseCidr } from "../../../embedded/clouds/cidr.ts";

const cidr = (text: string): Cidr => parseCidr(text) ?? assert.fail(text);

describe("a block of addresses", () => {
  for (const bad of ["10.0.0.0", "10.0.0.0/33", "10.0.0.256/32", "10.0.0.1/24", "", "::/0"]) {
    it(`is not "${bad}"`, () => {
      assert.equal(parseCidr(bad), undefined);
    });
  }

  const table = [
    ["10.0.0.0/16", "10.0.1.0/24", { contains: true, overlaps: true }],
    ["10.0.0.0/16", "10.0.0.0/16", { contains: true, overlaps: true }],
    ["10.0.1.0/24", "10.0.0.0/16", { contains: false, overlaps: true }],
    ["10.0.0.0/24", "10.0.1.0/24", { contains: false, overlaps: false }],
    ["0.0.0.0/0", "255.255.255.255/32", { contains: true, overlaps: true }],
  ] as const;
  for (const [left, right, expected] of table) {
    it(`${left} and ${right}: ${JSON.stringify(expected)}`, () => {
      const [one, other] = [cidr(left), cidr(right)];
      assert.deepEqual(
        { contains: contains(one, other), overlaps: overlaps(one, other) },
        expected,
      );
      assert.equal(overlaps(other, one), expected.overlaps);
    });
  }
});
