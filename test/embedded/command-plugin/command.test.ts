import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { type Plugin, secret, startPlugin, unknown } from "../../support/plugin-client.ts";

let plugin: Plugin;
before(async () => {
  plugin = await startPlugin();
});
after(() => plugin.stop());

const record = () => join(plugin.directory, "record");
/** A command that leaves a line behind. */
const leave = (line: string) => `echo ${line} >> record`;
const lines = async () => (await readFile(record(), "utf8")).split("\n").slice(0, -1);
beforeEach(() => writeFile(record(), ""));
after(() => rm(record(), { force: true }));

/** The state that a create with these inputs left behind. */
const old = { stdout: "old out", stderr: "old err" };

describe("create", () => {
  it("runs create and keeps inputs and outputs in the state", async () => {
    const inputs = {
      create: `${leave("create")}; echo out; echo err >&2`,
      update: leave("update"),
    };
    const { id, state } = await plugin.create(inputs);
    assert.match(id, /^step[0-9a-f]{8}$/);
    assert.deepEqual(state, { ...inputs, stdout: "out", stderr: "err" });
    assert.deepEqual(await lines(), ["create"]);
  });

  it("gives every resource an id of its own", async () => {
    const [one, two] = [await plugin.create({}), await plugin.create({})];
    assert.notEqual(one.id, two.id);
  });

  it("runs nothing without create", async () => {
    const { state } = await plugin.create({ update: leave("update"), delete: leave("delete") });
    assert.deepEqual([state["stdout"], state["stderr"]], ["", ""]);
    assert.deepEqual(await lines(), []);
  });

  it("makes nothing when create fails", async () => {
    await assert.rejects(plugin.create({ create: "exit 3" }), {
      message: 'exit status 3: running "exit 3":\n',
    });
  });

  it("does not know other resources", async () => {
    const other = "urn:pulumi:test::project::command:local:Other::step";
    await assert.rejects(plugin.create({}, { urn: other }), {
      message: "Resource 'local:Other' not found",
    });
  });
});

describe("update", () => {
  const state = { create: leave("old"), ...old };

  it("runs update", async () => {
    const inputs = { create: leave("create"), update: `${leave("update")}; echo new` };
    const next = await plugin.update(state, inputs);
    assert.deepEqual(next, { ...inputs, stdout: "new", stderr: "" });
    assert.deepEqual(await lines(), ["update"]);
  });

  it("runs create again without update", async () => {
    await plugin.update(state, { create: leave("create") });
    assert.deepEqual(await lines(), ["create"]);
  });

  it("runs nothing and keeps the outputs without both", async () => {
    const next = await plugin.update(state, { delete: leave("delete") });
    assert.deepEqual(next, { delete: leave("delete"), ...old });
    assert.deepEqual(await lines(), []);
  });

  it("answers no state when it fails, so that the engine keeps the old one", async () => {
    await assert.rejects(plugin.update(state, { create: "true", update: "echo why; exit 1" }), {
      message: 'exit status 1: running "echo why; exit 1":\nwhy\n',
    });
  });
});

describe("delete", () => {
  it("runs delete with the inputs of the state", async () => {
    await plugin.delete({
      create: leave("create"),
      delete: `${leave("$WHO")}; ${leave("$(cat)")}`,
      environment: { WHO: "state" },
      stdin: "input",
      ...old,
    });
    assert.deepEqual(await lines(), ["state", "input"]);
  });

  it("runs nothing without delete", async () => {
    await plugin.delete({ create: leave("create"), update: leave("update"), ...old });
    assert.deepEqual(await lines(), []);
  });

  it("fails when delete fails", async () => {
    await assert.rejects(plugin.delete({ delete: "exit 4", ...old }), {
      message: 'exit status 4: running "exit 4":\n',
    });
  });
});

describe("preview", () => {
  it("of a create runs nothing and knows no output", async () => {
    const inputs = { create: leave("create"), environment: { NAME: unknown } };
    const { state } = await plugin.create(inputs, { preview: true });
    assert.deepEqual(state, { ...inputs, stdout: unknown, stderr: unknown });
    assert.deepEqual(await lines(), []);
  });

  it("of an update runs nothing", async () => {
    const state = { create: "true", ...old };
    await plugin.update(state, { create: leave("create") }, { preview: true });
    assert.deepEqual(await lines(), []);
  });

  const state = { create: "a", delete: "b", environment: { NAME: "a" }, ...old };
  const { environment, ...withoutEnvironment } = state;
  const inputs = { create: "a", delete: "b", environment };
  const stale = { stdout: unknown, stderr: unknown };
  const table = [
    ["an input changes", state, { ...inputs, create: "c" }, stale],
    ["an input goes", state, { create: "a", environment }, stale],
    ["an input is unknown", state, { ...inputs, create: unknown }, stale],
    ["a part of an input is unknown", state, { ...inputs, environment: { NAME: unknown } }, stale],
    ["an input becomes secret", state, { ...inputs, create: secret("a") }, stale],
    ["a new input is unknown", state, { ...inputs, stdin: unknown }, stale],
    ["an input is new", state, { ...inputs, stdin: "x" }, old],
    [
      "a new input is unknown in part",
      withoutEnvironment,
      { ...inputs, environment: { NAME: unknown } },
      old,
    ],
    ["nothing changes", state, inputs, old],
  ] as const;
  for (const [when, before, news, outputs] of table) {
    const knows = outputs === old ? "keeps the outputs" : "knows no output";
    it(`of an update ${knows} when ${when}`, async () => {
      const next = await plugin.update(before, news, { preview: true });
      assert.deepEqual(next, { ...news, ...outputs });
    });
  }
});

describe("secrets", () => {
  it("stay secret as inputs and reach the command as they are", async () => {
    const inputs = {
      create: secret("echo $NAME | wc -c"),
      environment: { NAME: secret("hidden") },
    };
    const { state } = await plugin.create(inputs);
    assert.deepEqual(state, { ...inputs, stdout: "7", stderr: "" });
  });

  it("of an input do not make the outputs secret", async () => {
    const { state } = await plugin.create({
      create: "echo $NAME",
      environment: secret({ NAME: "shown" }),
    });
    assert.equal(state["stdout"], "shown");
  });

  it("in the state are read by update and delete", async () => {
    const state = {
      delete: secret(leave("$PULUMI_COMMAND_STDOUT")),
      stdout: secret("out"),
      stderr: "",
    };
    const next = await plugin.update(state, { create: "echo $PULUMI_COMMAND_STDOUT" });
    assert.equal(next["stdout"], "out");
    await plugin.delete(state);
    assert.deepEqual(await lines(), ["out"]);
  });
});

it("reads a resource by giving back its state", async () => {
  const answer = await plugin.read({ create: "true", ...old }, { create: "true" });
  assert.deepEqual(answer, { state: { create: "true", ...old }, inputs: { create: "true" } });
});
