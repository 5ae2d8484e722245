import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as pulumi from "@pulumi/pulumi";

import { readConfig } from "../../components/config.ts";
import { MockEngine } from "../support/mocks.ts";
import { embedded, existing } from "../support/settings.ts";

describe("readConfig", () => {
  it("reads the settings of the stack", async () => {
    await new MockEngine({ stack: "dev" }).start(embedded);
    const config = await readConfig();
    assert.equal(config.environment, "dev");
    assert.equal(config.stackLabel, "organization.flux-bootstrap.dev");
  });

  it("throws one error without a stack trace that lists every problem", async () => {
    await new MockEngine({ stack: "prod" }).start({ ...embedded, gateTimeout: "soon", typo: "x" });
    await assert.rejects(readConfig(), (error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      const [first = "", ...lines] = error.message.split("\n");
      assert.equal(first, 'the configuration of stack "prod" has 2 problems:');
      assert.ok(lines.every((line) => line.startsWith("  - ")));
      return true;
    });
  });

  it("knows which settings are encrypted", async () => {
    await new MockEngine().start(existing, []);
    await assert.rejects(readConfig(), { message: /kubeconfig must be encrypted/ });
    await new MockEngine().start(existing, ["kubeconfig"]);
    await readConfig();
  });
});
