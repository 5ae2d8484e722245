import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { onlyStandIn, type Plugin, startPlugin, urn } from "../../support/plugin-client.ts";

let plugin: Plugin;
before(async () => {
  plugin = await startPlugin();
});
after(() => plugin.stop());
beforeEach(() => {
  plugin.engine.takeLogs();
});

const messages = () => plugin.engine.takeLogs().map(({ message }) => message);
const create = "echo out; echo err >&2";

describe("logging", () => {
  const table = [
    [undefined, ["err", "out"]],
    ["stdoutAndStderr", ["err", "out"]],
    ["stdout", ["out"]],
    ["stderr", ["err"]],
    ["none", []],
    ["something else", []],
  ] as const;
  for (const [logging, shown] of table) {
    it(`${logging ?? "unset"} shows ${shown.join(" and ") || "nothing"}`, async () => {
      const inputs = logging === undefined ? { create } : { create, logging };
      const { state } = await plugin.create(inputs);
      assert.deepEqual(messages().toSorted(), shown);
      assert.deepEqual([state["stdout"], state["stderr"]], ["out", "err"]);
    });
  }
});

describe("a line", () => {
  it("is shown beside the resource for the moment", async () => {
    await plugin.create({ create: "echo out" });
    const shown = [{ severity: 1, message: "out", urn, ephemeral: true }];
    assert.deepEqual(plugin.engine.takeLogs(), shown);
  });

  it("may be empty, end without a newline or with a carriage return", async () => {
    await plugin.create({ create: "printf ' a \\n\\nb\\r\\nc'" });
    assert.deepEqual(messages(), [" a ", "", "b", "c"]);
  });

  it("is shown before a failed command answers", async () => {
    await assert.rejects(plugin.create({ create: "echo why; exit 1" }));
    assert.deepEqual(messages(), ["why"]);
  });

  it("is shown while the command runs", async () => {
    const create = "echo waiting; until test -e go; do :; done; echo done";
    const step = plugin.create({ create });
    await plugin.engine.logged("waiting");
    await plugin.create({ create: "touch go", logging: "none" });
    await step;
    assert.deepEqual(messages(), ["waiting", "done"]);
  });

  // The published plugin stops reading after 64 KiB without a newline, and the command never ends.
  it("may be long", onlyStandIn, async () => {
    const long = "head -c 300000 /dev/zero | tr '\\0' x";
    const { state } = await plugin.create({ create: `${long}; echo; echo next` });
    const [first, second] = messages();
    assert.deepEqual([first?.length, second], [300_000, "next"]);
    assert.equal(state["stdout"], `${"x".repeat(300_000)}\nnext`);
  });
});
