import { setTimeout as pause } from "node:timers/promises";

import { HttpMethod, KubeConfig, RequestContext, Watch } from "@kubernetes/client-node";
import { type Dispatcher, fetch, type RequestInit, type Response } from "undici";

import { retryPause } from "./retry-after.ts";
import { ServerClock } from "./server-clock.ts";

/** ApiError is an answer that is not a success. `reason` is Kubernetes' own, such as `Conflict`. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(request: string, status: { code: number; reason: string; message: string }) {
    super(`${request} failed: ${status.code} ${status.reason}: ${status.message}`);
    this.name = "ApiError";
    this.code = status.code;
    this.reason = status.reason;
  }
}

/** UnreachableError says that no API server answered. Its message names the endpoint and no credential. */
export class UnreachableError extends Error {
  constructor(server: string, cause: unknown) {
    super(`the Kubernetes API server at ${server} does not answer: ${rootMessage(cause)}`, {
      cause,
    });
    this.name = "UnreachableError";
  }
}

export interface ApiRequest {
  /** @default "GET" */
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** @default "application/json" */
  readonly contentType?: string;
  /** The form of the answer. @default "application/json" */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/**
 * ApiServer sends requests to the server of one kubeconfig context as its user. Authentication (client certificates,
 * tokens, exec plugins, OIDC, proxies) is that of @kubernetes/client-node.
 */
export class ApiServer {
  /** Such as `https://127.0.0.1:6443`, without a slash at the end. */
  readonly url: string;
  readonly watch: Watch;
  readonly clock = new ServerClock();
  /** How many requests were sent, watches not counted. */
  requests = 0;
  readonly #config = new KubeConfig();
  readonly #userAgent: string;
  #dispatcher: Dispatcher | undefined;

  /** Takes the content of a kubeconfig; `context` defaults to its current-context. Throws when either is unusable. */
  constructor(kubeconfig: string, userAgent: string, context?: string) {
    this.#config.loadFromString(kubeconfig);
    if (context !== undefined) this.#config.setCurrentContext(context);
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) {
      const known = this.#config.getContexts().map(({ name }) => `"${name}"`);
      throw new Error(
        `the kubeconfig's context must be one of ${known.join(", ")}, ` +
          `got "${this.#config.getCurrentContext()}". Name one of them.`,
      );
    }
    this.url = cluster.server.replace(/\/$/, "");
    this.#userAgent = userAgent;
    this.watch = new SteadyWatch(this.#config);
  }

  /** Gets the credential once, as by an exec plugin, and keeps it for the requests that follow. */
  async logIn(): Promise<void> {
    await this.#config.applySecurityAuthentication(new RequestContext(this.url, HttpMethod.GET));
  }

  /** The parsed answer. Throws ApiError or UnreachableError. */
  async json<T>(path: string, request: ApiRequest = {}): Promise<T> {
    return (await (await this.#send(path, request)).json()) as T;
  }

  /** As `json`, but undefined where the server answers 404. */
  async found<T>(path: string, request: ApiRequest = {}): Promise<T | undefined> {
    try {
      return await this.json<T>(path, request);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** The answer as text. Throws ApiError or UnreachableError. */
  async text(path: string, request: ApiRequest = {}): Promise<string> {
    return (await this.#send(path, request)).text();
  }

  /** The answer as it comes, for one that does not end by itself. Throws ApiError or UnreachableError. */
  async stream(path: string, request: ApiRequest = {}): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.#send(path, request);
    return (body ?? []) as AsyncIterable<Uint8Array>;
  }

  async #send(path: string, request: ApiRequest): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const init = await this.#prepare(request);
      const { method } = init;
      const response = await this.#fetch(path, init);
      if (response.ok) return response;
      const { status: code, headers } = response;
      const retryAfter = headers.get("retry-after");
      const milliseconds = retryPause({ method, code, retryAfter, attempt });
      if (milliseconds === undefined) {
        throw new ApiError(`${method} ${path.split("?")[0] ?? ""}`, await statusOf(response));
      }
      await response.body?.cancel();
      await pause(milliseconds, undefined, request.signal && { signal: request.signal });
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const sent = this.clock.sent();
    this.requests += 1;
    try {
      const response = await fetch(`${this.url}${path}`, init);
      this.clock.answered(response.headers.get("date"), sent);
      return response;
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw new UnreachableError(this.url, error);
    }
  }

  async #prepare({ method = "GET", body, contentType, accept, signal }: ApiRequest) {
    const context = new RequestContext(this.url, HttpMethod.GET);
    await this.#config.applySecurityAuthentication(context);
    // One pool of connections: the library makes a new one, with a new TLS handshake, for each request.
    this.#dispatcher ??= context.getDispatcher();
    return {
      method,
      headers: {
        ...context.getHeaders(),
        accept: accept ?? "application/json",
        "content-type": contentType ?? "application/json",
        "user-agent": this.#userAgent,
      },
      body: body === undefined ? null : JSON.stringify(body),
      ...(this.#dispatcher && { dispatcher: this.#dispatcher }),
      ...(signal && { signal }),
    };
  }
}

/** SteadyWatch tells its listener that the credentials could not be had, where the library rejects unheard. */
class SteadyWatch extends Watch {
  override async watch(...request: Parameters<Watch["watch"]>): Promise<AbortController> {
    try {
      return await super.watch(...request);
    } catch (error) {
      const [, , , done] = request;
      done(error);
      return new AbortController();
    }
  }
}

async function statusOf(response: Response) {
  const text = await response.text();
  try {
    const status = JSON.parse(text) as { reason?: string; message?: string };
    return {
      code: response.status,
      reason: status.reason ?? response.statusText,
      message: status.message ?? "",
    };
  } catch {
    return { code: response.status, reason: response.statusText, message: text.slice(0, 300) };
  }
}

/** The innermost cause: fetch itself only says "fetch failed". */
function rootMessage(error: unknown): string {
  if (error instanceof AggregateError) return rootMessage(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return rootMessage(error.cause);
  return error instanceof Error ? error.message : String(error);
}
