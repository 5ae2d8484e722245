import { ApiError } from "../../api-server.ts";
import type { Cluster } from "../../cluster.ts";
import { findResource } from "../../discovery.ts";
import { HelmRelease, Kustomization, type Resource, ResourceSet } from "../../kinds.ts";
import { formatDuration, type Log } from "../../log.ts";
import { displayName, type KubernetesObject, type Reference } from "../../object.ts";
import type { Pool } from "../../repair/pool.ts";
import type { DrainStep } from "../plan/drain-plan.ts";
import { drainManager, freezePatch, suspendPatch } from "../freeze/freeze.ts";
import { describeLeftover } from "./leftovers.ts";
import { isSuspended } from "../freeze/original.ts";
import { deleteClaims, type Released, releasedBy } from "./release.ts";
import { isKept } from "../scope.ts";
import { Cancelled } from "./unfinished.ts";
import type { StepWatch } from "./step-watch.ts";

export interface StepContext {
  readonly cluster: Cluster;
  readonly watch: StepWatch;
  /** What the cluster serves. */
  readonly resources: readonly Resource[];
  readonly log: Log;
  readonly pool: Pool;
  /** Aborts when the drain is cancelled, or its time is up. */
  readonly signal: AbortSignal;
  /** Rejects when nothing may be deleted any more. */
  readonly allowed: () => Promise<void>;
  /** Such as `2 of 31`, counted as steps begin. */
  readonly position: () => string;
  /** Deletes the object in its own way. @default deletes it */
  readonly remove?: (object: KubernetesObject) => Promise<void>;
}

/** What is left of a step whose time is up, or that was ended. */
export class StepStuck extends Error {
  readonly left: readonly KubernetesObject[];
  readonly details: readonly string[];

  constructor(step: DrainStep, left: readonly KubernetesObject[], details: readonly string[]) {
    super(`${nameOf(step)} is not gone after ${formatDuration(step.budgetSeconds * 1000)}`);
    this.name = "StepStuck";
    this.left = left;
    this.details = details;
  }
}

const nodeKinds: readonly Resource[] = [Kustomization, HelmRelease, ResourceSet];
/** An object that is created again after so many deletions is not ours to win. */
const mostDeletions = 3;
const quietMilliseconds = 2_000;

/**
 * runStep resolves when the step's object is gone, with everything that it applied and all addresses and volumes that
 * went with it. What is gone already counts as done. Rejects with StepStuck when the step's own budget is over, or the
 * signal of the context aborts.
 */
export async function runStep(step: DrainStep, context: StepContext): Promise<void> {
  const budget = new AbortController();
  const timer = setTimeout(() => {
    budget.abort(new Error("over"));
  }, step.budgetSeconds * 1000);
  const signal = AbortSignal.any([context.signal, budget.signal]);
  const run = new StepRun(step, { ...context, signal });
  try {
    await run.node();
    await run.rest();
  } catch (error) {
    throw signal.aborted ? await run.stuck(isCancelled(context.signal)) : error;
  } finally {
    clearTimeout(timer);
  }
}

export function referenceOf({ kind, name, namespace }: DrainStep): Reference {
  return { resource: resourceOf(kind), name, namespace };
}

export function nameOf(step: DrainStep): string {
  return displayName(referenceOf(step));
}

class StepRun {
  readonly #step: DrainStep;
  readonly #context: StepContext;
  #waitsFor: readonly Released[] = [];

  constructor(step: DrainStep, context: StepContext) {
    this.#step = step;
    this.#context = context;
  }

  /** Resolves when the Flux object is gone. */
  async node(): Promise<void> {
    const { watch, log, signal, position } = this.#context;
    const reference = referenceOf(this.#step);
    await watch.until([reference.resource], () => true, signal);
    for (let deletions = 0; deletions < mostDeletions; deletions += 1) {
      const live = watch.get(reference);
      if (live === undefined) return;
      if (deletions === 0) log.start(`deleting ${nameOf(this.#step)} (${position()})`);
      else log.line(`${nameOf(this.#step)} was created again: deleting it again`);
      this.#waitsFor = [{ reference, uid: live.metadata.uid, condition: "gone" }];
      if (live.metadata.deletionTimestamp === undefined) await this.#remove(live);
      await this.#gone();
    }
  }

  /** Resolves when all that goes with the Flux object is gone too. */
  async rest(): Promise<void> {
    const { cluster, pool, resources } = this.#context;
    await pool.run(() => deleteClaims(cluster, this.#step));
    const wanted = [...this.#inventory(), ...releasedBy(this.#step, resources)];
    const found = await Promise.all(wanted.map((one) => pool.run(() => this.#stillThere(one))));
    this.#waitsFor = found.filter((one) => one !== undefined);
    if (this.#waitsFor.length > 0) await this.#gone();
  }

  /** What is left, and, unless there is no time for it, what holds it: first what somebody else has to let go. */
  async stuck(hurries: boolean): Promise<StepStuck> {
    const left = this.#left().map(({ live }) => live);
    const held = hurries ? [] : await this.#terminating().catch(() => []);
    const uids = new Set(left.map(({ metadata }) => metadata.uid));
    const others = held.filter(({ metadata }) => !uids.has(metadata.uid));
    const lines = [...others, ...left].map((object) => describeLeftover(object, Date.now()));
    const { lost } = this.#context.watch;
    return new StepStuck(this.#step, left, lost === undefined ? lines : [...lines, lost]);
  }

  /** The objects of the inventory that are on their way out and do not go. */
  async #terminating(): Promise<KubernetesObject[]> {
    const { cluster, pool } = this.#context;
    const reads = this.#inventory().map(({ reference }) =>
      pool.run(() => cluster.get<KubernetesObject>(reference)),
    );
    const found = (await Promise.all(reads)).filter((object) => object !== undefined);
    return found.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  }

  async #remove(live: KubernetesObject): Promise<void> {
    const { cluster, pool, signal, log, allowed, remove } = this.#context;
    const reference = referenceOf(this.#step);
    const { uid } = live.metadata;
    await pool.run(async () => {
      signal.throwIfAborted();
      await allowed();
      if (this.#step.deletedSuspended) {
        await cluster.patch(reference, suspendPatch(live), drainManager);
      } else if (isSuspended(live)) {
        log.line(`resuming ${nameOf(this.#step)}: suspended, it would leave its objects behind`);
        await cluster.patch(reference, freezePatch(live), drainManager);
      }
      if (remove !== undefined) await remove(live);
      else await cluster.delete(reference, uid === undefined ? {} : { uid }).catch(ignoreConflict);
    });
  }

  /** The objects of the inventory; a kind that is not served any more has none. */
  #inventory(): Released[] {
    return this.#step.inventory.flatMap(({ group, kind, name, namespace }) => {
      const resource = findResource(this.#context.resources, { group, kind });
      if (resource === undefined) return [];
      const reference = { resource, name, ...(namespace !== undefined && { namespace }) };
      return [{ reference, uid: undefined, condition: "gone" }];
    });
  }

  /** What is still there as the object that was meant, and does not say itself that it stays. */
  async #stillThere(one: Released): Promise<Released | undefined> {
    const { cluster, signal } = this.#context;
    signal.throwIfAborted();
    const live = await cluster.get<KubernetesObject>(one.reference);
    if (live === undefined || isKept(live)) return undefined;
    const { uid } = live.metadata;
    return one.uid === undefined || one.uid === uid ? { ...one, uid } : undefined;
  }

  async #gone(): Promise<void> {
    const { watch, signal, log } = this.#context;
    const resources = this.#waitsFor.map(({ reference }) => reference.resource);
    const announce = setTimeout(() => {
      const [first, ...more] = this.#left();
      if (first === undefined) return;
      const others = more.length === 0 ? "" : ` and ${more.length} more`;
      const bound = formatDuration(this.#step.budgetSeconds * 1000);
      const what = `${displayName(first.one.reference)} (${first.one.condition})`;
      log.wait(`waiting for ${what}${others} up to ${bound}`);
    }, quietMilliseconds);
    try {
      await watch.until([...new Set(resources)], () => this.#left().length === 0, signal);
    } finally {
      clearTimeout(announce);
    }
  }

  #left(): { readonly one: Released; readonly live: KubernetesObject }[] {
    return this.#waitsFor.flatMap((one) => {
      const live = this.#context.watch.get(one.reference);
      return live !== undefined && live.metadata.uid === one.uid ? [{ one, live }] : [];
    });
  }
}

function isCancelled({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof Cancelled;
}

/** Another object has the name by now: the watch shows it. */
function ignoreConflict(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 409) throw error;
}

function resourceOf(kind: string): Resource {
  return nodeKinds.find((known) => known.kind === kind) ?? Kustomization;
}
