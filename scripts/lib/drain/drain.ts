import type { Cluster } from "../cluster.ts";
import { Failure, firstDetails } from "../failure.ts";
import { canaries } from "../gate/canary.ts";
import { proveControllers } from "../gate/gate.ts";
import { formatDuration, type Log } from "../log.ts";
import type { KubernetesObject } from "../object.ts";
import { waitFor, WaitTimeout } from "../wait.ts";
import { decide, type DestroyMode } from "./decision.ts";
import { detach, orphanRoot, resumeSuspended } from "./detach.ts";
import type { DrainOptions } from "./input.ts";
import { describeLeftover, type Leftover, leftByLabels, leftOfInventories } from "./leftovers.ts";
import { countBy, countKinds, watchUntilNone } from "./remaining.ts";
import { readScene, type Scene, type SceneFound } from "./scene.ts";
import { drainedKinds, expectedGone, scopeOf } from "./scope.ts";

export type DrainResult =
  | { readonly drained: false; readonly reason: string }
  | {
      readonly drained: true;
      readonly mode: DestroyMode;
      /** How many Flux objects of each kind went. */
      readonly removed: Readonly<Record<string, number>>;
      readonly seconds: number;
    };

interface Context {
  readonly log: Log;
  readonly signal: AbortSignal;
}

const patience = 45_000;

/**
 * drain detaches the sync and resolves when nothing that Flux made from it is left; with mode `orphan` when only Flux's
 * own source and root Kustomization are gone. Rejects with a Failure that names what is left. Run again after an
 * interruption it takes up where the cluster stands.
 */
export async function drain(options: DrainOptions, context: Context): Promise<DrainResult> {
  const started = Date.now();
  const { connection, mode, force } = options;
  const untouched: SceneFound = {
    cluster: "recorded",
    endpoint: connection.cluster.api.url,
    namespace: connection.namespace,
    byHand: [],
    prunesFlux: [],
  };
  const { scene, found } =
    mode === "skip" ? { scene: undefined, found: untouched } : await readScene(connection);
  let decision = decide({ mode, force, ...found });
  let details: readonly string[] = [];
  if (decision.kind === "ask-controllers" && scene !== undefined) {
    const asked = await askControllers(options, scene, context);
    details = asked.details;
    decision = decide({ mode, force, ...found, silent: asked.silent });
  }
  if (decision.kind === "nothing") return { drained: false, reason: decision.reason };
  if (decision.kind === "fail") {
    throw new Failure(decision.reason, { next: decision.next, details });
  }
  if (scene === undefined) return { drained: false, reason: "there is nothing to drain" };
  const until = started + options.timeoutMilliseconds;
  const bound = options.timeoutMilliseconds;
  const work = { options, scene, deadline: { context, until, bound } };
  if (mode === "orphan") await orphan(work);
  else await empty(work);
  const removed = countBy(mode === "orphan" ? [] : scene.scope.made);
  return { drained: true, mode, removed, seconds: (Date.now() - started) / 1000 };
}

interface Deadline {
  readonly context: Context;
  /** When the time is up. */
  readonly until: number;
  /** How long that is after the start. */
  readonly bound: number;
}

interface Work {
  readonly options: DrainOptions;
  readonly scene: Scene;
  readonly deadline: Deadline;
}

/** The controllers that have to finalize what Flux made, as far as they are installed. */
async function askControllers(
  { connection: { cluster, namespace }, mode, canaryMilliseconds = patience }: DrainOptions,
  { instance }: Scene,
  context: Context,
): Promise<{ silent: string[]; details: readonly string[] }> {
  const needed =
    mode === "orphan" ? ["kustomize-controller"] : ["kustomize-controller", "helm-controller"];
  const installed = instance.spec?.components ?? Object.keys(canaries);
  const components = needed.filter((name) => installed.includes(name));
  const gate = { namespace, components, timeoutMilliseconds: canaryMilliseconds };
  try {
    await proveControllers(cluster, gate, context);
    return { silent: [], details: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const silent = components.filter((name) =>
      error.details.some((line) => line.startsWith(`${name}:`)),
    );
    return { silent, details: error.details };
  }
}

async function orphan({ options, scene, deadline }: Work): Promise<void> {
  const { cluster, namespace } = options.connection;
  deadline.context.log.start("detaching the sync, workloads stay");
  await orphanRoot(cluster, scene.sync);
  await detach(cluster, namespace);
  await untilGone(cluster, { ...deadline, what: "source and root Kustomization" }, (live) =>
    live.filter(
      ({ metadata }) =>
        metadata.name === scene.sync.name && metadata.namespace === scene.sync.namespace,
    ),
  );
}

async function empty({ options, scene, deadline }: Work): Promise<void> {
  const { cluster, namespace } = options.connection;
  const { made } = scene.scope;
  const recorded = expectedGone(made);
  deadline.context.log.start(
    `removing what Flux made: ${countKinds(made)}, ${recorded.length} objects in their inventories`,
  );
  await resumeSuspended(cluster, made, deadline.context.log);
  await detach(cluster, namespace);
  const what = "everything that Flux made from the sync";
  await untilGone(cluster, { ...deadline, what }, (live) => scopeOf(live, scene.sync).made);
  // Only a first run knows what was there; later ones have the labels.
  const labelled = scene.attached ? [] : await leftByLabels(cluster);
  const left = [...(await leftOfInventories(cluster, recorded)), ...labelled];
  await untilLeftoversGone(cluster, { ...deadline, what: "the objects of its inventories" }, left);
}

interface Gone extends Deadline {
  readonly what: string;
}

async function untilLeftoversGone(cluster: Cluster, gone: Gone, left: readonly Leftover[]) {
  const uids = new Set(left.map(({ object }) => object.metadata.uid));
  const kinds = new Map(
    left.map(({ resource }) => [`${resource.apiVersion}/${resource.kind}`, resource]),
  );
  await untilGone(cluster, { ...gone, resources: [...kinds.values()] }, (live) =>
    live.filter(({ metadata }) => uids.has(metadata.uid)),
  );
}

async function untilGone(
  cluster: Cluster,
  {
    context,
    until,
    bound,
    what,
    resources = drainedKinds,
  }: Gone & { resources?: typeof drainedKinds },
  select: (live: readonly KubernetesObject[]) => readonly KubernetesObject[],
): Promise<void> {
  const left: KubernetesObject[] = [];
  const wait = {
    what: `${what} (gone)`,
    timeoutMilliseconds: Math.max(1, until - Date.now()),
    next: "",
    ...context,
  };
  try {
    await waitFor<undefined>(wait, (waiting) => {
      watchUntilNone(cluster, { resources, select, left }, waiting);
    });
  } catch (error) {
    if (!(error instanceof WaitTimeout)) throw error;
    if (left.length > 0) throw stillThere(what, bound, left);
    throw new Failure(`${what} could not be watched: ${error.lastState}`, {
      next: "kubectl cluster-info",
    });
  }
}

function stillThere(what: string, bound: number, left: readonly KubernetesObject[]): Failure {
  const now = Date.now();
  const [first] = left;
  const { name = "", namespace } = first?.metadata ?? {};
  const at = namespace === undefined ? "" : `-n ${namespace} `;
  return new Failure(
    `${what} is not gone after ${formatDuration(bound)}: ${countKinds(left)} left`,
    {
      details: firstDetails(left.map((object) => describeLeftover(object, now))),
      next: `kubectl ${at}describe ${(first?.kind ?? "pod").toLowerCase()} ${name}`,
    },
  );
}
