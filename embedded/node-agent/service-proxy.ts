import { connect, createServer, type Server } from "node:net";

/**
 * ServiceProxy stands in for a Service of one port: what connects to its address reaches the pod that is ready, and is
 * refused while there is none. The address stays when pods come and go.
 */
export class ServiceProxy {
  readonly port: number;
  readonly #server: Server;
  #target: number | undefined;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on("connection", (incoming) => {
      if (this.#target === undefined) {
        incoming.destroy();
        return;
      }
      const outgoing = connect(this.#target, "127.0.0.1");
      incoming.pipe(outgoing).pipe(incoming);
      incoming.on("error", () => outgoing.destroy());
      outgoing.on("error", () => incoming.destroy());
    });
  }

  /** Listens on that loopback port; fails when it is taken. */
  static async listen(port: number): Promise<ServiceProxy> {
    const server = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve(undefined);
    });
    await promise;
    return new ServiceProxy(server, port);
  }

  /** Leads new connections to that loopback port, or nowhere. */
  lead(target: number | undefined): void {
    this.#target = target;
  }

  /** Leads nowhere if it still leads to that port. */
  release(target: number): void {
    if (this.#target === target) this.#target = undefined;
  }

  close(): void {
    this.#server.close();
  }
}
