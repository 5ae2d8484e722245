import { ApiError } from "../api-server.ts";
import type { Answer, Snapshot, Unread } from "../classify/snapshot.ts";
import type { Cluster, Follower } from "../cluster.ts";
import { Lease, type Resource } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { type Key, keyOf } from "../tree/owner.ts";
import { fleetKinds, selectionOf } from "./kinds.ts";
import { lean } from "./lean.ts";
import type { Recorder } from "./recorder.ts";
import { absent } from "./scan.ts";

export interface FleetWatchOptions {
  readonly fluxNamespace: string;
  /** @default every kind that a diagnosis reads */
  readonly kinds?: readonly Resource[];
  /** Keeps all that is seen. */
  readonly recorder?: Recorder;
  /** Hears every state of every object as it is seen. */
  readonly follower?: Follower<KubernetesObject>;
}

/** One kind and what is known of it. */
interface Followed {
  readonly resource: Resource;
  readonly objects: Map<Key, KubernetesObject>;
  lost: string | undefined;
  /** Runs while the kind waits to be asked for again. */
  again: NodeJS.Timeout | undefined;
  listed: boolean;
  unread: Unread | undefined;
}

/** Nothing announces that a kind is served from now on, or that a right was granted. */
const retryMilliseconds = 15_000;

/**
 * FleetWatch knows the state of the fleet at any moment, by one list and watch a kind. A lost connection is taken up again
 * and loses nothing: what is known stays until the API server says otherwise.
 */
export class FleetWatch {
  readonly #answers = new Map<string, Answer>();
  readonly #logs = new Map<string, readonly string[]>();
  readonly #cluster: Cluster;
  readonly #fluxNamespace: string;
  readonly #recorder: Recorder | undefined;
  readonly #follower: Follower<KubernetesObject> | undefined;
  readonly #kinds: ReadonlyMap<string, Followed>;
  #changed: () => void = () => undefined;
  #scheduled = false;
  #objects: readonly KubernetesObject[] | undefined;

  constructor(cluster: Cluster, options: FleetWatchOptions) {
    this.#cluster = cluster;
    this.#fluxNamespace = options.fluxNamespace;
    this.#recorder = options.recorder;
    this.#follower = options.follower;
    const kinds = options.kinds ?? fleetKinds;
    this.#kinds = new Map(kinds.map((resource) => [resource.kind, begin(resource)]));
  }

  /** Watches until `signal` aborts. `changed` is called once for all changes that arrive together. */
  start(signal: AbortSignal, changed: () => void): void {
    this.#changed = () => {
      if (!signal.aborted) changed();
    };
    for (const followed of this.#kinds.values()) this.#follow(followed, signal);
    signal.addEventListener("abort", () => {
      for (const { again } of this.#kinds.values()) clearTimeout(again);
    });
  }

  /** True once all that existed at the start is known. A kind that cannot be read counts as listed. */
  get listed(): boolean {
    return [...this.#kinds.values()].every(({ listed }) => listed);
  }

  /** Why some kind is not watched at the moment; undefined while all is well. */
  get lost(): string | undefined {
    return [...this.#kinds.values()].find(({ lost }) => lost !== undefined)?.lost;
  }

  get(key: Key): KubernetesObject | undefined {
    return this.#kinds.get(key.split("/", 1)[0] ?? "")?.objects.get(key);
  }

  /** Takes in what no watch tells, so that snapshots and the recording carry it: how controllers answered, and logs. */
  learn(news: Partial<Pick<Snapshot, "answers" | "logs">>): void {
    for (const [component, answer] of news.answers ?? []) this.#answers.set(component, answer);
    for (const [container, lines] of news.logs ?? []) this.#logs.set(container, lines);
    this.#recorder?.learned(news);
    this.#schedule();
  }

  /** What is known at this moment. The objects are shared, not copied. */
  snapshot(): Snapshot {
    const followed = [...this.#kinds.values()];
    this.#objects ??= followed.flatMap(({ objects }) => [...objects.values()]);
    return {
      at: this.#cluster.now(),
      objects: this.#objects,
      unread: followed.map(({ unread }) => unread).filter((unread) => unread !== undefined),
      answers: new Map(this.#answers),
      fluxNamespace: this.#fluxNamespace,
      logs: new Map(this.#logs),
    };
  }

  #follow(followed: Followed, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { resource } = followed;
    const round = new AbortController();
    const stopped = AbortSignal.any([signal, round.signal]);
    let stale: Set<Key> | undefined = new Set(followed.objects.keys());
    const pause = (unread: Unread | undefined) => {
      round.abort();
      this.#unreadable(followed, unread);
      followed.again = setTimeout(() => {
        this.#follow(followed, signal);
      }, retryMilliseconds);
    };
    this.#cluster.follow(
      resource,
      {
        ...selectionOf(resource, this.#fluxNamespace),
        signal: stopped,
        absent: () => {
          pause(absent(resource));
        },
        lost: (error) => {
          followed.lost = error.message;
          const code = codeOf(error);
          if (code === 404) pause(absent(resource));
          else if (code === 403) pause(unreadOf(error, resource));
          else this.#schedule();
        },
        connected: () => {
          if (followed.lost === undefined) return;
          followed.lost = undefined;
          this.#schedule();
        },
        listed: () => {
          for (const key of stale ?? []) this.#gone(followed, key);
          stale = undefined;
          this.#readable(followed, undefined);
          this.#schedule();
        },
      },
      {
        seen: (object) => {
          stale?.delete(keyOf(object));
          this.#seen(followed, lean(object));
        },
        gone: (object) => {
          this.#gone(followed, keyOf(object));
        },
      },
    );
  }

  #seen(followed: Followed, object: KubernetesObject): void {
    const key = keyOf(object);
    const before = followed.objects.get(key);
    followed.objects.set(key, object);
    this.#objects = undefined;
    this.#recorder?.seen(object);
    this.#follower?.seen(object);
    if (before === undefined || !isRenewal(before, object)) this.#schedule();
  }

  #gone(followed: Followed, key: Key): void {
    const object = followed.objects.get(key);
    if (object === undefined) return;
    followed.objects.delete(key);
    this.#objects = undefined;
    this.#recorder?.gone(object);
    this.#follower?.gone(object);
    this.#schedule();
  }

  #unreadable(followed: Followed, unread: Unread | undefined): void {
    this.#readable(followed, unread);
    if (unread !== undefined) followed.lost = undefined;
    if (unread?.why === "absent") {
      for (const key of [...followed.objects.keys()]) this.#gone(followed, key);
    }
    this.#schedule();
  }

  #readable(followed: Followed, unread: Unread | undefined): void {
    if (followed.unread?.why !== unread?.why) this.#recorder?.readable(followed.resource, unread);
    followed.listed = true;
    followed.unread = unread;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#changed();
    });
  }
}

function begin(resource: Resource): Followed {
  return {
    resource,
    objects: new Map(),
    lost: undefined,
    again: undefined,
    listed: false,
    unread: undefined,
  };
}

/** A refused list is an ApiError, a refused watch is the library's own. */
function codeOf(error: Error & { readonly statusCode?: number }): number | undefined {
  return error instanceof ApiError ? error.code : error.statusCode;
}

/** Undefined when only the watch was refused: the kind is listed anew from time to time. */
function unreadOf(error: Error, resource: Resource): Unread | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return { resource, why: "forbidden", message: error.message };
}

/** A leader that renews its lease every two seconds is no news. */
function isRenewal(before: KubernetesObject, { kind, spec }: KubernetesObject): boolean {
  if (kind !== Lease.kind) return false;
  const holder = (of: unknown) => (of as { holderIdentity?: string } | undefined)?.holderIdentity;
  return holder(before.spec) === holder(spec);
}
