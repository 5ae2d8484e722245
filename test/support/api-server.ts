import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { Namespace, type Resource } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject, ObjectMeta, Reference } from "../../scripts/lib/object.ts";
import {
  discover,
  isIn,
  type Json,
  matches,
  mergePatch,
  parseTarget,
  readBody,
  send,
  sendStatus,
  type Target,
  targetOf,
  type WatchEvent,
  writeEvent,
} from "./api-server-protocol.ts";
import { type Listener, ObjectStore } from "./object-store.ts";

interface Watcher {
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

/**
 * FakeApiServer keeps objects in memory and speaks as much of the Kubernetes API as the scripts use: get, list, watch,
 * create, merge patch, server-side apply (as a merge), delete with finalizers, discovery and pod logs. It checks no
 * schema. What controllers do is scripted with `react`.
 */
export class FakeApiServer {
  static readonly uid = "7f3c0c5e-0000-4000-8000-000000000001";
  /** Every request that is no read, as `POST /apis/…`. */
  readonly writes: string[] = [];
  /** Hears every request as it arrives, as `GET /apis/…?watch=true`. */
  heard: (request: string) => void = () => undefined;
  /** Plurals of kinds that are not served. */
  readonly missing = new Set<string>();
  /** Lines of a pod's log by the pod's name. */
  readonly logs = new Map<string, string[]>();
  /** What discovery offers. */
  readonly resources = new Set<Resource>();
  readonly #history: { object: KubernetesObject; event: WatchEvent; target: Target }[] = [];
  readonly #store = new ObjectStore((object, event, target) => {
    this.#history.push({ object, event, target });
    for (const watcher of this.#watchers) {
      if (isIn(watcher.target, target) && matches(object, watcher.query)) {
        writeEvent(watcher.response, event, object);
      }
    }
    setImmediate(() => {
      for (const listener of this.#listeners) listener(object, event, target);
    });
  });
  #port = 0;
  readonly #watchers = new Set<Watcher>();
  readonly #listeners = new Set<Listener>();
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request, response);
  });

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    fake.put(Namespace, { metadata: { name: "kube-system", uid: FakeApiServer.uid } });
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    fake.#port = (fake.#server.address() as AddressInfo).port;
    return fake;
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  kubeconfig(token = "planted-kubeconfig-token"): string {
    const cluster = { server: this.url, "insecure-skip-tls-verify": true };
    return JSON.stringify({
      "current-context": "fake",
      clusters: [{ name: "fake", cluster }],
      users: [{ name: "fake", user: { token } }],
      contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
    });
  }

  /** Hears every change, after it happened and outside of the request that made it. */
  react(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Creates or replaces an object. Generation, UID and times are filled in. */
  put(resource: Resource, object: { metadata: ObjectMeta; spec?: unknown; status?: unknown }) {
    const { apiVersion, kind } = resource;
    this.resources.add(resource);
    this.#store.store(targetOf({ resource, ...nameOf(object) }), { ...object, apiVersion, kind });
  }

  get(reference: Reference): KubernetesObject | undefined {
    return this.#store.get(targetOf(reference));
  }

  /** Merges into an object as a controller would: status too, no generation. Nothing when it is gone. */
  merge(reference: Reference, change: object): void {
    const target = targetOf(reference);
    const known = this.#store.get(target);
    if (known !== undefined) {
      this.#store.store(target, mergePatch(known, change) as KubernetesObject);
    }
  }

  remove(reference: Reference): void {
    this.#store.delete(targetOf(reference));
  }

  all({ apiVersion, plural }: Resource): KubernetesObject[] {
    const everywhere = {
      apiVersion,
      plural,
      namespace: undefined,
      name: undefined,
      sub: undefined,
    };
    return this.#store.select(everywhere, new URLSearchParams());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const { method = "GET" } = request;
    if (method !== "GET") this.writes.push(`${method} ${url.pathname}`);
    this.heard(`${method} ${url.pathname}${url.search}`);
    const served = [...this.resources].filter(({ plural }) => !this.missing.has(plural));
    const discovered = discover(url.pathname, served);
    const target = parseTarget(url.pathname);
    if (discovered !== undefined) {
      send(response, 200, discovered);
    } else if (target === undefined || this.missing.has(target.plural)) {
      sendStatus(response, 404, "NotFound");
    } else if (method === "GET") {
      this.#read({ target, query: url.searchParams, response });
    } else {
      const apply = (request.headers["content-type"] ?? "").includes("apply");
      const body = await readBody(request);
      this.#write(method, { target, body, apply, response });
    }
  }

  #read({ target, query, response }: Watcher): void {
    if (target.sub === "log") {
      const lines = this.logs.get(target.name ?? "") ?? [];
      response.end(lines.slice(-Number(query.get("tailLines") ?? "10")).join("\n"));
    } else if (target.name !== undefined) {
      const known = this.#store.get(target);
      if (known === undefined) sendStatus(response, 404, "NotFound");
      else send(response, 200, known);
    } else if (query.get("watch") === "true") {
      this.#watch({ target, query, response });
    } else {
      const metadata = { resourceVersion: String(this.#store.version) };
      send(response, 200, { metadata, items: this.#store.select(target, query) });
    }
  }

  #watch(watcher: Watcher): void {
    const { target, query, response } = watcher;
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const since = Number(query.get("resourceVersion") ?? "0");
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
    for (const past of this.#history) {
      const newer = Number(past.object.metadata.resourceVersion) > since;
      if (newer && isIn(target, past.target) && matches(past.object, query)) {
        writeEvent(response, past.event, past.object);
      }
    }
  }

  #write(
    method: string,
    request: { target: Target; body: Json; apply: boolean; response: ServerResponse },
  ): void {
    const { target, body, apply, response } = request;
    const created = body as unknown as KubernetesObject;
    const at = method === "POST" ? { ...target, name: created.metadata.name } : target;
    const known = this.#store.get(at);
    if (method === "POST") {
      if (known !== undefined) sendStatus(response, 409, "AlreadyExists");
      else send(response, 201, this.#store.store(at, created));
    } else if (known === undefined && !apply) {
      sendStatus(response, 404, "NotFound");
    } else if (method === "DELETE") {
      send(response, 200, this.#store.delete(at) ?? { kind: "Status", status: "Success" });
    } else {
      send(response, 200, this.#store.store(at, patched(known, body)));
    }
  }
}

function nameOf({ metadata: { name, namespace } }: { metadata: ObjectMeta }) {
  return { name, ...(namespace !== undefined && { namespace }) };
}

/** The object after the patch; another spec is another generation. */
function patched(known: KubernetesObject | undefined, patch: Json): KubernetesObject {
  const merged = mergePatch(known ?? {}, patch) as KubernetesObject;
  const changed = JSON.stringify(merged.spec) !== JSON.stringify(known?.spec);
  const generation = (known?.metadata.generation ?? 0) + (changed ? 1 : 0);
  return { ...merged, metadata: { ...merged.metadata, generation } };
}
