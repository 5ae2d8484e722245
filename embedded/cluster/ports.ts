import { randomInt } from "node:crypto";
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

/**
 * Where ports are looked for: below those that a system gives to connections that go out (from 32768 on Linux), of which
 * one can come between the choice of a port and its use and stay for hours, and below NodePorts.
 */
const lowest = 20_000;
const beyond = 30_000;

/** What this process has handed out: a program that is about to listen on its port does not do so yet. */
const given = new Set<number>();

/** Free loopback ports, all different and never the same twice; they are free at this moment and reserved for nobody. */
export async function freePorts(count: number): Promise<number[]> {
  // All are held open together, so that none is handed out twice.
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map(({ close }) => close()));
  return ports;
}

async function listenAnywhere(): Promise<Listening> {
  for (;;) {
    if (given.size > (beyond - lowest) / 2) given.clear();
    const port = randomInt(lowest, beyond);
    if (given.has(port)) continue;
    given.add(port);
    try {
      return await listen(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
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

interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

async function listen(port: number): Promise<Listening> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once("error", reject);
  server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
    resolve(undefined);
  });
  await promise;
  const close = async () => {
    const closed = Promise.withResolvers<undefined>();
    server.close(() => {
      closed.resolve(undefined);
    });
    await closed.promise;
  };
  return { port, close };
}
