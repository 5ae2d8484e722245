import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Plugin, secret, startPlugin, unknown } from "../../support/plugin-client.ts";

let plugin: Plugin;
before(async () => {
  plugin = await startPlugin();
});
after(() => plugin.stop());

describe("triggers as a whole replace, with update or without", () => {
  const table = [
    ["are added", undefined, ["1"], "ADD_REPLACE"],
    ["go", ["1"], undefined, "DELETE_REPLACE"],
    ["become unknown", ["1"], unknown, "UPDATE_REPLACE"],
    ["are secret and change", secret(["1"]), secret(["2"]), "UPDATE_REPLACE"],
    ["become secret", ["1"], secret(["1"]), "UPDATE_REPLACE"],
  ] as const;
  for (const [when, old, next, kind] of table) {
    it(`when they ${when}`, async () => {
      const inputs = (triggers: typeof next) => ({
        create: "true",
        update: "true",
        triggers: triggers === undefined ? null : (triggers as string),
      });
      assert.deepEqual(await plugin.diff(inputs(old), inputs(next)), {
        changes: "some",
        replaces: ["triggers"],
        diffs: ["triggers"],
        detailed: { triggers: kind },
      });
    });
  }
});

// The SDK registers every Command with replaceOnChanges: ["triggers[*]"], by which the engine replaces for these.
describe("a change inside of triggers is named by its path", () => {
  const table = [
    ["a changed one", ["1"], ["2"], { "triggers[0]": "UPDATE" }],
    ["one more", ["1"], ["1", "2"], { "triggers[1]": "ADD" }],
    ["one less", ["1", "2"], ["1"], { "triggers[1]": "DELETE" }],
    ["one that becomes unknown", ["1"], [unknown], { "triggers[0]": "UPDATE" }],
    ["a secret one", [secret("1")], [secret("2")], { "triggers[0]": "UPDATE" }],
    ["one that was nothing", [null], ["1"], { "triggers[0]": "ADD" }],
    [
      "a value in a map",
      [{ a: 1, "b-c": 1, "d.e": [1] }],
      [{ a: 2, "b-c": 2, "d.e": [1, 2] }],
      { "triggers[0].a": "UPDATE", 'triggers[0]["b-c"]': "UPDATE", 'triggers[0]["d.e"][1]': "ADD" },
    ],
  ] as const;
  for (const [what, old, next, detailed] of table) {
    it(what, async () => {
      const diff = await plugin.diff({ triggers: [...old] }, { triggers: [...next] });
      assert.deepEqual(diff, { changes: "some", replaces: [], diffs: ["triggers"], detailed });
    });
  }
});

describe("any other input", () => {
  it("updates", async () => {
    const diff = await plugin.diff(
      { create: "a", environment: { A: "1", B: "2", "x-y": "3" }, interpreter: ["sh"] },
      {
        create: "b",
        environment: { A: "2", C: "1", "x-y": "4" },
        delete: "c",
        interpreter: ["sh"],
      },
    );
    assert.deepEqual(diff, {
      changes: "some",
      replaces: [],
      diffs: ["create", "delete", "environment"],
      detailed: {
        create: "UPDATE",
        delete: "ADD",
        "environment.A": "UPDATE",
        "environment.B": "DELETE",
        "environment.C": "ADD",
        'environment["x-y"]': "UPDATE",
      },
    });
  });

  it("that is secret is compared as one value", async () => {
    const diff = await plugin.diff(
      { environment: secret({ A: "1" }) },
      { environment: secret({ A: "2" }) },
    );
    assert.deepEqual(diff.detailed, { environment: "UPDATE" });
  });
});

describe("nothing changes", () => {
  const inputs = { create: "a", triggers: ["1", { a: secret("b") }], environment: { A: "1" } };
  const table = [
    ["between equal inputs", inputs, inputs, []],
    ["by an input that is null", inputs, { ...inputs, stdin: null }, []],
    ["by what the engine adds", inputs, { ...inputs, version: "1.2.1", __internal: true }, []],
    ["by what is to be ignored", inputs, { ...inputs, create: "b" }, ["create"]],
  ] as const;
  for (const [when, old, next, ignored] of table) {
    it(when, async () => {
      const diff = await plugin.diff(old, next, [...ignored]);
      assert.deepEqual(diff, { changes: "none", replaces: [], diffs: [], detailed: {} });
    });
  }
});
