import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { stackLabelValue } from "../../components/names.ts";

const label = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const of = (organization: string, stack: string) =>
  stackLabelValue({ organization, project: "flux-bootstrap", stack });

describe("stackLabelValue", () => {
  it("is the full name of the stack", () => {
    assert.equal(of("organization", "dev"), "organization.flux-bootstrap.dev");
  });

  for (const [organization, stack] of [
    ["organization", "a".repeat(80)],
    ["_org", "dev"],
    ["my org", "dev"],
    ["o".repeat(70), "dev"],
  ] as const) {
    it(`is a label and tells stacks apart for ${organization.slice(0, 8)}/${stack.slice(0, 8)}`, () => {
      assert.match(of(organization, stack), label);
      assert.notEqual(of(organization, stack), of(organization, `${stack}x`));
    });
  }
});
