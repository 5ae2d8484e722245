import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { acquireLock } from "../../../embedded/toolchain/lock.ts";
import { createLog, type Log } from "../../../scripts/lib/log.ts";

interface Setting {
  readonly directory: string;
  readonly lines: string[];
  readonly options: { log: Log; interval: number };
}

async function setUp(t: TestContext): Promise<Setting> {
  const directory = await mkdtemp(join(tmpdir(), "lock-test-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const lines: string[] = [];
  return { directory, lines, options: { log: createLog((line) => lines.push(line)), interval: 5 } };
}

test("is held by one at a time, in turn", async (t) => {
  const { directory, options } = await setUp(t);
  let holders = 0;
  let most = 0;
  const turn = async (): Promise<void> => {
    const lock = await acquireLock(directory, options);
    most = Math.max(most, ++holders);
    await new Promise((done) => setImmediate(done));
    holders -= 1;
    lock.release();
  };
  await Promise.all([turn(), turn(), turn(), turn()]);
  assert.equal(most, 1);
  assert.ok(!existsSync(join(directory, "lock")));
});

test("tells who waits how far the owner is", async (t) => {
  const { directory, lines, options } = await setUp(t);
  const first = await acquireLock(directory, options);
  first.report("flux (3 of 7)");
  const second = acquireLock(directory, options);
  first.release();
  (await second).release();
  assert.deepEqual(lines, [`◎ waiting for the build of process ${process.pid}: flux (3 of 7)`]);
});

const stale: [string, string][] = [
  ["a process that is gone", JSON.stringify({ pid: 2 ** 30, started: "1" })],
  ["an earlier process of the same id", JSON.stringify({ pid: process.pid, started: "1" })],
  ["nobody, because its file is damaged", "{"],
];
for (const [name, content] of stale) {
  test(`takes over the lock of ${name}`, async (t) => {
    const { directory, lines, options } = await setUp(t);
    await writeFile(join(directory, "lock"), content);
    const lock = await acquireLock(directory, options);
    assert.deepEqual(lines, []);
    lock.release();
  });
}

test("gives up on an owner that does not get on, and names the command that ends it", async (t) => {
  const { directory, options } = await setUp(t);
  const first = await acquireLock(directory, options);
  first.report("flux: linking");
  await assert.rejects(acquireLock(directory, { ...options, patience: 20 }), {
    message:
      `the build of process ${process.pid} must go on within 0.0s, got no change since "flux: linking". ` +
      `End it and run this command again: kill ${process.pid}`,
  });
  first.release();
});

test("goes on waiting as long as the owner gets on", async (t) => {
  const { directory, options } = await setUp(t);
  // Time passes with each report, so that a slow machine is no slow owner.
  t.mock.timers.enable({ apis: ["Date"] });
  const first = await acquireLock(directory, options);
  let reports = 0;
  const reporting = setInterval(() => {
    first.report(`package ${reports++}`);
    t.mock.timers.tick(60);
    if (reports === 10) first.release();
  }, 1);
  try {
    const second = await acquireLock(directory, { ...options, patience: 100 });
    assert.ok(reports >= 10);
    second.release();
  } finally {
    clearInterval(reporting);
  }
});

test("stops waiting when it is told to", async (t) => {
  const { directory, options } = await setUp(t);
  const first = await acquireLock(directory, options);
  const stop = new AbortController();
  const second = acquireLock(directory, { ...options, signal: stop.signal });
  stop.abort();
  await assert.rejects(second, { name: "AbortError" });
  first.release();
});
