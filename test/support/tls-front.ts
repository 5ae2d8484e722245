import { readFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";

const read = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** TlsFront speaks TLS for a server that does not, at an address of its own on the loopback interface. */
export class TlsFront {
  /** The authority of its certificate, base64. */
  readonly authority = read("loopback.crt").toString("base64");
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();

  private constructor(port: number) {
    const tls = { key: read("loopback.key"), cert: read("loopback.crt") };
    this.#server = createServer(tls, (socket) => {
      const behind = connect(port, "127.0.0.1");
      const end = () => {
        behind.destroy();
        socket.destroy();
        this.#sockets.delete(socket);
      };
      this.#sockets.add(socket);
      socket.on("error", end).on("close", end).pipe(behind);
      behind.on("error", end).on("close", end).pipe(socket);
    });
  }

  /** `url` is that of the server behind it. */
  static async start(url: string): Promise<TlsFront> {
    const front = new TlsFront(Number(new URL(url).port));
    await new Promise<void>((resolve) => front.#server.listen(0, "127.0.0.1", resolve));
    return front;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
