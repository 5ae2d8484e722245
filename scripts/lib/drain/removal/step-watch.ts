import type { Cluster } from "../../cluster.ts";
import { findResource } from "../../discovery.ts";
import type { Resource } from "../../kinds.ts";
import type { KubernetesObject, Reference } from "../../object.ts";
import { groupOf } from "../plan/scene-index.ts";

/** A condition on what lives in the cluster. */
interface Condition {
  readonly holds: () => boolean;
  readonly resolve: () => void;
}

interface Followed {
  readonly isServed: boolean;
  readonly objects: Map<string, KubernetesObject>;
  listed: boolean;
}

/**
 * StepWatch keeps what lives in the cluster by one watch a kind, each opened when it is first asked about, and hands out
 * promises of conditions on it. No condition is looked at before the kinds that it asked about are listed.
 */
export class StepWatch {
  readonly #cluster: Cluster;
  #served: readonly Resource[];
  readonly #signal: AbortSignal;
  readonly #followed = new Map<string, Followed>();
  readonly #conditions = new Set<Condition>();
  #lookPlanned = false;
  /** Why a watch was lost that has not come back, for a wait that times out. */
  lost: string | undefined;

  /** Ends with `signal`. Kinds that are not among the served ones have no objects. */
  constructor(cluster: Cluster, served: readonly Resource[], signal: AbortSignal) {
    this.#cluster = cluster;
    this.#served = served;
    this.#signal = signal;
  }

  /** Takes in which kinds are served by now: one that came is watched when it is next asked about. */
  serve(served: readonly Resource[]): void {
    this.#served = served;
    for (const [id, { isServed }] of this.#followed) if (!isServed) this.#followed.delete(id);
  }

  /** The object as it was seen last; undefined when it is gone, or its kind is not listed yet or not served. */
  get(reference: Reference): KubernetesObject | undefined {
    return this.#follow(reference.resource).objects.get(nameOf(reference));
  }

  /** All objects of the kind. */
  all(resource: Resource): KubernetesObject[] {
    return [...this.#follow(resource).objects.values()];
  }

  /** Resolves when the kinds are listed and `holds` is true; rejects with the reason of `signal`. */
  async until(
    resources: readonly Resource[],
    holds: () => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const followed = resources.map((resource) => this.#follow(resource));
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const condition: Condition = {
      holds: () => followed.every(({ listed }) => listed) && holds(),
      resolve: () => {
        resolve(undefined);
      },
    };
    const abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", abort, { once: true });
    this.#conditions.add(condition);
    this.look();
    try {
      await promise;
    } finally {
      this.#conditions.delete(condition);
      signal.removeEventListener("abort", abort);
    }
  }

  #follow(resource: Resource): Followed {
    const id = `${resource.apiVersion}/${resource.plural}`;
    const known = this.#followed.get(id);
    if (known !== undefined) return known;
    const { apiVersion, kind } = resource;
    const served = findResource(this.#served, { group: groupOf(apiVersion), kind });
    const isServed = served !== undefined;
    const followed: Followed = { isServed, objects: new Map(), listed: !isServed };
    this.#followed.set(id, followed);
    if (!isServed) return followed;
    const changed = () => {
      this.look();
    };
    const options = {
      signal: this.#signal,
      lost: ({ message }: Error) => {
        this.lost = `${resource.kind} cannot be watched: ${message}`;
      },
      connected: () => {
        this.lost = undefined;
      },
      absent: () => {
        followed.objects.clear();
      },
      listed: () => {
        followed.listed = true;
        changed();
      },
    };
    this.#cluster.follow(resource, options, {
      seen: (object) => {
        followed.objects.set(nameOfObject(object), { ...object, ...typeOf(resource) });
        changed();
      },
      gone: (object) => {
        followed.objects.delete(nameOfObject(object));
        changed();
      },
    });
    return followed;
  }

  /** Looks at all conditions, once for all that happens at the same time. */
  look(): void {
    if (this.#lookPlanned) return;
    this.#lookPlanned = true;
    setImmediate(() => {
      this.#lookPlanned = false;
      for (const condition of [...this.#conditions]) if (condition.holds()) condition.resolve();
    });
  }
}

function typeOf({ apiVersion, kind }: Resource) {
  return { apiVersion, kind };
}

function nameOf({ namespace = "", name }: Omit<Reference, "resource">): string {
  return `${namespace}/${name}`;
}

function nameOfObject({ metadata }: KubernetesObject): string {
  return nameOf(metadata);
}
