import { createServer } from "node:net";

import type { Ports } from "./record.ts";

const names = [
  "etcd",
  "etcdPeer",
  "apiServer",
  "controllerManager",
  "scheduler",
  "kubelet",
  "registry",
  "git",
] as const satisfies readonly (keyof Ports)[];

/** choosePorts finds a free loopback port for each part of a cluster; all differ. */
export async function choosePorts(): Promise<Ports> {
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as unknown as Ports;
}

/** Free loopback ports, all different; they are free at this moment and reserved for nobody. */
export async function freePorts(count: number): Promise<number[]> {
  // All are held open together, so that none is handed out twice.
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map(({ close }) => close()));
  return ports;
}

/** The ports of a cluster that something else listens on, as `name 1234`. */
export async function takenPorts(ports: Ports): Promise<string[]> {
  const taken = await Promise.all(
    names.map(async (name) => {
      try {
        await (await listen(ports[name])).close();
        return undefined;
      } catch {
        return `${name} ${ports[name]}`;
      }
    }),
  );
  return taken.filter((port) => port !== undefined);
}

async function listen(port: number): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once("error", reject);
  server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
    resolve(undefined);
  });
  await promise;
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  const close = async () => {
    const closed = Promise.withResolvers<undefined>();
    server.close(() => {
      closed.resolve(undefined);
    });
    await closed.promise;
  };
  return { port: bound, close };
}
