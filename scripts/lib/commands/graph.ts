/** Job is work on one thing that may need other jobs to have gone well. */
export interface Job<T> {
  readonly key: string;
  /** Keys of jobs; those that are not among the jobs do not count. */
  readonly needs: readonly string[];
  readonly run: () => Promise<T>;
}

export type JobResult<T> =
  | { readonly key: string; readonly done: T }
  /** Not run: `because` names what did not go well, or its own key when it needs itself. */
  | { readonly key: string; readonly because: string };

/**
 * runJobs runs each job as soon as all that it needs went well, at most `limit` at a time, and resolves with the results
 * in the order of the jobs. Rejects with the first error of a job after the running ones have ended.
 */
export async function runJobs<T>(
  jobs: readonly Job<T>[],
  wentWell: (result: T) => boolean,
  limit: number,
): Promise<JobResult<T>[]> {
  const work = new Work(jobs, wentWell);
  try {
    while (work.startReady(limit)) await work.oneEnds();
  } finally {
    await work.allEnd();
  }
  return jobs.map(({ key }) => work.results.get(key) ?? { key, because: key });
}

class Work<T> {
  readonly results = new Map<string, JobResult<T>>();
  readonly #jobs: readonly Job<T>[];
  readonly #keys: ReadonlySet<string>;
  readonly #running = new Map<string, Promise<void>>();
  readonly #wentWell: (result: T) => boolean;

  constructor(jobs: readonly Job<T>[], wentWell: (result: T) => boolean) {
    this.#jobs = jobs;
    this.#keys = new Set(jobs.map(({ key }) => key));
    this.#wentWell = wentWell;
  }

  /** Starts what can be started and skips what no longer can; false when nothing runs any more. */
  startReady(limit: number): boolean {
    const settled = this.results.size;
    for (const job of this.#jobs) this.#consider(job, limit);
    // What was skipped decides about others.
    if (this.results.size > settled) return this.startReady(limit);
    return this.#running.size > 0;
  }

  async oneEnds(): Promise<void> {
    await Promise.race(this.#running.values());
  }

  async allEnd(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  #consider({ key, needs: all, run }: Job<T>, limit: number): void {
    if (this.results.has(key) || this.#running.has(key)) return;
    const needs = all.filter((need) => this.#keys.has(need));
    const bad = needs.find((need) => this.results.has(need) && !this.#isGood(need));
    if (bad !== undefined) this.results.set(key, { key, because: bad });
    else if (needs.every((need) => this.#isGood(need)) && this.#running.size < limit) {
      const work = run().then((done) => {
        this.results.set(key, { key, done });
        this.#running.delete(key);
      });
      this.#running.set(key, work);
    }
  }

  #isGood(key: string): boolean {
    const result = this.results.get(key);
    return result !== undefined && "done" in result && this.#wentWell(result.done);
  }
}
