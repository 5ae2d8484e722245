import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it, type TestContext } from "node:test";

import { ApiError } from "../../../../scripts/lib/api-server.ts";
import { LogPosition } from "../../../../scripts/lib/commands/log-position.ts";
import { LogTail } from "../../../../scripts/lib/commands/log-tail.ts";
import type { Session } from "../../../../scripts/lib/commands/session.ts";
import { recordingLog } from "../../support/flux.ts";

const pod = (state: object, restartCount = 0) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "helm-controller-abc12" },
  status: { containerStatuses: [{ state, restartCount }] },
});
const waiting = pod({ waiting: { reason: "CrashLoopBackOff" } });
const running = pod({ running: {} });

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

/** A tail whose log is what `chunks` answers each time, until the test ends. */
function tailOf(
  test: TestContext,
  first: typeof running,
  chunks: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
) {
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
  };
  test.after(stop);
  let asked = 0;
  const stream = async (_: string, { signal }: { signal: AbortSignal }) => {
    asked += 1;
    return Promise.resolve(signal).then(chunks);
  };
  const { log, lines } = recordingLog();
  const session = { cluster: { api: { stream } }, namespace: "flux-system", log };
  const position = new LogPosition();
  const tail = new LogTail(session as unknown as Session, first, position, stopping.signal);
  return { tail, lines, asked: () => asked, stop };
}

/** Lets everything happen that needs no time to pass. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("the tail of a log", { timeout: 20_000 }, () => {
  it("asks again while the container seems to run", async (test) => {
    const again = Promise.withResolvers<undefined>();
    const chunks = () => {
      if (asked() > 1) again.resolve(undefined);
      return chunksOf();
    };
    const { tail, asked } = tailOf(test, running, chunks);
    void tail.run(() => undefined);
    await again.promise;
  });

  it("asks for nothing while the container does not run, and at once when it does", async (test) => {
    const { tail, asked } = tailOf(test, waiting, () => chunksOf());
    void tail.run(() => undefined);
    await settle();
    assert.equal(asked(), 1);
    tail.seen(running);
    await settle();
    assert.equal(asked(), 2);
  });

  it("takes up the log of a restarted container though that of the one before does not end", async (test) => {
    async function* endless(signal: AbortSignal): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(new TextEncoder().encode("first\n"));
      await once(signal, "abort");
      signal.throwIfAborted();
    }
    const { tail, asked } = tailOf(test, running, endless);
    void tail.run(() => undefined);
    await settle();
    tail.seen(running);
    await settle();
    assert.equal(asked(), 1);
    tail.seen(pod({ running: {} }, 1));
    await settle();
    assert.equal(asked(), 2);
  });

  it("says that the log cannot be had, once, and nothing while there is none yet", async (test) => {
    const answers = [
      new ApiError("GET log", { code: 400, reason: "BadRequest", message: "not begun" }),
      new Error("connection refused"),
      new Error("connection refused"),
    ];
    const over = Promise.withResolvers<undefined>();
    const { tail, lines } = tailOf(test, running, () => {
      const error = answers.shift();
      if (error !== undefined) throw error;
      over.resolve(undefined);
      return chunksOf();
    });
    void tail.run(() => undefined);
    await over.promise;
    assert.deepEqual(lines, ["helm-controller-abc12: no log: connection refused"]);
  });

  it("reads lines that come in parts, and a last one without an end", async (test) => {
    const text = "é1\nsecond\n\nthird";
    const bytes = new TextEncoder().encode(text);
    async function* single(): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield await Promise.resolve(Uint8Array.of(byte));
    }
    const { tail, stop } = tailOf(test, waiting, single);
    const lines: string[] = [];
    const run = tail.run((line) => {
      if (lines.push(line) === 3) stop();
    });
    await run;
    assert.deepEqual(lines, ["é1", "second", "third"]);
  });

  it("keeps no more of an endless line than it shows", async (test) => {
    const part = "x".repeat(65_536);
    const endless = Array.from({ length: 3_000 }, () => part);
    const { tail, stop } = tailOf(test, waiting, () => chunksOf(...endless, "\nshort\n"));
    const lengths: number[] = [];
    // Kept whole it would be read from its start with each part, which takes minutes.
    await tail.run(({ length }) => {
      if (lengths.push(length) === 2) stop();
    });
    assert.deepEqual(lengths, [65_536, 5]);
  });
});
