import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";

import { createLog, formatDuration } from "../../../scripts/lib/log.ts";
import { waitFor, WaitTimeout } from "../../../scripts/lib/wait.ts";
import { recordingLog } from "../support/flux.ts";

const wait = {
  what: "Deployment/a/b (Available)",
  timeoutMilliseconds: 60_000,
  next: "kubectl get x",
};

describe("waitFor", () => {
  it("ends with the value, and tells the watch that it is over", async () => {
    let over: AbortSignal | undefined;
    const value = await waitFor<number>(
      { ...wait, log: recordingLog().log },
      ({ signal, resolve }) => {
        over = signal;
        resolve(7);
      },
    );
    assert.deepEqual([value, over?.aborted], [7, true]);
  });

  it("times out with what it waited for, the last state and one next command", async () => {
    const { log } = recordingLog();
    const waiting = waitFor({ ...wait, timeoutMilliseconds: 5, log }, ({ state }) => {
      state("0 of 1 replicas");
    });
    await assert.rejects(waiting, (error) => {
      assert.ok(error instanceof WaitTimeout);
      assert.equal(
        error.message,
        "Deployment/a/b (Available) not reached after 0.0s: 0 of 1 replicas. Next: kubectl get x",
      );
      return error.lastState === "0 of 1 replicas";
    });
  });

  it("says that it waits after two seconds, and its last state every fifteen", async () => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    const { log, lines } = recordingLog();
    const waiting = waitFor<undefined>({ ...wait, log }, ({ state, resolve }) => {
      state("half");
      setTimeout(() => {
        resolve(undefined);
      }, 16_000);
    });
    mock.timers.tick(1_999);
    assert.deepEqual(lines, []);
    mock.timers.tick(14_001);
    await waiting;
    mock.timers.reset();
    assert.deepEqual(lines, [
      "◎ waiting for Deployment/a/b (Available) up to 1m00s",
      "◎ still waiting for Deployment/a/b (Available): half",
    ]);
  });

  it("ends early when it is cancelled, also before it begins", async () => {
    const { log } = recordingLog();
    const signal = AbortSignal.abort();
    await assert.rejects(
      waitFor({ ...wait, log, signal }, () => undefined),
      /was cancelled; last state: nothing seen yet/,
    );
  });
});

describe("log", () => {
  it("marks what a line says and cuts it at 4 KiB", () => {
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line));
    log.start("a");
    log.wait("b");
    log.done("c");
    log.fail("d\ne");
    log.line("x".repeat(5000));
    assert.deepEqual(lines.slice(0, 5), ["► a", "◎ b", "✔ c", "✗ d", "e"]);
    assert.equal(lines[5]?.length, 4096);
  });

  const table: [number, string][] = [
    [400, "0.4s"],
    [41_000, "41s"],
    [125_000, "2m05s"],
    [3_720_000, "1h02m"],
  ];
  for (const [milliseconds, text] of table) {
    it(`says ${text}`, () => {
      assert.equal(formatDuration(milliseconds), text);
    });
  }
});
