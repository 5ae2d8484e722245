import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/**
 * ServiceProxy stands in for cluster DNS and Services. It is the HTTP proxy of the pods: a request for
 * `http://<service>.<namespace>.svc.<domain>/` reaches the pod behind that Service which is ready, and is answered with
 * 503 while there is none. Every other host is reached as it is named.
 */
export class ServiceProxy {
  /** The value of HTTP_PROXY. */
  readonly url: string;
  readonly #server: Server;
  readonly #targets = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (incoming, response) => {
      this.#forward(incoming, response);
    });
  }

  /** Listens on a free loopback port. */
  static async listen(): Promise<ServiceProxy> {
    const server = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve(undefined);
    });
    await promise;
    return new ServiceProxy(server);
  }

  /** Leads the Service, named `name.namespace`, to that loopback port. */
  lead(service: string, port: number): void {
    this.#targets.set(service, port);
  }

  /** Leads the Service nowhere, unless it leads to another pod by now. */
  release(service: string, port: number): void {
    if (this.#targets.get(service) === port) this.#targets.delete(service);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const destination = this.#destinationOf(URL.parse(incoming.url ?? ""));
    if (destination === undefined) {
      response.writeHead(503).end("no ready pod behind this address\n");
      return;
    }
    const { method, headers } = incoming;
    const outgoing = request({ ...destination, ...(method !== undefined && { method }), headers });
    outgoing.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", (error) => {
      if (response.headersSent) response.destroy(error);
      else response.writeHead(502).end(`${error.message}\n`);
    });
    incoming.pipe(outgoing);
  }

  #destinationOf(url: URL | null) {
    if (url === null) return undefined;
    const path = `${url.pathname}${url.search}`;
    const service = serviceOf(url.hostname);
    if (service === undefined) {
      return { host: url.hostname, port: url.port === "" ? 80 : Number(url.port), path };
    }
    const port = this.#targets.get(service);
    return port === undefined ? undefined : { host: "127.0.0.1", port, path };
  }
}

/** `name.namespace` of a Service's host name, however far it is spelled out; undefined for any other host. */
function serviceOf(host: string): string | undefined {
  const [name, namespace, svc] = host.split(".");
  return svc === "svc" ? `${name ?? ""}.${namespace ?? ""}` : undefined;
}
