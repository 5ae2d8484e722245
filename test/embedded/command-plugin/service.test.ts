import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { onlyStandIn, type Plugin, startPlugin } from "../../support/plugin-client.ts";

let plugin: Plugin;
const start = async () => {
  plugin = await startPlugin();
};
const stop = () => plugin.stop();

/** A command that reads `gate` waits until `open` writes to it; `open` waits until somebody reads. */
const makeGate = () => {
  execFileSync("mkfifo", [join(plugin.directory, "gate")]);
};
const open = () => writeFile(join(plugin.directory, "gate"), "");

describe("the engine", { timeout: 20_000 }, () => {
  before(start);
  after(stop);

  it("learns the version and what the plugin can do", async () => {
    assert.equal(await plugin.version(), "1.2.1");
    assert.deepEqual(await plugin.configure(), {
      acceptsecrets: true,
      supportspreview: true,
      acceptresources: true,
      acceptoutputs: true,
      supportsAutonamingConfiguration: false,
    });
  });

  it("is told that there is no handshake, so that it configures", async () => {
    await assert.rejects(plugin.handshake(), (error: Error) => {
      assert.equal((error.cause as { code: number }).code, 12);
      return true;
    });
  });
});

describe("cancel", { timeout: 20_000 }, () => {
  beforeEach(start);
  afterEach(stop);

  it("kills the process and waits for what its children write", async () => {
    makeGate();
    const create = "(cat gate; echo child) & echo started; wait; exec sleep 60";
    const message = `signal: killed: running "${create}":\nstarted\nchild\n`;
    const failed = assert.rejects(plugin.create({ create }), { message });
    await plugin.engine.logged("started");
    await plugin.cancel();
    await open();
    await failed;
  });

  it("changes nothing for a process that has ended while its children go on", async () => {
    makeGate();
    const create =
      "(while kill -0 $$; do :; done 2>/dev/null; echo gone; cat gate; echo child) & :";
    const step = plugin.create({ create });
    await plugin.engine.logged("gone");
    await plugin.cancel();
    await open();
    const { state } = await step;
    assert.equal(state["stdout"], "gone\nchild");
  });
});

describe("after a cancel", { timeout: 20_000 }, () => {
  before(async () => {
    await start();
    await plugin.cancel();
  });
  after(stop);

  const message = 'context canceled: running "true":\n';
  const old = { stdout: "", stderr: "" };

  it("nothing starts any more", async () => {
    await assert.rejects(plugin.create({ create: "true" }), { message });
    await assert.rejects(plugin.update(old, { create: "true" }), { message });
    await assert.rejects(plugin.delete({ delete: "true", ...old }), { message });
  });

  it("previews and what runs nothing go on", async () => {
    await plugin.create({ create: "true" }, { preview: true });
    await plugin.create({});
  });
});

describe("a time-out", { timeout: 20_000 }, () => {
  before(start);
  after(stop);

  it("kills the process", async () => {
    await assert.rejects(plugin.create({ create: "echo a; exec sleep 60" }, { timeout: 1 }), {
      message: 'signal: killed: running "echo a; exec sleep 60":\na\n',
    });
  });

  it("of less than a second is over at once", async () => {
    const state = { create: "true", stdout: "", stderr: "" };
    await assert.rejects(plugin.update(state, { create: "true" }, { timeout: 0.5 }), {
      message: 'context deadline exceeded: running "true":\n',
    });
  });

  it("that is not reached changes nothing", async () => {
    const { state } = await plugin.create({ create: "echo a" }, { timeout: 60 });
    assert.equal(state["stdout"], "a");
  });
});

describe("an engine that goes away", { timeout: 20_000 }, () => {
  beforeEach(start);
  afterEach(stop);

  it("ends the process, and a child that waits for it goes on", async () => {
    makeGate();
    const engineGone = new AbortController();
    const create =
      "(while kill -0 $$; do :; done 2>/dev/null; cat gate) & echo started; exec sleep 60";
    const failed = assert.rejects(plugin.create({ create }, { signal: engineGone.signal }));
    await plugin.engine.logged("started");
    engineGone.abort();
    await failed;
    await open();
  });

  it("ends the stand-in", onlyStandIn, async () => {
    plugin.releaseStdin();
    await plugin.exited;
  });
});
