import { setTimeout as pause } from "node:timers/promises";

import type { Pod as ControllerPod } from "../gate/controller-state.ts";
import { pathOf } from "../listing.ts";
import { codeOf } from "./connect.ts";
import type { LogPosition } from "./log-position.ts";
import { container, podReference } from "./log-streams.ts";
import type { Session } from "./session.ts";

/** Where nothing announces that a log can be had again. */
const reconnectMilliseconds = 500;
/** A longer line is cut, so that one without an end does not fill the memory. */
const longestLine = 65_536;

/** LogTail reads the log of one pod as it is written, across restarts of its container and lost connections. */
export class LogTail {
  readonly #session: Session;
  readonly #position: LogPosition;
  readonly #signal: AbortSignal;
  readonly #gone = new AbortController();
  #pod: ControllerPod;
  #changed = Promise.withResolvers<undefined>();
  #restarted = new AbortController();
  #isLost = false;

  /** `signal` ends it. */
  constructor(session: Session, pod: ControllerPod, position: LogPosition, signal: AbortSignal) {
    this.#session = session;
    this.#pod = pod;
    this.#position = position;
    this.#signal = AbortSignal.any([signal, this.#gone.signal]);
  }

  /** The pod's newest state. */
  seen(pod: ControllerPod): void {
    // Not every kubelet ends the log of a container that has ended.
    if (restartsOf(pod) !== restartsOf(this.#pod)) this.#restarted.abort();
    this.#pod = pod;
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }

  /** The pod does not exist any more. */
  gone(): void {
    this.#gone.abort();
  }

  /** Hands every new line to `write` until it is ended or the pod is gone. Rejects when the log may not be read. */
  async run(write: (line: string) => void): Promise<void> {
    while (!this.#isOver()) {
      try {
        await this.#read(write);
      } catch (error) {
        if (this.#isOver()) return;
        if (this.#restarted.signal.aborted) continue;
        const code = codeOf(error);
        if (code === 401 || code === 403) throw error;
        this.#lost(error as Error);
      }
      await this.#again().catch(() => undefined);
    }
  }

  #isOver(): boolean {
    return this.#signal.aborted;
  }

  async #read(write: (line: string) => void): Promise<void> {
    const { cluster, namespace } = this.#session;
    const position = this.#position;
    this.#restarted = new AbortController();
    const signal = AbortSignal.any([this.#signal, this.#restarted.signal]);
    const query = new URLSearchParams({ container, follow: "true", timestamps: "true" });
    if (position.known) query.set("sinceTime", position.sinceTime);
    const pod = pathOf(podReference({ pod: this.#pod.metadata.name }, namespace));
    const chunks = await cluster.api.stream(`${pod}/log?${query.toString()}`, { signal });
    this.#isLost = false;
    position.resume();
    for await (const line of linesOf(chunks)) if (position.takes(line)) write(line);
  }

  /** Says it once until the log is read again. */
  #lost(error: Error): void {
    // A container that has not begun has no log, nor has a pod that goes.
    if (this.#isLost || [400, 404].includes(codeOf(error) ?? 0)) return;
    this.#session.log.line(`${this.#pod.metadata.name}: no log: ${error.message}`);
    this.#isLost = true;
  }

  /** Resolves when the log is worth another try; rejects when nobody wants it any more. */
  async #again(): Promise<void> {
    const signal = this.#signal;
    signal.throwIfAborted();
    if (!isStopped(this.#pod)) return pause(reconnectMilliseconds, undefined, { signal });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    void this.#changed.promise.then(resolve);
    signal.addEventListener("abort", reject, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", reject);
    }
  }
}

function restartsOf({ status }: ControllerPod): number {
  return status?.containerStatuses?.[0]?.restartCount ?? 0;
}

/** Whether the container does not run: its pod changes when it does. */
function isStopped({ status }: ControllerPod): boolean {
  return (status?.containerStatuses ?? []).some(
    ({ state }) => (state?.waiting ?? state?.terminated) !== undefined,
  );
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
    rest = (lines.pop() ?? "").slice(0, longestLine);
    for (const line of lines) if (line !== "") yield line.slice(0, longestLine);
  }
  if (rest !== "") yield rest;
}
