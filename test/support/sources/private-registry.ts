import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

import { listen, type Loopback } from "./loopback.ts";

/** PrivateRegistry stands in for a registry with accounts: it lets one of them read what another registry serves. */
export class PrivateRegistry {
  /** `name:password` of whom it lets in. */
  account = "";
  readonly #upstream: number;
  #server: Loopback | undefined;

  private constructor(upstream: number) {
    this.#upstream = upstream;
  }

  /** Guards the registry at that port of the loopback interface. */
  static async start(upstream: number): Promise<PrivateRegistry> {
    const registry = new PrivateRegistry(upstream);
    const server = createServer((message, response) => {
      registry.#answer(message, response);
    });
    registry.#server = await listen(server, () => {
      server.closeAllConnections();
    });
    return registry;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  url(name: string): string {
    return `oci://127.0.0.1:${this.#server?.port ?? 0}/${name}`;
  }

  #answer(message: IncomingMessage, response: ServerResponse): void {
    const wanted = `Basic ${Buffer.from(this.account).toString("base64")}`;
    if (message.headers.authorization !== wanted) {
      const errors = [{ code: "UNAUTHORIZED", message: "authentication required" }];
      response
        .writeHead(401, {
          "content-type": "application/json",
          "www-authenticate": 'Basic realm="registry"',
        })
        .end(JSON.stringify({ errors }));
      return;
    }
    const { method, url: path, headers } = message;
    const forwarded = request({ port: this.#upstream, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    message.pipe(forwarded);
  }
}
