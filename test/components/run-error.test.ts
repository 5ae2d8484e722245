import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";

import * as pulumi from "@pulumi/pulumi";

import { runError } from "../../components/run-error.ts";

describe("runError", () => {
  it("is what Pulumi shows without a stack trace", () => {
    assert.ok(pulumi.RunError.isInstance(runError("the reason")));
    assert.equal(runError("the reason").message, "the reason");
  });

  it("holds no frame that Pulumi would render", () => {
    assert.doesNotMatch(inspect(runError("the reason"), { colors: true }), / at .*:\d+/);
  });
});
