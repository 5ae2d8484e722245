import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { isRunning } from "../../../embedded/cluster/process.ts";
import { endOrphanedPlugins, orphanedPlugins } from "../../../embedded/pulumi/orphans.ts";

describe("plugins whose Pulumi was killed", () => {
  let home: string;
  let plugin: string;
  const children: ChildProcess[] = [];

  before(() => {
    home = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));
    process.env["FLUX_BOOTSTRAP_HOME"] = home;
    const directory = join(home, "pulumi", "plugins", "resource-kubernetes-v0.0.0");
    mkdirSync(directory, { recursive: true });
    plugin = join(directory, "pulumi-resource-kubernetes");
    copyFileSync("/bin/cat", plugin);
    copyFileSync("/bin/sh", join(home, "pulumi", "pulumi"));
  });

  after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true });
  });

  /** Starts a program that ends with its stdin. */
  async function start(program: string, programArguments: readonly string[]) {
    const child = spawn(program, programArguments, { stdio: ["pipe", "pipe", "ignore"] });
    children.push(child);
    // It echoes: now it runs, and under its own name.
    const echo = once(child.stdout, "data");
    child.stdin.write("started\n");
    await echo;
    return child;
  }

  it("are found by their executable, and ended", async () => {
    const child = await start(plugin, []);
    const found = orphanedPlugins();
    assert.deepEqual(
      found.map(({ name, pid }) => ({ name, pid })),
      [{ name: "pulumi-resource-kubernetes", pid: child.pid }],
    );
    await endOrphanedPlugins();
    assert.equal(found.some(isRunning), false);
    assert.deepEqual(orphanedPlugins(), []);
  });

  it("do not include one whose Pulumi runs", async () => {
    // The second command keeps the shell from becoming the plugin.
    await start(join(home, "pulumi", "pulumi"), ["-c", `${plugin}; true`]);
    assert.deepEqual(orphanedPlugins(), []);
  });

  it("do not include a program of the same name elsewhere", async () => {
    const elsewhere = join(home, "pulumi-resource-kubernetes");
    copyFileSync("/bin/cat", elsewhere);
    await start(elsewhere, []);
    assert.deepEqual(orphanedPlugins(), []);
  });
});
