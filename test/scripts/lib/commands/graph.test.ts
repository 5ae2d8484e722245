import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { runJobs } from "../../../../scripts/lib/commands/graph.ts";

/** Jobs by key and what they need; those whose key starts with `bad` go wrong. */
async function run(needs: Readonly<Record<string, readonly string[]>>, limit = 10) {
  const events: string[] = [];
  let running = 0;
  let most = 0;
  const jobs = Object.entries(needs).map(([key, all]) => ({
    key,
    needs: all,
    run: async () => {
      running += 1;
      most = Math.max(most, running);
      events.push(`+${key}`);
      await new Promise(setImmediate);
      events.push(`-${key}`);
      running -= 1;
      return !key.startsWith("bad");
    },
  }));
  const results = await runJobs(jobs, Boolean, limit);
  const outcomes = results.map((result) =>
    "done" in result ? String(result.done) : `because of ${result.because}`,
  );
  return { outcomes, events, most };
}

describe("runJobs", () => {
  it("runs each job after all that it needs, whatever their order", async () => {
    const { events, outcomes } = await run({ c: ["b", "a"], b: ["a"], a: ["elsewhere"] });
    assert.deepEqual(events, ["+a", "-a", "+b", "-b", "+c", "-c"]);
    assert.deepEqual(outcomes, ["true", "true", "true"]);
  });

  it("runs what does not need each other together, up to the limit", async () => {
    const needs = { a: [], b: [], c: [], d: [] };
    assert.equal((await run(needs)).most, 4);
    assert.equal((await run(needs, 2)).most, 2);
  });

  it("skips what needs something that went wrong, and says what", async () => {
    const { outcomes, events } = await run({ last: ["next"], next: ["bad"], bad: [], free: [] });
    assert.deepEqual(outcomes, ["because of next", "because of bad", "false", "true"]);
    assert.ok(!events.includes("+next"));
  });

  it("skips what needs itself", async () => {
    const { outcomes } = await run({ a: ["b"], b: ["a"], c: [] });
    assert.deepEqual(outcomes, ["because of a", "because of b", "true"]);
  });

  it("rejects with a job's error after the running ones have ended", async () => {
    let ended = false;
    const slow = async () => {
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      ended = true;
      return true;
    };
    const jobs = [
      { key: "slow", needs: [], run: slow },
      { key: "broken", needs: [], run: () => Promise.reject(new Error("no route")) },
    ];
    await assert.rejects(runJobs(jobs, Boolean, 2), /no route/);
    assert.equal(ended, true);
  });

  it("resolves at once without jobs", async () => {
    assert.deepEqual(await runJobs([], Boolean, 2), []);
  });
});
