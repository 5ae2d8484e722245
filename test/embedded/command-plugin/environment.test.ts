import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Plugin, startPlugin } from "../../support/plugin-client.ts";

let plugin: Plugin;
before(async () => {
  plugin = await startPlugin({ env: { INHERITED: "process", OVERRIDDEN: "process" } });
});
after(() => plugin.stop());

const show =
  'echo "$INHERITED|$OVERRIDDEN|${PULUMI_COMMAND_STDOUT-unset}|${PULUMI_COMMAND_STDERR-unset}"';

describe("the environment of a command", () => {
  it("is that of the process", async () => {
    const { state } = await plugin.create({ create: show });
    assert.equal(state["stdout"], "process|process|unset|unset");
  });

  it("is overridden by the resource", async () => {
    const { state } = await plugin.create({
      create: show,
      environment: { OVERRIDDEN: "resource" },
    });
    assert.equal(state["stdout"], "process|resource|unset|unset");
  });

  it("does not move the search for the interpreter", async () => {
    const { state } = await plugin.create({
      create: "echo $PATH",
      interpreter: ["sh", "-c"],
      environment: { PATH: "/nowhere" },
    });
    assert.equal(state["stdout"], "/nowhere");
  });
});

describe("the previous output", () => {
  const old = { stdout: "out", stderr: "err" };
  const previous = async (state: Record<string, string>, inputs: object) =>
    (await plugin.update(state, { create: show, ...inputs }))["stdout"];

  it("is there in an update", async () => {
    assert.equal(await previous(old, {}), "process|process|out|err");
  });

  it("is there in a delete", async () => {
    const state = { delete: `${show} >&2; exit 1`, ...old };
    await assert.rejects(plugin.delete(state), /\nprocess\|process\|out\|err\n$/);
  });

  it("is not there with addPreviousOutputInEnv: false", async () => {
    const inputs = { addPreviousOutputInEnv: false };
    assert.equal(await previous(old, inputs), "process|process|unset|unset");
  });

  it("is not there in a delete whose state says addPreviousOutputInEnv: false", async () => {
    const state = { delete: `${show} >&2; exit 1`, addPreviousOutputInEnv: false, ...old };
    await assert.rejects(plugin.delete(state), /\nprocess\|process\|unset\|unset\n$/);
  });

  const environment = { PULUMI_COMMAND_STDOUT: "mine", PULUMI_COMMAND_STDERR: "mine" };

  it("wins over the resource's environment", async () => {
    assert.equal(await previous(old, { environment }), "process|process|out|err");
  });

  it("that is empty sets nothing", async () => {
    const empty = { stdout: "", stderr: "" };
    assert.equal(await previous(empty, { environment }), "process|process|mine|mine");
    assert.equal(await previous(empty, {}), "process|process|unset|unset");
  });

  it("that is longer than the system allows fails the update", async () => {
    const inputs = { create: "true" };
    await assert.rejects(plugin.update({ stdout: "x".repeat(200_000), stderr: "" }, inputs), {
      message: 'fork/exec /bin/sh: argument list too long: running "true":\n',
    });
  });
});
