import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import { formatDuration } from "../log.ts";
import { waitFor, type Waiting, WaitTimeout } from "../wait.ts";
import { newToken } from "./canary.ts";
import { CanarySet, removeLeftovers } from "./canary-set.ts";
import { ControllerWatch } from "./controller-watch.ts";
import { diagnose } from "./diagnosis.ts";
import { installedControllers, type Sharding } from "./shards.ts";

export interface GateOptions {
  /** Namespace of Flux. */
  readonly namespace: string;
  /** Controllers with a known canary. */
  readonly components: readonly string[];
  /** Undefined: each controller has one Deployment. */
  readonly sharding?: Sharding;
  readonly timeoutMilliseconds: number;
}

/** What the gate prints: when each controller answered. */
export interface GateResult {
  /** The token that the controllers handled; its time is when it was made. */
  readonly token: string;
  readonly seconds: number;
  readonly controllers: readonly {
    readonly name: string;
    /** The pod that leads and answered. */
    readonly pod: string;
    /** From the canary's creation to the answer. */
    readonly seconds: number;
  }[];
}

interface Context {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * proveControllers resolves when every controller handled a token that was written after its current pod became the
 * ready leader. The canaries are gone afterwards, whatever happened. Rejects with a Failure that names each controller
 * that did not answer, with its Deployment, pods, lease and last log lines.
 */
export async function proveControllers(
  cluster: Cluster,
  options: GateOptions,
  context: Context,
): Promise<GateResult> {
  const { namespace, components, sharding, timeoutMilliseconds } = options;
  const started = Date.now();
  await removeLeftovers(cluster, options, context.log);
  const token = newToken(started);
  const watch = new ControllerWatch(cluster, namespace);
  const sets = installedControllers(components, sharding).map(
    (controller) => new CanarySet(cluster, controller, { namespace, token }),
  );
  const names = sets.map(({ controller }) => controller.deployment);
  const wait = {
    what: `${names.join(", ")} (a canary answered)`,
    timeoutMilliseconds,
    next: `kubectl -n ${namespace} get pods`,
    ...context,
  };
  let failure: unknown;
  try {
    await waitFor<undefined>(wait, (waiting) => {
      observe(watch, sets, waiting);
    });
  } catch (error) {
    failure =
      error instanceof WaitTimeout ? await silence(cluster, { options, watch, sets }) : error;
  }
  await removeCanaries(sets, context.log, failure);
  const seconds = (Date.now() - started) / 1000;
  return { token, seconds, controllers: sets.map((set) => set.result()) };
}

/** Reacts to every event: stamps the canaries of a controller that is ready, and ends when all have answered. */
function observe(watch: ControllerWatch, sets: readonly CanarySet[], waiting: Waiting<undefined>) {
  const changed = () => {
    if (waiting.signal.aborted) return;
    const missing: string[] = [];
    for (const set of sets) {
      const state = watch.state(set.controller);
      if (state.ready) set.ask(state.pod, { ...waiting, changed });
      const why = state.ready ? set.missing() : state.missing;
      if (why !== undefined) missing.push(`${set.controller.deployment}: ${why}`);
    }
    if (watch.lost !== undefined) missing.push(watch.lost);
    waiting.state(missing.join("; "));
    if (missing.length === 0) waiting.resolve(undefined);
  };
  watch.start(waiting.signal, changed);
}

interface Silence {
  readonly options: GateOptions;
  readonly watch: ControllerWatch;
  readonly sets: readonly CanarySet[];
}

async function silence(cluster: Cluster, { options, watch, sets }: Silence): Promise<Failure> {
  const silent = sets.flatMap((set) => {
    const state = watch.state(set.controller);
    const reason = state.ready ? set.missing() : state.missing;
    return reason === undefined ? [] : [{ ...set.controller, reason }];
  });
  const bound = formatDuration(options.timeoutMilliseconds);
  const names = silent.map(({ deployment }) => deployment).join(", ");
  const { details, next } = await diagnose(cluster, options.namespace, { silent, observed: watch });
  return new Failure(
    `${silent.length} of ${sets.length} controllers did not answer within ${bound}: ${names}`,
    { details, next },
  );
}

/** Throws `failure` after the removal when there is one: it says more than a failed removal. */
async function removeCanaries(sets: readonly CanarySet[], log: Log, failure: unknown) {
  const removed = await Promise.allSettled(sets.map((set) => set.remove(log)));
  const failed = removed.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) {
    if (failed !== undefined) log.fail(`removing the canaries: ${String(failed.reason)}`);
    throw failure as Error;
  }
  if (failed !== undefined) throw failed.reason;
}
