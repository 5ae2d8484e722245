import type { Cluster } from "../cluster.ts";
import { requestedAt } from "../gate/canary.ts";
import { Bucket, GitRepository, Kustomization, OCIRepository } from "../kinds.ts";
import { formatDuration, type Log } from "../log.ts";
import { displayName, type KubernetesObject } from "../object.ts";
import { newRequestToken } from "../repair/token.ts";
import type { Assessment } from "../tree/assessment.ts";
import { healthOf } from "../tree/health.ts";
import type { Key } from "../tree/owner.ts";
import { sourcesOf } from "../tree/references.ts";
import type { Tree } from "../tree/tree.ts";

interface SourceStatus {
  readonly artifact?: { readonly revision?: string };
  readonly lastHandledReconcileAt?: string;
}

interface KustomizationStatus {
  readonly lastAttemptedRevision?: string;
}

/** What was asked of the source. */
interface Asked {
  readonly name: string;
  readonly token: string;
  /** What the source served before. */
  readonly revision: string;
  readonly at: number;
}

interface Context {
  readonly log: Log;
  /** Ends it: nothing is asked and nothing is said afterwards. */
  readonly signal: AbortSignal;
  /** Hears that a new look may tell something else. */
  readonly changed: () => void;
  /** How long the source and the Kustomizations get together. @default 30 s */
  readonly boundMilliseconds?: number;
}

const sources = [GitRepository, OCIRepository, Bucket];
/** The manager whose fields Flux leaves alone. */
const fieldManager = "flux-client-side-apply";

/**
 * LatestRevision has the source of the sync fetched once, as soon as something that is required is in trouble: whoever runs
 * `up` again has often pushed the remedy just before, and Flux looks at a source once an interval. What is suspended, or was
 * never fetched, is not asked.
 */
export class LatestRevision {
  readonly #cluster: Cluster;
  readonly #tree: Tree;
  readonly #context: Context;
  #asked: Asked | undefined;
  #bound: NodeJS.Timeout | undefined;
  #over = false;

  constructor(cluster: Cluster, tree: Tree, context: Context) {
    this.#cluster = cluster;
    this.#tree = tree;
    this.#context = context;
    context.signal.addEventListener("abort", () => {
      this.#close();
    });
  }

  /** True while what the cluster shows may be of an earlier revision than the source has. */
  get open(): boolean {
    return this.#asked !== undefined && !this.#over;
  }

  /** Takes in how far the tree is. */
  consider(assessment: Assessment): void {
    if (this.#over) return;
    const source = this.#object(this.#tree.source);
    if (source === undefined) return;
    if (this.#asked !== undefined) this.#follow(this.#asked, source);
    else if (isInTrouble(assessment)) this.#ask(source);
  }

  #ask(source: KubernetesObject): void {
    const resource = sources.find(({ kind }) => kind === source.kind);
    const { artifact } = (source.status ?? {}) as SourceStatus;
    const revision = artifact?.revision;
    if (resource === undefined || revision === undefined || isSuspended(source)) return;
    const { log, changed, boundMilliseconds = 30_000 } = this.#context;
    const name = displayName(source);
    const token = newRequestToken(this.#cluster.now());
    this.#asked = { name, token, revision, at: Date.now() };
    log.start(`fetching ${name}, which may hold the remedy`);
    this.#bound = setTimeout(() => {
      const bound = formatDuration(boundMilliseconds);
      this.#end(`${name}: neither fetched nor applied in ${bound}; judging what is there`);
    }, boundMilliseconds);
    const { name: called, namespace } = source.metadata;
    const reference = { resource, name: called, ...(namespace !== undefined && { namespace }) };
    const patch = { metadata: { annotations: { [requestedAt]: token } } };
    this.#cluster.patch(reference, patch, fieldManager).then(changed, (error: unknown) => {
      const why = error instanceof Error ? error.message : "no answer";
      this.#end(`${name} was not fetched anew: ${why}`);
    });
  }

  /** What is in the source counts once all that apply it have tried it: until then the tree tells of an earlier revision. */
  #follow({ name, token, revision, at }: Asked, source: KubernetesObject): void {
    const { artifact, lastHandledReconcileAt } = (source.status ?? {}) as SourceStatus;
    if (lastHandledReconcileAt !== token) return;
    const { state, text } = healthOf(source);
    if (state === "failing" || state === "stalled") {
      this.#end(`${name} was not fetched: ${text}`);
      return;
    }
    const now = artifact?.revision ?? revision;
    const isNew = now !== revision;
    // Without anything new, what waits for a layer in trouble has nothing to try.
    const counts = (applier: KubernetesObject) => isNew || !isHeldUp(applier);
    if (this.#appliers().some((one) => counts(one) && !hasTried(one, now))) return;
    const news = isNew ? now : "nothing newer";
    this.#end(`${name} fetched in ${formatDuration(Date.now() - at)}: ${news}`);
  }

  /** The Kustomizations that apply what is in the source. */
  #appliers(): KubernetesObject[] {
    const { source = "" } = this.#tree;
    return [...this.#tree.nodes().values()]
      .map(({ object }) => object)
      .filter((object) => object.kind === Kustomization.kind && !isSuspended(object))
      .filter((object) => sourcesOf(object).includes(source));
  }

  #object(key: Key | undefined): KubernetesObject | undefined {
    return key === undefined ? undefined : this.#tree.nodes().get(key)?.object;
  }

  #end(news: string): void {
    if (!this.open) return;
    this.#close();
    this.#context.log.line(news);
    this.#context.changed();
  }

  #close(): void {
    this.#over = true;
    clearTimeout(this.#bound);
  }
}

/** Something is given up, or fails: it does not merely wait its turn. */
function isInTrouble({ stalled, blocked, waiting }: Assessment): boolean {
  const failing = waiting.some(({ health }) => health.state === "failing");
  return stalled.length > 0 || blocked.length > 0 || failing;
}

/** It came to an end with that revision, good or bad, and waits for nothing else. */
function hasTried(applier: KubernetesObject, revision: string): boolean {
  const { lastAttemptedRevision } = (applier.status ?? {}) as KustomizationStatus;
  return lastAttemptedRevision === revision && healthOf(applier).state !== "progressing";
}

function isHeldUp(applier: KubernetesObject): boolean {
  return healthOf(applier).text.startsWith("DependencyNotReady");
}

function isSuspended({ spec }: KubernetesObject): boolean {
  return (spec as { readonly suspend?: boolean } | undefined)?.suspend === true;
}
