import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { manifestsOf, namespaceOf } from "../../../../support/random-fleet-manifests.ts";
import { randomFleets } from "../../../../support/random-fleet.ts";

const places = { registry: "registry.example", git: "https://git.example" };

describe("any fleet", () => {
  it("has tenants that apply into their own namespace only, as their account may", () => {
    const property = fc.property(randomFleets(), (fleet) => {
      const directories = manifestsOf(fleet, places);
      for (const [index, { tenant }] of fleet.layers.entries()) {
        const own = namespaceOf(index);
        for (const { object } of (tenant && directories[own]) || []) {
          assert.equal(object.metadata.namespace, own);
        }
      }
    });
    fc.assert(property);
  });
});
