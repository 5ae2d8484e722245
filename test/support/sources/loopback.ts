import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";

/** A server of a test, which listens on the loopback interface only. */
export interface Loopback {
  readonly port: number;
  /** Resolves when the server and its connections have ended. */
  close(): Promise<void>;
}

/** listen starts the server on a free port; `end` ends the connections that are open when it closes. */
export async function listen(server: Server, end: () => void): Promise<Loopback> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    end();
    await closed;
  };
  return { port, close };
}
