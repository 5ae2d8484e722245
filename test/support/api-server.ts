import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Resource } from "../../scripts/lib/kinds.ts";
import { Namespace } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject, ObjectMeta, Reference } from "../../scripts/lib/object.ts";

type Json = Record<string, unknown>;
export type WatchEvent = "ADDED" | "MODIFIED" | "DELETED";
type Listener = (object: KubernetesObject, event: WatchEvent) => void;

interface Target {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly sub: string | undefined;
}

interface Watcher {
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

const targetPath =
  /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/(log|status))?$/;

/**
 * FakeApiServer keeps objects in memory and speaks as much of the Kubernetes API as the scripts use: get, list, watch,
 * create, merge patch, server-side apply (as a merge), delete with finalizers, discovery and pod logs. It checks no
 * schema. What controllers do is scripted with `react`.
 */
export class FakeApiServer {
  static readonly uid = "7f3c0c5e-0000-4000-8000-000000000001";
  /** Every request that is no read, as `POST /apis/…`. */
  readonly writes: string[] = [];
  /** Plurals of kinds that are not served. */
  readonly missing = new Set<string>();
  /** Lines of a pod's log by the pod's name. */
  readonly logs = new Map<string, string[]>();
  /** What discovery offers. */
  readonly resources = new Set<Resource>();
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #watchers = new Set<Watcher>();
  readonly #listeners = new Set<Listener>();
  readonly #server: Server;
  #version = 1;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.put(Namespace, { metadata: { name: "kube-system", uid: FakeApiServer.uid } });
  }

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  kubeconfig(token = "planted-kubeconfig-token"): string {
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "fake",
      clusters: [{ name: "fake", cluster: { server: this.url } }],
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
    const { namespace, name } = object.metadata;
    this.#store(
      { apiVersion, plural: resource.plural, namespace, name, sub: undefined },
      { ...object, apiVersion, kind },
    );
  }

  get(reference: Reference): KubernetesObject | undefined {
    return this.#objects.get(keyOf(targetOf(reference)));
  }

  /** Merges into an object as a controller would: status too, no generation. Nothing when it is gone. */
  merge(reference: Reference, change: object): void {
    const target = targetOf(reference);
    const known = this.#objects.get(keyOf(target));
    if (known !== undefined) this.#store(target, mergePatch(known, change) as KubernetesObject);
  }

  remove(reference: Reference): void {
    this.#delete(targetOf(reference));
  }

  all(resource: Resource): KubernetesObject[] {
    const { apiVersion, plural } = resource;
    const query = new URLSearchParams();
    return this.#select(
      { apiVersion, plural, namespace: undefined, name: undefined, sub: undefined },
      query,
    );
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const { method = "GET" } = request;
    if (method !== "GET") this.writes.push(`${method} ${url.pathname}`);
    const discovered = method === "GET" ? this.#discover(url.pathname) : undefined;
    if (discovered !== undefined) {
      send(response, 200, discovered);
      return;
    }
    const target = parseTarget(url.pathname);
    if (target === undefined || this.missing.has(target.plural)) {
      sendStatus(response, 404, "NotFound");
      return;
    }
    const body = await readBody(request);
    const handlers: Record<string, () => void> = {
      GET: () => {
        this.#read(target, url.searchParams, response);
      },
      POST: () => {
        this.#create(target, body as unknown as KubernetesObject, response);
      },
      PATCH: () => {
        this.#patch(target, body, {
          apply: (request.headers["content-type"] ?? "").includes("apply"),
          response,
        });
      },
      DELETE: () => {
        const known = this.#objects.get(keyOf(target));
        if (known === undefined) sendStatus(response, 404, "NotFound");
        else send(response, 200, this.#delete(target) ?? { kind: "Status", status: "Success" });
      },
    };
    handlers[method]?.();
  }

  #read(target: Target, query: URLSearchParams, response: ServerResponse): void {
    if (target.sub === "log") {
      const lines = this.logs.get(target.name ?? "") ?? [];
      response.end(lines.slice(-Number(query.get("tailLines") ?? "10")).join("\n"));
    } else if (target.name !== undefined) {
      const known = this.#objects.get(keyOf(target));
      if (known === undefined) sendStatus(response, 404, "NotFound");
      else send(response, 200, known);
    } else if (query.get("watch") === "true") {
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
      const watcher = { target, query, response };
      const since = Number(query.get("resourceVersion") ?? "0");
      this.#watchers.add(watcher);
      response.on("close", () => this.#watchers.delete(watcher));
      for (const object of this.#select(target, query)) {
        if (Number(object.metadata.resourceVersion) > since) writeEvent(response, "ADDED", object);
      }
    } else {
      const items = this.#select(target, query);
      send(response, 200, { metadata: { resourceVersion: String(this.#version) }, items });
    }
  }

  #create(target: Target, body: KubernetesObject, response: ServerResponse): void {
    const named = { ...target, name: body.metadata.name };
    if (this.#objects.has(keyOf(named))) sendStatus(response, 409, "AlreadyExists");
    else send(response, 201, this.#store(named, body));
  }

  #patch(
    target: Target,
    body: Json,
    { apply, response }: { apply: boolean; response: ServerResponse },
  ) {
    const known = this.#objects.get(keyOf(target));
    if (known === undefined && !apply) {
      sendStatus(response, 404, "NotFound");
      return;
    }
    const merged = mergePatch(known ?? {}, body) as KubernetesObject;
    const changed = JSON.stringify(merged.spec) !== JSON.stringify(known?.spec);
    const generation = (known?.metadata.generation ?? 0) + (changed ? 1 : 0);
    send(
      response,
      200,
      this.#store(target, { ...merged, metadata: { ...merged.metadata, generation } }),
    );
  }

  /** The object while its finalizers keep it, undefined when it is gone. */
  #delete(target: Target): KubernetesObject | undefined {
    const known = this.#objects.get(keyOf(target));
    if (known === undefined) return undefined;
    if ((known.metadata.finalizers ?? []).length > 0) {
      const deletionTimestamp = known.metadata.deletionTimestamp ?? new Date().toISOString();
      return this.#store(target, { ...known, metadata: { ...known.metadata, deletionTimestamp } });
    }
    this.#objects.delete(keyOf(target));
    this.#emit("DELETED", target, this.#versioned(known));
    return undefined;
  }

  #store(target: Target, object: KubernetesObject): KubernetesObject {
    const known = this.#objects.get(keyOf(target));
    const stored = this.#versioned({
      ...object,
      metadata: {
        generation: 1,
        uid: known?.metadata.uid ?? randomUUID(),
        creationTimestamp: new Date().toISOString(),
        ...object.metadata,
      },
    });
    const { deletionTimestamp, finalizers = [] } = stored.metadata;
    if (deletionTimestamp !== undefined && finalizers.length === 0) {
      this.#objects.delete(keyOf(target));
      this.#emit("DELETED", target, stored);
      return stored;
    }
    this.#objects.set(keyOf(target), stored);
    this.#emit(known === undefined ? "ADDED" : "MODIFIED", target, stored);
    return stored;
  }

  #versioned(object: KubernetesObject): KubernetesObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #emit(event: WatchEvent, target: Target, object: KubernetesObject): void {
    for (const watcher of this.#watchers) {
      if (isIn(watcher.target, target) && matches(object, watcher.query)) {
        writeEvent(watcher.response, event, object);
      }
    }
    setImmediate(() => {
      for (const listener of this.#listeners) listener(object, event);
    });
  }

  #select(target: Target, query: URLSearchParams): KubernetesObject[] {
    return [...this.#objects]
      .filter(([key, object]) => isIn(target, parseKey(key)) && matches(object, query))
      .map(([, object]) => object);
  }

  #discover(path: string): object | undefined {
    const served = [...this.resources].filter(({ plural }) => !this.missing.has(plural));
    const groups = new Set(served.map(({ apiVersion }) => apiVersion).filter((v) => v !== "v1"));
    if (path === "/apis") {
      const entries = [...groups].map((groupVersion) => ({
        name: groupVersion.split("/")[0],
        preferredVersion: { groupVersion },
        versions: [{ groupVersion }],
      }));
      return { kind: "APIGroupList", groups: entries };
    }
    const apiVersion = path === "/api/v1" ? "v1" : path.replace("/apis/", "");
    if (apiVersion !== "v1" && !groups.has(apiVersion)) return undefined;
    const resources = served
      .filter((resource) => resource.apiVersion === apiVersion)
      .map(({ kind, plural, namespaced }) => ({
        name: plural,
        kind,
        namespaced,
        verbs: ["create", "delete", "get", "list", "patch", "watch"],
      }));
    return { kind: "APIResourceList", groupVersion: apiVersion, resources };
  }
}

function targetOf({ resource, name, namespace }: Reference): Target {
  return {
    apiVersion: resource.apiVersion,
    plural: resource.plural,
    namespace,
    name,
    sub: undefined,
  };
}

function keyOf({ apiVersion, plural, namespace = "", name = "" }: Target): string {
  return [apiVersion, plural, namespace, name].join("|");
}

function parseKey(key: string): Target {
  const [apiVersion = "", plural = "", namespace = "", name = ""] = key.split("|");
  return {
    apiVersion,
    plural,
    namespace: namespace === "" ? undefined : namespace,
    name,
    sub: undefined,
  };
}

function parseTarget(path: string): Target | undefined {
  const match = targetPath.exec(path);
  if (match === null) return undefined;
  const [, core, group, namespace, plural = "", name, sub] = match;
  return { apiVersion: core ?? group ?? "", plural, namespace, name, sub };
}

function isIn(collection: Target, target: Target): boolean {
  return (
    collection.apiVersion === target.apiVersion &&
    collection.plural === target.plural &&
    (collection.namespace === undefined || collection.namespace === target.namespace)
  );
}

function matches({ metadata }: KubernetesObject, query: URLSearchParams): boolean {
  const name = /^metadata\.name=(.*)$/.exec(query.get("fieldSelector") ?? "")?.[1];
  if (name !== undefined && metadata.name !== name) return false;
  const selector = query.get("labelSelector") ?? "";
  return selector
    .split(",")
    .filter((term) => term !== "")
    .every((term) => {
      const [label = "", value] = term.split("=");
      const actual = metadata.labels?.[label];
      return value === undefined ? actual !== undefined : actual === value;
    });
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Json = typeof target === "object" && target !== null ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Json);
}

function writeEvent(response: ServerResponse, type: WatchEvent, object: KubernetesObject): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function sendStatus(response: ServerResponse, code: number, reason: string): void {
  send(response, code, { kind: "Status", code, reason, message: reason });
}
