import { setMaxListeners } from "node:events";

import { discover } from "../discovery.ts";
import { Failure } from "../failure.ts";
import { FluxInstance, type Resource } from "../kinds.ts";
import { HeldLease } from "../lease.ts";
import { requireFree } from "../lease-holder.ts";
import type { Log } from "../log.ts";
import { repairLease } from "../repair/lease.ts";
import { Pool } from "../repair/pool.ts";
import { detach, isAttached } from "./detach.ts";
import type { DrainPlan } from "./plan/drain-plan.ts";
import { planNow } from "./plan/plan-now.ts";
import { rootOf, stopAll } from "./freeze/stop.ts";
import { untilEmpty } from "./removal/empty.ts";
import { graceBound } from "./removal/force.ts";
import { drainLease } from "./freeze/drain-lease.ts";
import { protect, unprotect } from "./freeze/protection.ts";
import { type FreezeRecord, readRecord, removeRecord, writeRecord } from "./freeze/record.ts";
import { resumePlan } from "./freeze/resume-plan.ts";
import { runHooks } from "./hooks.ts";
import type { DrainOptions } from "./input.ts";
import { retainVolumes } from "./removal/release.ts";
import type { Scene } from "./scene.ts";
import { StepWatch } from "./removal/step-watch.ts";
import { runSteps, type StepRecord } from "./removal/steps.ts";
import { thaw } from "./freeze/thaw.ts";
import { asFailure, Cancelled, Late, reasonOf, unfinished } from "./removal/unfinished.ts";

interface Context {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What a drain did, and what it found left. */
export interface Drained {
  readonly plan: DrainPlan;
  readonly records: readonly StepRecord[];
  /** What no step explains, one line each. */
  readonly left: readonly string[];
  /** The drain that this one took up. */
  readonly resumed: FreezeRecord | undefined;
  /** Why it is not finished. */
  readonly failure: Failure | undefined;
}

const writesAtOnce = 16;

/**
 * drainCluster empties the cluster as the plan says, under a lease that keeps other drains and repairs away. It resolves
 * when it is finished or cannot go on; it rejects only when it touched nothing, or put everything back.
 */
export async function drainCluster(
  of: { readonly options: DrainOptions; readonly scene: Scene; readonly plan: DrainPlan },
  context: Context,
): Promise<Drained> {
  const { cluster, namespace } = of.options.connection;
  const { signal } = context;
  const lease = await HeldLease.acquire(cluster, {
    ...drainLease(namespace),
    ...{ patient: true, signal },
  });
  try {
    // After taking ours: of a repair and a drain that start together at least one sees the other.
    await requireFree(cluster, repairLease(namespace));
    const served = await discover(cluster);
    return await new DrainRun(of, { ...context, lease, served }).run();
  } finally {
    await lease.release();
  }
}

interface RunContext extends Context {
  readonly lease: HeldLease;
  /** The kinds that the cluster serves. */
  readonly served: readonly Resource[];
}

class DrainRun {
  readonly #options: DrainOptions;
  readonly #scene: Scene;
  readonly #context: RunContext;
  /** Aborts when the drain has to stop, for whatever reason. */
  readonly #over = new AbortController();
  #served: readonly Resource[];
  readonly #watch: StepWatch;
  readonly #since = new Date().toISOString();
  readonly #until: number;
  #plan: DrainPlan;
  #resumed: FreezeRecord | undefined;
  #records: readonly StepRecord[] = [];
  #left: readonly string[] = [];

  constructor(
    { options, scene, plan }: { options: DrainOptions; scene: Scene; plan: DrainPlan },
    context: RunContext,
  ) {
    this.#options = options;
    this.#scene = scene;
    this.#plan = plan;
    this.#context = context;
    this.#until = Date.now() + options.timeoutMilliseconds;
    this.#served = context.served;
    this.#watch = new StepWatch(options.connection.cluster, this.#served, this.#over.signal);
    // Every step that runs listens to it.
    setMaxListeners(0, this.#over.signal);
  }

  async run(): Promise<Drained> {
    const { signal } = this.#context;
    const cancel = () => {
      this.#over.abort(new Cancelled());
    };
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    const late = setTimeout(() => {
      this.#over.abort(new Late(this.#options.timeoutMilliseconds));
    }, this.#options.timeoutMilliseconds);
    try {
      await this.#prepare();
      const failure = (await this.#stop()) ?? (await this.#empty());
      return this.#result(failure);
    } finally {
      clearTimeout(late);
      signal.removeEventListener("abort", cancel);
      this.#over.abort();
    }
  }

  /** The hooks have run, and the record says that a drain is at work. */
  async #prepare(): Promise<void> {
    const { connection, hooks, kubeconfig } = this.#options;
    const { cluster, namespace } = connection;
    const { log } = this.#context;
    this.#resumed = await readRecord(cluster, namespace);
    if (this.#resumed === undefined) {
      await runHooks(hooks, { kubeconfig, log, signal: this.#over.signal });
    } else {
      // Of a cluster that is half gone nobody wants a backup: the hooks had their turn.
      log.line(`taking up the drain by ${this.#resumed.by} since ${this.#resumed.since}`);
    }
    await this.#record(this.#plan);
  }

  /** Nothing is created again that goes. Where that cannot be had, and nothing is deleted yet, all is put back. */
  async #stop(): Promise<Failure | undefined> {
    const { cluster, namespace } = this.#options.connection;
    try {
      await this.#freeze();
      return undefined;
    } catch (error) {
      if (this.#over.signal.aborted || this.#resumed !== undefined) {
        return asFailure(reasonOf(error, this.#over.signal));
      }
      await thaw(cluster, namespace, this.#recordOf(this.#plan));
      throw error;
    }
  }

  async #freeze(): Promise<void> {
    const { cluster } = this.#options.connection;
    const stopping = { options: this.#options, scene: this.#scene, plan: this.#plan };
    this.#plan = await stopAll(
      { ...stopping, resumed: this.#resumed !== undefined },
      {
        ...{ watch: this.#watch, until: this.#until },
        ...{ log: this.#context.log, signal: this.#over.signal },
      },
    );
    // What went on until all had stopped may have brought kinds.
    this.#served = await discover(cluster);
    this.#watch.serve(this.#served);
    await this.#record(this.#plan);
    await protect(cluster, this.#plan);
    await retainVolumes(cluster, this.#plan);
  }

  async #empty(): Promise<Failure | undefined> {
    const { connection, force, graceMilliseconds } = this.#options;
    const { cluster, namespace } = connection;
    const { log, lease } = this.#context;
    try {
      this.#plan = resumePlan(this.#resumed?.plan, this.#plan);
      const context = {
        ...{ cluster, log, force, watch: this.#watch, signal: this.#over.signal },
        ...(graceMilliseconds !== undefined && { graceMilliseconds }),
        resources: this.#served,
        pool: new Pool(writesAtOnce),
        allowed: async () => this.#allowed(lease),
        removals: new Map([[rootOf(this.#scene), async () => detach(cluster, namespace)]]),
      };
      this.#records = await runSteps(this.#plan.steps, context);
      const failure = unfinished(this.#records, this.#over.signal);
      if (failure !== undefined) return failure;
      // Where there is no root any more, or not yet, no step has detached the sync.
      if (this.#watch.all(FluxInstance).some(isAttached)) await detach(cluster, namespace);
      const back = await planNow(this.#options);
      if (back.steps.length > 0) {
        log.line(`${back.steps.length} objects came while the others went: they go too`);
        const records = await runSteps(back.steps, { ...context, removals: new Map() });
        this.#records = [...this.#records, ...records];
        const late = unfinished(records, this.#over.signal);
        if (late !== undefined) return late;
      }
      await this.#finish();
      return undefined;
    } catch (error) {
      return asFailure(reasonOf(error, this.#over.signal));
    }
  }

  async #finish(): Promise<void> {
    const { cluster, namespace } = this.#options.connection;
    const { force, graceMilliseconds = graceBound } = this.#options;
    const grace = { graceMilliseconds: force ? graceMilliseconds : undefined };
    const emptying = { watch: this.#watch, signal: this.#over.signal, kept: this.#plan.kept };
    this.#left = await untilEmpty(cluster, this.#scene.sync, { ...emptying, ...grace }).catch(
      (error: unknown) => {
        if (error instanceof Failure) this.#left = error.details;
        throw error;
      },
    );
    await unprotect(cluster, this.#plan);
    await removeRecord(cluster, namespace);
  }

  async #allowed(lease: HeldLease): Promise<void> {
    try {
      await lease.ensure();
    } catch (error) {
      this.#over.abort(error);
      throw error;
    }
  }

  async #record(plan: DrainPlan): Promise<void> {
    const { cluster, namespace } = this.#options.connection;
    await writeRecord(cluster, namespace, this.#recordOf(resumePlan(this.#resumed?.plan, plan)));
  }

  #recordOf(plan: DrainPlan) {
    const { by = this.#context.lease.holder, since = this.#since } = this.#resumed ?? {};
    return { by, since, deadline: new Date(this.#until).toISOString(), plan };
  }

  #result(failure: Failure | undefined): Drained {
    const [plan, resumed] = [this.#plan, this.#resumed];
    return { plan, records: this.#records, left: this.#left, resumed, failure };
  }
}
