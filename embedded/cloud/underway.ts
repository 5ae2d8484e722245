import type { Latencies, Operation } from "./latencies.ts";
import type { WorkQueue } from "./work-queue.ts";

interface Begun {
  readonly operation: Operation;
  readonly uid: string;
  /** By the clock of `performance.now()`. */
  readonly since: number;
}

/**
 * Underway are the operations that the cloud is busy with. Their timers order nothing: they are the time that a cloud
 * takes. A changed latency applies to what is underway too.
 */
export class Underway {
  readonly #latencies: Latencies;
  readonly #queue: WorkQueue;
  readonly #begun = new Map<string, Begun>();

  constructor(latencies: Latencies, queue: WorkQueue) {
    this.#latencies = latencies;
    this.#queue = queue;
    latencies.onChange(() => {
      for (const key of this.#begun.keys()) queue.add(key);
    });
  }

  /** Whether the operation, begun by the first question, has taken its time; if not, the key is added when it has. */
  isOver(key: string, operation: Operation, uid: string): boolean {
    const known = this.#begun.get(key);
    const same = known?.operation === operation && known.uid === uid;
    const since = same ? known.since : performance.now();
    const left = since + this.#latencies.of(operation) - performance.now();
    if (left <= 0) return true;
    this.#begun.set(key, { operation, uid, since });
    this.#queue.addAfter(key, left);
    return false;
  }

  /** The object of that key needs nothing for now. */
  end(key: string): void {
    this.#begun.delete(key);
  }
}
