import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { isRunning, startProcess, stopProcesses } from "../../../embedded/cluster/process.ts";

describe("a background process", () => {
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "process-"));
  });

  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const start = (name: string, program: string) =>
    startProcess({
      name,
      command: process.execPath,
      arguments: ["-e", program],
      logFile: join(directory, `${name}.log`),
    });

  /** Resolves when the process has written that text. */
  async function written(name: string, text: string): Promise<void> {
    const over = new AbortController();
    const watcher = watch(directory, { signal: over.signal });
    const log = join(directory, `${name}.log`);
    while (!readFileSync(log, "utf8").includes(text)) {
      await once(watcher, "change", { signal: AbortSignal.timeout(10_000) });
    }
    over.abort();
  }

  it("runs until it is stopped", async () => {
    const record = start("idle", "setInterval(() => {}, 1000)");
    assert.ok(isRunning(record));
    await stopProcesses([record]);
    assert.ok(!isRunning(record));
  });

  it("is killed when it ignores the request to end", async () => {
    const record = start(
      "stubborn",
      "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)",
    );
    await written("stubborn", "deaf");
    await stopProcesses([record], 20);
    assert.ok(!isRunning(record));
  });

  it("is not mistaken for a later one with the same pid", async () => {
    const record = start("first", "setInterval(() => {}, 1000)");
    const other = { ...record, started: "1" };
    assert.ok(!isRunning(other));
    await stopProcesses([other]);
    assert.ok(isRunning(record), "a process of another start time was signalled");
    await stopProcesses([record]);
  });

  it("is given no credentials of the caller", async () => {
    process.env["SECRET_CANARY"] = "canary-4711";
    const record = start("environment", "console.log(JSON.stringify(process.env) + ' end')");
    delete process.env["SECRET_CANARY"];
    await written("environment", " end");
    assert.doesNotMatch(readFileSync(join(directory, "environment.log"), "utf8"), /canary-4711/);
    await stopProcesses([record]);
  });
});
