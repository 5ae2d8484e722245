import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { promisify } from "node:util";
import { installCommandPlugin } from "../../../embedded/command-plugin/install.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "it's a home "));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A program in the place of Node that prints what it is called with. */
async function printer(): Promise<string> {
  const path = join(home, "node");
  await writeFile(path, '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  return path;
}

describe("installCommandPlugin", () => {
  it("makes an executable where Pulumi looks for the plugin", async () => {
    const path = await installCommandPlugin(join(home, "plugins"), process.execPath);
    assert.equal(path, join(home, "plugins/resource-command-v1.2.1/pulumi-resource-command"));
    assert.equal((await stat(path)).mode & 0o777, 0o755);
    assert.deepEqual(await readdir(dirname(path)), ["pulumi-resource-command"]);
  });

  it("runs main.ts with the given Node and passes the arguments on", async () => {
    const path = await installCommandPlugin(join(home, "plugins"), await printer());
    const { stdout } = await promisify(execFile)(path, ["--logtostderr", "127.0.0.1:1 2"]);
    const [, main = "", ...args] = stdout.trimEnd().split("\n");
    assert.match(main, /\/embedded\/command-plugin\/main\.ts$/);
    assert.deepEqual(args, ["--logtostderr", "127.0.0.1:1 2"]);
  });

  it("changes nothing the second time", async () => {
    const path = await installCommandPlugin(home, process.execPath);
    const { ino, mtimeMs } = await stat(path);
    await installCommandPlugin(home, process.execPath);
    const again = await stat(path);
    assert.deepEqual([again.ino, again.mtimeMs], [ino, mtimeMs]);
  });

  it("follows a Node that moved", async () => {
    await installCommandPlugin(home, "/old/node");
    const path = await installCommandPlugin(home, "/new/node");
    const script = await readFile(path, "utf8");
    assert.deepEqual([script.includes("/new/node"), script.includes("/old/node")], [true, false]);
  });

  it("leaves a program that is not ours alone", async () => {
    const path = join(home, "resource-command-v1.2.1", "pulumi-resource-command");
    await mkdir(dirname(path));
    await writeFile(path, "the published plugin");
    await assert.rejects(installCommandPlugin(home, process.execPath), {
      message:
        `${path} must be absent or a stand-in, got another program. ` +
        "Use a PULUMI_HOME of its own for the embedded environment",
    });
    assert.equal(await readFile(path, "utf8"), "the published plugin");
  });
});
