import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";

import { type Connection, connectionOf } from "./kubeconfig.ts";

/** Reader reads JSON from the API server of one kubeconfig context. */
export interface Reader {
  /** The address of the server, without credentials. */
  readonly server: string;
  /** The answer, or undefined where the server answers 404. Throws what a person can read otherwise. */
  readonly get: <T>(path: string) => Promise<T | undefined>;
}

/** What the server said when it answered and refused. */
export class RefusedError extends Error {}

/**
 * openReader reads with node:https where the kubeconfig holds a token or a client certificate, because the Kubernetes
 * client would double the start time of the program and half again its memory. Everything else (exec plugins, OIDC,
 * proxies, files) goes through that client.
 */
export async function openReader(
  kubeconfig: string,
  context: string | undefined,
  signal: AbortSignal,
): Promise<Reader> {
  const connection = connectionOf(kubeconfig, context);
  if (connection !== undefined && isPlain(connection)) return plainReader(connection, signal);
  const { ApiServer } = await import("../../scripts/lib/api-server.ts");
  const api = new ApiServer(kubeconfig, "flux-bootstrap/preflight", context);
  return { server: api.url, get: (path) => api.found(path, { signal }) };
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

function plainReader({ cluster, user }: Connection, signal: AbortSignal): Reader {
  const server = (cluster.server ?? "").replace(/\/$/, "");
  const options = {
    ...tlsOptions(cluster, user),
    signal,
    headers: {
      accept: "application/json",
      "user-agent": "flux-bootstrap/preflight",
      ...(typeof user["token"] === "string" && { authorization: `Bearer ${user["token"]}` }),
    },
  };
  return {
    server,
    async get<T>(path: string) {
      const response = await send(`${server}${path}`, options);
      const body = await text(response);
      if (response.statusCode === 404) return undefined;
      if (response.statusCode === 200) return JSON.parse(body) as T;
      throw new RefusedError(`GET ${path} answered ${response.statusCode ?? 0}`);
    },
  };
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

function send(url: string, options: RequestOptions): Promise<IncomingMessage> {
  const request = url.startsWith("http:") ? httpRequest : httpsRequest;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(url, options, resolve).on("error", reject).end();
  return promise;
}
