import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { WorkQueue } from "../../../embedded/cloud/work-queue.ts";

/** A queue whose work ends when a test says so. */
class Held {
  readonly begun: string[] = [];
  readonly failed: string[] = [];
  readonly queue: WorkQueue;
  #running: { key: string; end: (error?: Error) => void }[] = [];

  constructor() {
    this.queue = new WorkQueue({
      work: (key) => {
        this.begun.push(key);
        return new Promise((resolve, reject) => {
          const end = (error?: Error) => {
            if (error === undefined) resolve();
            else reject(error);
          };
          this.#running.push({ key, end });
        });
      },
      failed: (key) => this.failed.push(key),
    });
  }

  /** Ends the oldest work and lets the queue react. */
  async end(error?: Error): Promise<void> {
    this.#running.shift()?.end(error);
    await new Promise(setImmediate);
  }
}

describe("a work queue", () => {
  it("works on different keys at the same time, and on one key once at a time", () => {
    const { queue, begun } = new Held();
    for (const key of ["a", "b", "a"]) queue.add(key);
    assert.deepEqual(begun, ["a", "b"]);
  });

  it("works once more on what was added meanwhile, however often", async () => {
    const held = new Held();
    for (const key of ["a", "a", "a"]) held.queue.add(key);
    await held.end();
    assert.deepEqual(held.begun, ["a", "a"]);
    await held.end();
    assert.deepEqual(held.begun, ["a", "a"]);
  });

  it("adds a key after its time, and forgets that when it is added before", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { queue, begun } = new Held();
    queue.addAfter("a", 1000);
    t.mock.timers.tick(999);
    assert.deepEqual(begun, []);
    t.mock.timers.tick(1);
    assert.deepEqual(begun, ["a"]);
    queue.addAfter("b", 1000);
    queue.add("b");
    t.mock.timers.tick(5000);
    assert.deepEqual(begun, ["a", "b"]);
  });

  it("tries again what failed, each time after twice the pause, up to five seconds", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const held = new Held();
    held.queue.add("a");
    for (const pause of [100, 200, 400, 800, 1600, 3200, 5000, 5000]) {
      await held.end(new Error("conflict"));
      const { length } = held.begun;
      t.mock.timers.tick(pause - 1);
      assert.equal(held.begun.length, length);
      t.mock.timers.tick(1);
      assert.equal(held.begun.length, length + 1);
    }
    assert.equal(held.failed.length, 8);
  });

  it("begins with the short pause again after work that succeeded", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const held = new Held();
    held.queue.add("a");
    for (const pause of [100, 200]) {
      await held.end(new Error("conflict"));
      t.mock.timers.tick(pause);
    }
    await held.end();
    held.queue.add("a");
    await held.end(new Error("conflict"));
    t.mock.timers.tick(100);
    assert.equal(held.begun.length, 5);
  });

  it("begins nothing after it was stopped", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const held = new Held();
    held.queue.add("a");
    held.queue.addAfter("b", 10);
    held.queue.stop();
    held.queue.add("c");
    await held.end(new Error("the server went down"));
    t.mock.timers.tick(10_000);
    assert.deepEqual([held.begun, held.failed], [["a"], []]);
  });
});
