import type { IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { text } from "node:stream/consumers";

import { type Connection, connectionOf } from "./kubeconfig.ts";

/** Reader reads JSON from the API server of one kubeconfig context. */
export interface Reader {
  /** The address of the server, without credentials. */
  readonly server: string;
  /** The answer, or undefined where the server answers 404. Throws what a person can read otherwise. */
  readonly get: <T>(path: string, form?: AnswerForm) => Promise<T | undefined>;
  /** The answer to a question that writes nothing, such as an access review. */
  readonly ask: <T>(path: string, question: object) => Promise<T | undefined>;
}

/** Lists of objects can be had without all but their metadata. */
export type AnswerForm = "whole" | "metadata";

/** RefusedError is what the server said when it answered and refused. */
export class RefusedError extends Error {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** LoginError says that no credential could be had to ask the server with. */
export class LoginError extends Error {}

// An import of these would load all of Node's fetch as well, because they hand on some names of it.
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");

const userAgent = "flux-bootstrap/preflight";
/** Each connection of its own costs a handshake, and each request that has to wait for one a round trip. */
const mostConnections = 8;

/**
 * openReader reads with node:https where the kubeconfig holds a token or a client certificate, because the Kubernetes
 * client would double the start time of the program and half again its memory. Everything else (exec plugins, OIDC,
 * proxies, files) goes through that client, which has logged in when this resolves; LoginError when it cannot. Requests
 * fail when `milliseconds` have passed since then.
 */
export async function openReader(
  kubeconfig: string,
  context: string | undefined,
  milliseconds: number,
): Promise<Reader> {
  const connection = connectionOf(kubeconfig, context);
  if (connection !== undefined && isPlain(connection)) {
    return plainReader(connection, AbortSignal.timeout(milliseconds));
  }
  return clientReader(kubeconfig, context, milliseconds);
}

async function clientReader(
  kubeconfig: string,
  context: string | undefined,
  milliseconds: number,
): Promise<Reader> {
  const { ApiServer } = await import("../../scripts/lib/api-server.ts");
  const api = new ApiServer(kubeconfig, userAgent, context);
  try {
    // A plugin may take longer than the server.
    await api.logIn();
  } catch (error) {
    throw new LoginError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const signal = AbortSignal.timeout(milliseconds);
  return {
    server: api.url,
    get: (path, form) => refusing(api.found(path, { signal, accept: acceptOf(form) })),
    ask: (path, body) => refusing(api.found(path, { signal, method: "POST", body })),
  };
}

/** An ApiError as what this module throws; by its name, so that nobody loads the Kubernetes client for it. */
async function refusing<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ApiError") throw error;
    throw new RefusedError(error.message, (error as Error & { readonly code: number }).code);
  }
}

const plainClusterKeys = new Set([
  "server",
  "certificate-authority-data",
  "tls-server-name",
  "insecure-skip-tls-verify",
]);
const plainUserKeys = new Set(["token", "client-certificate-data", "client-key-data"]);

function isPlain({ cluster, user }: Connection): boolean {
  return (
    Object.keys(cluster).every((key) => plainClusterKeys.has(key)) &&
    Object.keys(user).every((key) => plainUserKeys.has(key))
  );
}

function acceptOf(form: AnswerForm = "whole"): string {
  return form === "metadata"
    ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    : "application/json";
}

function plainReader({ cluster, user }: Connection, signal: AbortSignal): Reader {
  const server = (cluster.server ?? "").replace(/\/$/, "");
  const pool = { keepAlive: true, maxSockets: mostConnections };
  const options = {
    ...tlsOptions(cluster, user),
    signal,
    agent: server.startsWith("http:") ? new http.Agent(pool) : new https.Agent(pool),
  };
  const headers = {
    "user-agent": userAgent,
    ...(typeof user["token"] === "string" && { authorization: `Bearer ${user["token"]}` }),
  };
  const answer = async <T>(request: PlainRequest): Promise<T | undefined> => {
    const response = await send(server, request, options);
    const body = await text(response);
    const { statusCode = 0 } = response;
    if (statusCode === 404) return undefined;
    if (statusCode === 200 || statusCode === 201) return JSON.parse(body) as T;
    const { method, path } = request;
    throw new RefusedError(`${method} ${path} answered ${statusCode}`, statusCode);
  };
  return {
    server,
    get: (path, form) =>
      answer({ method: "GET", path, headers: { ...headers, accept: acceptOf(form) } }),
    ask: (path, question) =>
      answer({
        ...{ method: "POST", path, body: JSON.stringify(question) },
        headers: { ...headers, accept: acceptOf(), "content-type": "application/json" },
      }),
  };
}

interface PlainRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function tlsOptions(cluster: Connection["cluster"], user: Connection["user"]): RequestOptions {
  const data = (value: unknown) =>
    typeof value === "string" ? Buffer.from(value, "base64") : undefined;
  const options = {
    ca: data(cluster["certificate-authority-data"]),
    cert: data(user["client-certificate-data"]),
    key: data(user["client-key-data"]),
    servername: cluster["tls-server-name"],
    rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function send(
  server: string,
  { method, path, headers, body }: PlainRequest,
  options: RequestOptions,
): Promise<IncomingMessage> {
  const request = server.startsWith("http:") ? http.request : https.request;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(`${server}${path}`, { ...options, method, headers }, resolve)
    .on("error", reject)
    .end(body);
  return promise;
}
