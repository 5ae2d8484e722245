import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { Namespace, Node, type Resource } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject, ObjectMeta, Reference } from "../../scripts/lib/object.ts";
import { Faults } from "./api-server-faults.ts";
import { PodLogs } from "./api-server-logs.ts";
import { Pages } from "./api-server-pages.ts";
import {
  discover,
  isAccessReview,
  isAnother,
  isOutdated,
  type Json,
  mergePatch,
  parseTarget,
  patched,
  readBody,
  send,
  sendStatus,
  type Target,
  targetOf,
} from "./api-server-protocol.ts";
import { type Watcher, Watches } from "./api-server-watches.ts";
import { type Listener, ObjectStore } from "./object-store.ts";

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
  readonly logs = new PodLogs();
  /** What discovery offers. */
  readonly resources = new Set<Resource>();
  readonly faults = new Faults();
  /** What the server says of its version; undefined: nothing. */
  gitVersion: string | undefined;
  readonly pages = new Pages();
  readonly #watches = new Watches();
  readonly #store = new ObjectStore((object, event, target) => {
    this.#watches.changed(object, event, target);
    setImmediate(() => {
      for (const listener of this.#listeners) listener(object, event, target);
    });
  });
  #port = 0;
  readonly #listeners = new Set<Listener>();
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request, response);
  });

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    fake.put(Namespace, { metadata: { name: "kube-system", uid: FakeApiServer.uid } });
    fake.addNode();
    await fake.up();
    return fake;
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    await this.down();
  }

  /** Drops every connection and takes no new one, until `up`. Objects can be changed meanwhile. */
  async down(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Takes connections, at the same address as before. */
  async up(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Forgets what happened, so that a watch from before finds its version too old. */
  compact(): void {
    this.#watches.compact(this.#store.version);
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

  /** Adds a node that discovery does not tell of, as a cluster has one that nobody asks for. */
  addNode(name = "node-1"): void {
    const { apiVersion, kind } = Node;
    const target = targetOf({ resource: Node, name });
    this.#store.store(target, { apiVersion, kind, metadata: { name } });
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
    const isReview = isAccessReview(url.pathname);
    if (url.pathname === "/version" && this.gitVersion !== undefined) {
      send(response, 200, { gitVersion: this.gitVersion });
      return;
    }
    if (method !== "GET" && !isReview) this.writes.push(`${method} ${url.pathname}`);
    this.heard(`${method} ${url.pathname}${url.search}`);
    if (this.faults.answer(request, response)) return;
    const discovered = this.#discovered(url.pathname);
    if (isReview) {
      const allowed = !this.faults.forbids(await readBody(request));
      send(response, 201, { kind: "SelfSubjectAccessReview", status: { allowed } });
    } else if (discovered !== undefined) {
      send(response, 200, discovered);
    } else {
      await this.#serve(request, url, response);
    }
  }

  #discovered(path: string): object | undefined {
    const served = [...this.resources].filter(({ plural }) => !this.missing.has(plural));
    return discover(path, served);
  }

  async #serve(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    const { method = "GET" } = request;
    const target = parseTarget(url.pathname);
    if (target === undefined || this.missing.has(target.plural)) {
      sendStatus(response, 404, "NotFound");
    } else if (method === "GET") {
      const { accept = "" } = request.headers;
      this.#read({ target, query: url.searchParams, response }, accept);
    } else {
      const apply = (request.headers["content-type"] ?? "").includes("apply");
      const body = await readBody(request);
      this.#write(method, { target, body, apply, response });
    }
  }

  #read({ target, query, response }: Watcher, accept: string): void {
    if (target.sub === "log") {
      this.logs.answer({ target, query, response });
    } else if (target.name !== undefined) {
      const known = this.#store.get(target);
      if (known === undefined) sendStatus(response, 404, "NotFound");
      else send(response, 200, known);
    } else if (query.get("watch") === "true") {
      this.#watches.answer({ target, query, response });
    } else {
      const version = String(this.#store.version);
      const items = this.#store.select(target, query).map((object) => inForm(object, accept));
      this.pages.answer(response, query, { version, items });
    }
  }

  #write(
    method: string,
    request: { target: Target; body: Json; apply: boolean; response: ServerResponse },
  ): void {
    const { target, body, apply, response } = request;
    const known = this.#store.get(target);
    if (method === "POST") {
      this.#create(target, body as unknown as KubernetesObject, response);
    } else if (known === undefined && !apply) {
      sendStatus(response, 404, "NotFound");
    } else if (!apply && (isAnother(known, body) || isOutdated(known, body))) {
      sendStatus(response, 409, "Conflict");
    } else if (method === "DELETE") {
      send(response, 200, this.#store.delete(target) ?? { kind: "Status", status: "Success" });
    } else {
      send(response, 200, this.#store.store(target, patched(known, body)));
    }
  }

  #create(collection: Target, created: KubernetesObject, response: ServerResponse): void {
    const target = { ...collection, name: created.metadata.name };
    if (this.#store.get(target) !== undefined) sendStatus(response, 409, "AlreadyExists");
    else send(response, 201, this.#store.store(target, created));
  }
}

/** An object of a list, without all but its metadata when the client asks for that. */
function inForm(object: KubernetesObject, accept: string): KubernetesObject {
  if (!accept.includes("as=PartialObjectMetadataList")) return object;
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, metadata };
}

function nameOf({ metadata: { name, namespace } }: { metadata: ObjectMeta }) {
  return { name, ...(namespace !== undefined && { namespace }) };
}
