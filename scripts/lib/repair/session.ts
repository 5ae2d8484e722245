import { ApiError } from "../api-server.ts";
import { classify } from "../classify/classify.ts";
import type { Snapshot } from "../classify/snapshot.ts";
import type { Diagnosis } from "../classify/verdict.ts";
import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { FleetWatch } from "../fleet/fleet-watch.ts";
import type { Recorder } from "../fleet/recorder.ts";
import type { Log } from "../log.ts";
import { waitFor, type Waiting, WaitTimeout } from "../wait.ts";
import { displayKey } from "./announcement.ts";
import type { RepairLease } from "./lease.ts";
import type { Limits } from "./limits.ts";
import type { Scope } from "./plan.ts";
import { RepairRun } from "./repair-run.ts";
import type { Rights } from "./rights.ts";

/** One state of the cluster and what it means. */
export interface Look {
  readonly diagnosis: Diagnosis;
  readonly snapshot: Snapshot;
}

interface Options {
  readonly fluxNamespace: string;
  readonly limits: Limits;
  readonly recorder?: Recorder;
}

interface Run {
  readonly scope: Scope;
  readonly rights: Rights;
  readonly lease: RepairLease;
  /** Milliseconds that a controller gets to answer. */
  readonly probe: number | undefined;
}

interface Ran {
  readonly run: RepairRun;
  readonly last: Look;
}

const listMilliseconds = 60_000;
const longestPause = 1_000;
/** Some states are a matter of age alone: no event announces them. */
const ageMilliseconds = 5_000;

/** RepairSession watches one cluster for as long as a repair lasts, and feeds the repairer with what it sees. */
export class RepairSession {
  readonly #cluster: Cluster;
  readonly #options: Options;
  readonly #context: { readonly log: Log; readonly signal: AbortSignal };
  readonly #watch: FleetWatch;
  readonly #over = new AbortController();
  #changed: () => void = () => undefined;

  constructor(
    cluster: Cluster,
    options: Options,
    context: { readonly log: Log; readonly signal: AbortSignal },
  ) {
    this.#cluster = cluster;
    this.#options = options;
    this.#context = context;
    this.#watch = new FleetWatch(cluster, options);
  }

  /** Resolves when everything is listed. Throws UnreachableError at once when no API server answers. */
  async open(uid: string | undefined): Promise<void> {
    await this.#requireCluster(uid);
    const wait = {
      what: "the Flux objects of the cluster (listed)",
      timeoutMilliseconds: listMilliseconds,
      next: "kubectl get kustomizations,helmreleases -A",
      ...this.#context,
    };
    await waitFor<undefined>(wait, ({ state, resolve }) => {
      this.#changed = () => {
        if (this.#watch.lost !== undefined) state(this.#watch.lost);
        if (this.#watch.listed) resolve(undefined);
      };
      this.#watch.start(this.#over.signal, () => {
        this.#changed();
      });
    });
  }

  look(): Look {
    const snapshot = this.#watch.snapshot();
    return { snapshot, diagnosis: classify(snapshot) };
  }

  /** Resolves when nothing is left to write or the time is over, with what it saw last. */
  async run({ scope, rights, lease, probe }: Run): Promise<Ran> {
    const { log, signal } = this.#context;
    const { fluxNamespace, limits } = this.#options;
    const { promise: lost, reject } = Promise.withResolvers<never>();
    lost.catch(() => undefined);
    const run = new RepairRun(
      this.#cluster,
      { fluxNamespace, limits, scope, probeMilliseconds: probe },
      {
        log,
        rights,
        watch: this.#watch,
        signal: AbortSignal.any([signal, this.#over.signal]),
        allowed: async () => this.#allowed(lease, reject),
        changed: () => {
          this.#changed();
        },
      },
    );
    try {
      await Promise.race([lost, this.#follow(run)]);
    } finally {
      await run.close();
    }
    return { run, last: this.look() };
  }

  /** Ends all watches. */
  close(): void {
    this.#over.abort();
  }

  async #follow(run: RepairRun): Promise<void> {
    const wait = {
      what: "the repair (nothing left to write)",
      timeoutMilliseconds: this.#options.limits.deadlineMilliseconds,
      next: "kubectl get kustomizations,helmreleases -A",
      ...this.#context,
    };
    try {
      await waitFor<undefined>(wait, (waiting) => {
        this.#feed(run, waiting);
      });
    } catch (error) {
      // What is left at the deadline is the result, not an error.
      if (!(error instanceof WaitTimeout)) throw error;
    }
  }

  /** Looks once for all that happens at the same time, and not more often than half of the time. */
  #feed(run: RepairRun, { signal, state, resolve }: Waiting<undefined>): void {
    let pause = 0;
    let timer: NodeJS.Timeout | undefined;
    const look = () => {
      timer = undefined;
      if (signal.aborted) return;
      const started = performance.now();
      run.consider(this.look());
      pause = Math.min(longestPause, performance.now() - started);
      state(this.#watch.lost ?? progressOf(run));
      if (run.idle) resolve(undefined);
    };
    this.#changed = () => {
      timer ??= setTimeout(look, pause);
    };
    const aging = setInterval(this.#changed, ageMilliseconds);
    signal.addEventListener("abort", () => {
      clearInterval(aging);
      clearTimeout(timer);
    });
    this.#changed();
  }

  async #allowed(lease: RepairLease, lost: (error: Error) => void): Promise<void> {
    try {
      await lease.ensure();
    } catch (error) {
      if (error instanceof Failure) lost(error);
      throw error;
    }
  }

  async #requireCluster(uid: string | undefined): Promise<void> {
    const live = await this.#uid(uid !== undefined);
    if (uid === undefined || live === uid) return;
    throw new Failure(
      `the cluster at ${this.#cluster.api.url} must be the recorded one (${uid}), got ${live}. ` +
        "Nothing was touched.",
      { next: "kubectl get namespace kube-system -o jsonpath={.metadata.uid}" },
    );
  }

  /** Asked for in every case: it tells at once that no API server answers. */
  async #uid(isNeeded: boolean): Promise<string> {
    try {
      return await this.#cluster.uid(this.#context.signal);
    } catch (error) {
      if (error instanceof ApiError && !isNeeded) return "";
      throw error;
    }
  }
}

function progressOf({ records, planned }: RepairRun): string {
  const [held, ...more] = planned.filter(({ disposition }) => disposition === "held");
  const written = `${records.length} writes`;
  if (held === undefined) return written;
  return `${written}, ${more.length + 1} held; ${displayKey(held.key)}: ${held.why}`;
}
