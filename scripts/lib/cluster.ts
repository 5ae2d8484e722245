import {
  type Informer as LibraryInformer,
  ListWatch,
  type KubernetesListObject,
  type KubernetesObject as LibraryObject,
} from "@kubernetes/client-node";

import { ApiServer } from "./api-server.ts";
import { Namespace, type Resource } from "./kinds.ts";
import type { KubernetesObject, Reference } from "./object.ts";

export interface ListOptions {
  /** All namespaces when left out. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** Only the object of that name. */
  readonly name?: string;
}

export interface FollowOptions extends ListOptions {
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Hears why a connection was lost; it is taken up again by itself. */
  readonly lost?: (error: Error) => void;
  /** Hears that everything that existed has been seen, at the start and after each new listing. */
  readonly listed?: () => void;
}

/** Follower hears every state of the objects it follows, those that exist already first. */
export interface Follower<O extends KubernetesObject> {
  readonly seen: (object: O) => void;
  readonly gone: (object: O) => void;
}

interface ObjectList<O> {
  readonly metadata: { readonly continue?: string; readonly resourceVersion?: string };
  readonly items: O[];
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
    return (await this.#all<O>(resource, options)).items;
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

  /** Asks for deletion, dependents in the background. An object that is gone already counts as deleted. */
  async delete(reference: Reference, options: { graceSeconds?: number } = {}): Promise<void> {
    const { graceSeconds } = options;
    await this.api.found(pathOf(reference), {
      method: "DELETE",
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Background",
        ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
      },
    });
  }

  /** The last lines of a container's log, the newest last. */
  async logs(pod: Reference, container: string, tailLines: number): Promise<string[]> {
    const query = new URLSearchParams({ container, tailLines: String(tailLines) });
    const text = await this.api.text(`${pathOf(pod)}/log?${query.toString()}`);
    return text.split("\n").filter((line) => line !== "");
  }

  /** Follows a collection by list and watch until `signal` aborts, across lost connections and CRDs not yet there. */
  follow<O extends KubernetesObject>(
    resource: Resource,
    options: FollowOptions,
    follower: Follower<O>,
  ): void {
    const { signal, labelSelector, lost, listed } = options;
    const list = async () => {
      const all = await this.#all(resource, options);
      // The library tells its listeners about the items right after this promise.
      setImmediate(() => {
        if (!signal.aborted) listed?.();
      });
      return all as unknown as LibraryList;
    };
    // The library types its objects with dates parsed; on this path nothing parses them.
    const informer = new ListWatch<LibraryObject>(
      pathOf({ resource, ...inNamespace(options.namespace) }),
      this.api.watch,
      list,
      false,
      labelSelector,
      fieldSelector(options),
    ) as unknown as Informer<O>;
    informer.on("add", follower.seen);
    informer.on("update", follower.seen);
    informer.on("delete", follower.gone);
    let timer: NodeJS.Timeout | undefined;
    const start = () => {
      if (signal.aborted) return;
      void informer.start().then(() => {
        // A stop that comes while the library still connects does not reach the connection.
        if (signal.aborted) void informer.stop();
      });
    };
    informer.on("error", (error: Error) => {
      if (signal.aborted) return;
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

  async #all<O extends KubernetesObject>(
    resource: Resource,
    options: ListOptions,
  ): Promise<ObjectList<O>> {
    const items: O[] = [];
    let metadata: ObjectList<O>["metadata"] = {};
    do {
      const query = listQuery(options, metadata.continue);
      const path = pathOf({ resource, ...inNamespace(options.namespace) });
      const page = await this.api.found<ObjectList<O>>(`${path}?${query}`);
      items.push(...(page?.items ?? []));
      metadata = page?.metadata ?? {};
    } while (metadata.continue !== undefined && metadata.continue !== "");
    // The items of a list carry no type of their own.
    const { apiVersion, kind } = resource;
    return { metadata, items: items.map((item) => ({ ...item, apiVersion, kind })) };
  }
}

/** pathOf is the API path of a collection, or of one object when `name` is given. */
export function pathOf(at: Omit<Reference, "name"> & { readonly name?: string }): string {
  const { apiVersion, plural } = at.resource;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = at.namespace === undefined ? "" : `/namespaces/${at.namespace}`;
  return `${root}${scope}/${plural}${at.name === undefined ? "" : `/${at.name}`}`;
}

function inNamespace(namespace: string | undefined) {
  return namespace === undefined ? {} : { namespace };
}

function listQuery(options: ListOptions, next: string | undefined): string {
  const query = new URLSearchParams({ limit: "500" });
  const fields = fieldSelector(options);
  if (options.labelSelector !== undefined) query.set("labelSelector", options.labelSelector);
  if (fields !== undefined) query.set("fieldSelector", fields);
  if (next !== undefined) query.set("continue", next);
  return query.toString();
}

function fieldSelector({ name }: ListOptions): string | undefined {
  return name === undefined ? undefined : `metadata.name=${name}`;
}
