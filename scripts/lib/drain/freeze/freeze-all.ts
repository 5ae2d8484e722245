import type { Cluster } from "../../cluster.ts";
import { Failure, firstDetails } from "../../failure.ts";
import { handledToken, requestedAt } from "../../gate/canary.ts";
import {
  FluxInstance,
  HelmRelease,
  ImageUpdateAutomation,
  Kustomization,
  type Resource,
  ResourceSet,
} from "../../kinds.ts";
import { formatDuration, type Log } from "../../log.ts";
import {
  describeCondition,
  displayName,
  findCondition,
  type KubernetesObject,
} from "../../object.ts";
import { Pool } from "../../repair/pool.ts";
import { plural } from "../../report/text.ts";
import { newRequestToken } from "../../repair/token.ts";
import { type Key, keyOf, ownerOf } from "../../tree/owner.ts";
import { waitFor, WaitTimeout } from "../../wait.ts";
import { drainManager, freezePatch, frozenKinds } from "./freeze.ts";
import { isSuspended } from "./original.ts";
import type { StepWatch } from "../removal/step-watch.ts";

export interface FreezeContext {
  readonly watch: StepWatch;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Goes on when a controller does not answer. */
  readonly force: boolean;
  /** Namespace of Flux. */
  readonly namespace: string;
  /** When the time of the whole drain is up, in milliseconds since the epoch. */
  readonly until: number;
  /** How long each level may take, but the FluxInstance, which is never busy for long. @default five minutes */
  readonly levelMilliseconds?: number;
  /** How long a health check may go on before it counts as quiet. @default one minute */
  readonly healthMilliseconds?: number;
}

const writesAtOnce = 16;
/** As long as most things that Flux applies may take. */
const levelBound = 300_000;
const healthBound = 60_000;
const operatorBound = 45_000;
/** Before the drain itself is over, so that who was waited for is still told. */
const marginMilliseconds = 500;

const controllers: Readonly<Record<string, string>> = {
  [FluxInstance.kind]: "flux-operator",
  [ResourceSet.kind]: "flux-operator",
  [Kustomization.kind]: "kustomize-controller",
  [HelmRelease.kind]: "helm-controller",
};

/**
 * freeze stops what would create again what goes, from the top down: a level is written when everything above has proven,
 * by the token that came with its patch, that it applies nothing any more. What is suspended applies nothing already.
 */
export async function freeze(
  cluster: Cluster,
  stopped: readonly Key[],
  context: FreezeContext,
): Promise<void> {
  const { watch, log, signal } = context;
  const started = Date.now();
  await watch.until(frozenKinds, () => true, signal);
  const levels = levelsOf(liveOf(watch), stopped);
  const count = levels.flat().length;
  if (count === 0) return;
  log.start(`stopping ${plural(count, "object")}: they would create again what goes`);
  for (const level of levels) await freezeLevel(cluster, level, context);
  log.done(`${plural(count, "object")} stopped in ${formatDuration(Date.now() - started)}`);
}

function liveOf(watch: StepWatch): ReadonlyMap<Key, KubernetesObject> {
  const objects = frozenKinds.flatMap((resource) => watch.all(resource));
  return new Map(objects.map((object) => [keyOf(object), object]));
}

/** The objects to write to, by how far they are below the FluxInstance, which is alone at the top. */
function levelsOf(
  live: ReadonlyMap<Key, KubernetesObject>,
  stopped: readonly Key[],
): KubernetesObject[][] {
  const levels = new Map<number, KubernetesObject[]>();
  for (const key of stopped) {
    const object = live.get(key);
    if (object === undefined || isQuiet(object)) continue;
    const depth = depthOf(object, live);
    levels.set(depth, [...(levels.get(depth) ?? []), object]);
  }
  return [...levels].sort(([a], [b]) => a - b).map(([, level]) => level);
}

function isQuiet(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined || isSuspended(object);
}

function depthOf(
  object: KubernetesObject,
  live: ReadonlyMap<Key, KubernetesObject>,
  below = new Set<Key>(),
): number {
  if (object.kind === FluxInstance.kind) return 0;
  const owner = live.get(ownerOf(object) ?? "");
  if (owner === undefined || below.has(keyOf(owner))) return 1;
  return 1 + depthOf(owner, live, below.add(keyOf(object)));
}

async function freezeLevel(
  cluster: Cluster,
  level: readonly KubernetesObject[],
  context: FreezeContext,
): Promise<void> {
  const { signal } = context;
  const token = newRequestToken(cluster.now());
  const pool = new Pool(writesAtOnce);
  const writes = level.map((object) =>
    pool.run(async () => {
      signal.throwIfAborted();
      const patch = freezePatch(object, { [requestedAt]: token });
      await cluster.patch(referenceOf(object), patch, drainManager);
    }),
  );
  await Promise.all(writes);
  // A suspended ImageUpdateAutomation answers nothing; what it still pushes reaches no cluster that is frozen.
  const asked = level.filter(({ kind }) => kind !== ImageUpdateAutomation.kind);
  await answered(asked, token, context);
}

async function answered(
  asked: readonly KubernetesObject[],
  token: string,
  context: FreezeContext,
): Promise<void> {
  const { watch, log, force, healthMilliseconds = healthBound } = context;
  const timeoutMilliseconds = boundOf(asked, context);
  const patient = Date.now() + healthMilliseconds;
  const open = () =>
    asked.filter((object) => isOpen(watch.get(referenceOf(object)), token, Date.now() < patient));
  const wait = {
    what: `${describe(asked)} (stopped)`,
    timeoutMilliseconds,
    next: "",
    log,
    signal: context.signal,
  };
  const look = setTimeout(() => {
    watch.look();
  }, healthMilliseconds + 1);
  try {
    await waitFor<undefined>(wait, ({ signal, state, resolve, reject }) => {
      const holds = () => {
        const left = open();
        state(`no answer by ${describe(left)}`);
        return left.length === 0;
      };
      watch.until(frozenKinds, holds, signal).then(() => {
        resolve(undefined);
      }, reject);
    });
  } catch (error) {
    if (!(error instanceof WaitTimeout)) throw error;
    const failure = silence(open(), timeoutMilliseconds, context);
    if (!force) throw failure;
    log.fail(`${failure.message}; forced, so the drain goes on`);
  } finally {
    clearTimeout(look);
  }
}

/**
 * Whether the object may still apply what it held before. A Kustomization that only checks health has applied already, but
 * its deletion waits for the end of the check, which comes sooner as long as what it checks is there.
 */
function isOpen(
  object: KubernetesObject | undefined,
  token: string,
  awaitsHealth: boolean,
): boolean {
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return false;
  if (handledToken(object) === token) return false;
  const { status, message = "" } = findCondition(object, "Reconciling") ?? {};
  const checksHealth = status === "True" && message.startsWith("Running health checks");
  return awaitsHealth || !checksHealth;
}

function boundOf(
  asked: readonly KubernetesObject[],
  { until, levelMilliseconds = levelBound }: FreezeContext,
): number {
  const isInstance = asked.some(({ kind }) => kind === FluxInstance.kind);
  const bound = isInstance ? Math.min(operatorBound, levelMilliseconds) : levelMilliseconds;
  return Math.max(1, Math.min(bound, until - Date.now() - marginMilliseconds));
}

function silence(
  left: readonly KubernetesObject[],
  milliseconds: number,
  { watch, namespace }: FreezeContext,
): Failure {
  const details = left.map((object) => {
    const live = watch.get(referenceOf(object));
    return `${displayName(object)}: ${describeCondition(live)}`;
  });
  const silent = [...new Set(left.map(({ kind }) => controllers[kind] ?? kind))].join(", ");
  return new Failure(
    `${describe(left)} must stop before anything is deleted, ` +
      `got no answer by ${silent} within ${formatDuration(milliseconds)}`,
    {
      details: firstDetails(watch.lost === undefined ? details : [...details, watch.lost]),
      next: `kubectl -n ${namespace} get pods`,
    },
  );
}

function describe(objects: readonly KubernetesObject[]): string {
  const [first, ...more] = objects;
  if (first === undefined) return "nothing";
  return `${displayName(first)}${more.length === 0 ? "" : ` and ${more.length} more`}`;
}

function referenceOf({ kind, metadata: { name, namespace } }: KubernetesObject) {
  const resource = frozenKinds.find((known) => known.kind === kind) as Resource;
  return { resource, name, ...(namespace !== undefined && { namespace }) };
}
