import {
  type Informer as LibraryInformer,
  ListWatch,
  type KubernetesListObject,
  type KubernetesObject as LibraryObject,
} from "@kubernetes/client-node";

import { ApiServer } from "./api-server.ts";
import { Namespace, type Resource } from "./kinds.ts";
import { fieldsOf, inNamespace, listAll, type ListOptions, pathOf } from "./listing.ts";
import type { KubernetesObject, Reference } from "./object.ts";

export { type ListOptions, pathOf } from "./listing.ts";

export interface FollowOptions extends ListOptions {
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Hears why a connection was lost; it is taken up again by itself. */
  readonly lost?: (error: Error) => void;
  /** Hears that the connection stands: at the start, and after it was lost. */
  readonly connected?: () => void;
  /** Hears that everything that existed has been seen, at the start and after each new listing. */
  readonly listed?: () => void;
  /** Hears that the API server does not serve the kind, right before `listed`. */
  readonly absent?: () => void;
}

export interface LogOptions {
  /** The log of the container before the one that runs. */
  readonly previous?: boolean;
  readonly sinceSeconds?: number;
  /** Starts each line with the time it was written. */
  readonly timestamps?: boolean;
  readonly signal?: AbortSignal;
}

/** Follower hears every state of the objects it follows, those that exist already first. */
export interface Follower<O extends KubernetesObject> {
  readonly seen: (object: O) => void;
  readonly gone: (object: O) => void;
}

type LibraryList = KubernetesListObject<LibraryObject>;

interface Informer<O> extends Pick<LibraryInformer<LibraryObject>, "start" | "stop"> {
  on(event: "add" | "update" | "delete", seen: (object: O) => void): void;
  on(event: "error", failed: (error: Error) => void): void;
}

const reconnectMilliseconds = 500;

/**
 * Cluster reads and writes objects of any kind as plain JSON. Its user agent is `flux-bootstrap/<program>`, so that an
 * audit log tells who wrote what, and each write carries that as its field manager unless the caller names another.
 */
export class Cluster {
  readonly api: ApiServer;
  readonly #manager: string;

  /** Takes the content of a kubeconfig; `context` defaults to its current-context. */
  constructor(kubeconfig: string, program: string, context?: string) {
    this.api = new ApiServer(kubeconfig, `flux-bootstrap/${program}`, context);
    this.#manager = `flux-bootstrap-${program}`;
  }

  /**
   * The API server's clock, in milliseconds since the epoch, by the Date headers of its answers; this machine's until the
   * first answer.
   */
  now(): number {
    return this.api.clock.now();
  }

  /** What tells this cluster from every other: the UID of its namespace kube-system. */
  async uid(signal?: AbortSignal): Promise<string> {
    const path = pathOf({ resource: Namespace, name: "kube-system" });
    const request = signal === undefined ? {} : { signal };
    const { metadata } = await this.api.json<KubernetesObject>(path, request);
    return metadata.uid ?? "";
  }

  /** The object, or undefined when it, or its kind, does not exist. */
  async get<O extends KubernetesObject>(reference: Reference): Promise<O | undefined> {
    return this.api.found<O>(pathOf(reference));
  }

  /** Every object of the kind, read page by page; empty when the kind does not exist. */
  async list<O extends KubernetesObject>(
    resource: Resource,
    options: ListOptions = {},
  ): Promise<O[]> {
    return (await this.find<O>(resource, options)) ?? [];
  }

  /** As `list`, but undefined when the kind does not exist. */
  async find<O extends KubernetesObject>(
    resource: Resource,
    options: ListOptions = {},
  ): Promise<O[] | undefined> {
    return (await listAll<O>(this.api, resource, options))?.items;
  }

  /** Creates the object; ApiError with reason `AlreadyExists` when it is there. */
  async create<O extends KubernetesObject>(
    resource: Resource,
    object: O,
    manager = this.#manager,
  ): Promise<O> {
    const path = pathOf({ resource, ...inNamespace(object.metadata.namespace) });
    return this.api.json<O>(`${path}?fieldManager=${manager}`, { method: "POST", body: object });
  }

  /** Server-side apply that takes over fields which another manager holds. */
  async apply<O extends KubernetesObject>(
    resource: Resource,
    object: O,
    manager = this.#manager,
  ): Promise<O> {
    const { name, namespace } = object.metadata;
    const path = pathOf({ resource, name, ...inNamespace(namespace) });
    return this.api.json<O>(`${path}?fieldManager=${manager}&force=true`, {
      method: "PATCH",
      body: object,
      contentType: "application/apply-patch+yaml",
    });
  }

  /** One JSON merge patch, in which `null` removes a field; undefined when the object does not exist. */
  async patch<O extends KubernetesObject>(
    reference: Reference,
    patch: object,
    manager = this.#manager,
  ): Promise<O | undefined> {
    return this.api.found<O>(`${pathOf(reference)}?fieldManager=${manager}`, {
      method: "PATCH",
      body: patch,
      contentType: "application/merge-patch+json",
    });
  }

  /**
   * Asks for deletion, dependents in the background, and says whether the object was there. With `uid` only the object of
   * that UID is deleted: ApiError with reason `Conflict` when another has its name by now.
   */
  async delete(
    reference: Reference,
    options: { graceSeconds?: number; uid?: string } = {},
  ): Promise<boolean> {
    const { graceSeconds, uid } = options;
    const answer = await this.api.found(pathOf(reference), {
      method: "DELETE",
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Background",
        ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      },
    });
    return answer !== undefined;
  }

  /** The last lines of a container's log, the newest last. */
  async logs(
    pod: Reference,
    container: string,
    tailLines: number,
    options: LogOptions = {},
  ): Promise<string[]> {
    const { signal, ...more } = options;
    const query = new URLSearchParams({ container, tailLines: String(tailLines) });
    for (const [name, value] of Object.entries(more)) query.set(name, String(value));
    const path = `${pathOf(pod)}/log?${query.toString()}`;
    const text = await this.api.text(path, signal ? { signal } : {});
    return text.split("\n").filter((line) => line !== "");
  }

  /** Follows a collection by list and watch until `signal` aborts, across lost connections and CRDs not yet there. */
  follow<O extends KubernetesObject>(
    resource: Resource,
    options: FollowOptions,
    follower: Follower<O>,
  ): void {
    const { signal, labelSelector, lost, connected, listed, absent } = options;
    const list = async () => {
      const all = await listAll(this.api, resource, options);
      if (all === undefined) absent?.();
      // The library would still connect, once.
      signal.throwIfAborted();
      // The library tells its listeners about the items right after this promise.
      setImmediate(() => {
        if (!signal.aborted) listed?.();
      });
      return (all ?? { metadata: {}, items: [] }) as unknown as LibraryList;
    };
    // The library types its objects with dates parsed; on this path nothing parses them.
    const informer = new ListWatch<LibraryObject>(
      pathOf({ resource, ...inNamespace(options.namespace) }),
      this.api.watch,
      list,
      false,
      labelSelector,
      fieldsOf(options),
    ) as unknown as Informer<O>;
    informer.on("add", follower.seen);
    informer.on("update", follower.seen);
    informer.on("delete", follower.gone);
    let timer: NodeJS.Timeout | undefined;
    let failed = false;
    const start = () => {
      if (signal.aborted) return;
      failed = false;
      void informer.start().then(() => {
        // A stop that comes while the library still connects does not reach the connection.
        if (signal.aborted) void informer.stop();
        else if (!failed) connected?.();
      });
    };
    informer.on("error", (error: Error) => {
      if (signal.aborted) return;
      failed = true;
      lost?.(error);
      // Nothing announces that a server is back: ask again until the caller's deadline aborts.
      timer = setTimeout(start, reconnectMilliseconds);
    });
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      void informer.stop();
    });
    start();
  }
}
