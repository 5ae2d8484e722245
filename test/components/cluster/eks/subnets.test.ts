import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { subnetsOf } from "../../../../components/cluster/eks/subnets.ts";
import { type Network, networkOf } from "../../../../components/config/networks.ts";

const cases: readonly (readonly [cidr: string, networks: readonly string[]])[] = [
  [
    "10.0.0.0/16",
    [
      "10.0.0.0/18",
      "10.0.192.0/20",
      "10.0.64.0/18",
      "10.0.208.0/20",
      "10.0.128.0/18",
      "10.0.224.0/20",
    ],
  ],
  [
    "192.168.16.0/20",
    [
      "192.168.16.0/22",
      "192.168.28.0/24",
      "192.168.20.0/22",
      "192.168.29.0/24",
      "192.168.24.0/22",
      "192.168.30.0/24",
    ],
  ],
  [
    "255.255.0.0/16",
    [
      "255.255.0.0/18",
      "255.255.192.0/20",
      "255.255.64.0/18",
      "255.255.208.0/20",
      "255.255.128.0/18",
      "255.255.224.0/20",
    ],
  ],
];

const networksOf = (cidr: string, zones = ["a", "b", "c"]) =>
  subnetsOf(cidr, zones).flatMap(({ private: own, public: shared }) => [own, shared]);

describe("the networks of a VPC", () => {
  for (const [cidr, networks] of cases) {
    it(`of ${cidr} are three large and three small ones`, () => {
      assert.deepEqual(networksOf(cidr), networks);
    });
  }

  it("keep their place when a zone is added behind", () => {
    assert.deepEqual(networksOf("10.0.0.0/16").slice(0, 4), networksOf("10.0.0.0/16", ["a", "b"]));
  });

  it("lie within it and never overlap, whichever it is", () => {
    const vpcs = fc
      .record({ prefix: fc.integer({ min: 16, max: 20 }), bits: fc.nat() })
      .map(({ prefix, bits }) => {
        const size = 2 ** (32 - prefix);
        return { prefix, address: (bits % 2 ** prefix) * size };
      });
    fc.assert(
      fc.property(vpcs, ({ prefix, address }) => {
        const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
        const parts = networksOf(`${bytes.join(".")}/${prefix}`).map(
          (text) => networkOf(text) ?? assert.fail(text),
        );
        const ends = (network: Network) => network.address + 2 ** (32 - network.prefix);
        const sorted = parts.toSorted((a, b) => a.address - b.address);
        for (const [index, part] of sorted.entries()) {
          assert.ok(part.address >= address && ends(part) <= address + 2 ** (32 - prefix));
          const next = sorted[index + 1];
          if (next !== undefined) assert.ok(ends(part) <= next.address);
        }
      }),
      { numRuns: 200 },
    );
  });
});
