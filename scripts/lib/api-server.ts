import { HttpMethod, KubeConfig, RequestContext, Watch } from "@kubernetes/client-node";
import { type Dispatcher, fetch, type Response } from "undici";

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
    this.watch = new Watch(this.#config);
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

  async #send(path: string, request: ApiRequest): Promise<Response> {
    const init = await this.#prepare(request);
    let response: Response;
    try {
      response = await fetch(`${this.url}${path}`, init);
    } catch (error) {
      if (request.signal?.aborted === true) throw error;
      throw new UnreachableError(this.url, error);
    }
    if (response.ok) return response;
    throw new ApiError(`${init.method} ${path.split("?")[0] ?? ""}`, await statusOf(response));
  }

  async #prepare({ method = "GET", body, contentType, signal }: ApiRequest) {
    const context = new RequestContext(this.url, HttpMethod.GET);
    await this.#config.applySecurityAuthentication(context);
    // One pool of connections: the library makes a new one, with a new TLS handshake, for each request.
    this.#dispatcher ??= context.getDispatcher();
    return {
      method,
      headers: {
        ...context.getHeaders(),
        accept: "application/json",
        "content-type": contentType ?? "application/json",
        "user-agent": this.#userAgent,
      },
      body: body === undefined ? null : JSON.stringify(body),
      ...(this.#dispatcher && { dispatcher: this.#dispatcher }),
      ...(signal && { signal }),
    };
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
