export interface WorkQueueOptions {
  /** Brings the object of that key to where it belongs; called again when it fails. */
  readonly work: (key: string) => Promise<void>;
  readonly failed: (key: string, error: unknown) => void;
}

const firstRetryMilliseconds = 100;
const longestRetryMilliseconds = 5_000;

/**
 * WorkQueue runs the work for each key once at a time, and once more when the key was added meanwhile. Work that fails
 * is tried again after a pause that doubles with each failure.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#cancel(key);
    if (this.#running.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#running.add(key);
    void this.#run(key);
  }

  /** Adds the key after a time, or earlier when `add` is called for it. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#stopped) return;
    this.#cancel(key);
    const due = () => {
      this.#timers.delete(key);
      this.add(key);
    };
    this.#timers.set(key, setTimeout(due, milliseconds));
  }

  /** Nothing begins any more; what runs comes to its end. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#options.work(key);
      this.#failures.delete(key);
    } catch (error) {
      if (!this.#stopped) this.#retry(key, error);
    }
    this.#running.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  #retry(key: string, error: unknown): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#options.failed(key, error);
    this.addAfter(key, Math.min(firstRetryMilliseconds * 2 ** failures, longestRetryMilliseconds));
  }

  #cancel(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}
