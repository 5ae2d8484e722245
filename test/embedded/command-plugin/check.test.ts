import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Plugin, secret, startPlugin, unknown } from "../../support/plugin-client.ts";

let plugin: Plugin;
before(async () => {
  plugin = await startPlugin();
});
after(() => plugin.stop());

const all = {
  create: "a",
  update: "b",
  delete: "c",
  triggers: ["1", 2, true, null, { a: ["b"] }],
  stdin: "d",
  logging: "none",
  interpreter: ["/bin/sh", "-c"],
  dir: "/",
  environment: { A: "1", B: secret("2") },
  assetPaths: ["e"],
  archivePaths: ["!f"],
  addPreviousOutputInEnv: false,
};

describe("check", () => {
  it("passes every input of a Command on, secrets included", async () => {
    assert.deepEqual(await plugin.check(all), { inputs: all, failures: [] });
  });

  it("drops what is null", async () => {
    const answer = await plugin.check({ create: "a", stdin: null, environment: { A: null } });
    assert.deepEqual(answer, { inputs: { create: "a", environment: {} }, failures: [] });
  });

  it("passes unknown values on", async () => {
    const inputs = { create: unknown, triggers: unknown, environment: { A: unknown } };
    assert.deepEqual(await plugin.check(inputs), { inputs, failures: [] });
  });

  it("names all wrong types at once", async () => {
    const { failures } = await plugin.check({
      create: 1,
      triggers: "a",
      interpreter: ["sh", 2],
      environment: { A: secret(1) },
      assetPaths: "a",
      addPreviousOutputInEnv: "true",
    });
    const rule = (property: string, wanted: string, got: string) => ({
      property,
      reason: `Field '${property}' on 'local.CommandInputs' must be a '${wanted}'; got '${got}' instead`,
    });
    assert.deepEqual(failures, [
      rule("triggers", "[]interface {}", "string"),
      rule("create", "string", "float64"),
      rule("interpreter[1]", "string", "float64"),
      rule("environment[A] value", "string", "float64"),
      rule("assetPaths", "[]string", "string"),
      rule("addPreviousOutputInEnv", "bool", "string"),
    ]);
  });

  it("names an input that a Command does not have", async () => {
    const { failures } = await plugin.check({ create: "a", envrionment: {} });
    assert.deepEqual(failures, [
      {
        property: "envrionment",
        reason: "Unrecognized field 'envrionment' on 'local.CommandInputs'",
      },
    ]);
  });
});
