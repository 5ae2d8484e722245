import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";

import { choosePorts, freePorts, takenPorts } from "../../../embedded/cluster/ports.ts";

describe("the ports of a cluster", () => {
  it("are free and all different", async () => {
    const ports = await choosePorts();
    assert.equal(new Set(Object.values(ports)).size, Object.keys(ports).length);
    assert.deepEqual(await takenPorts(ports), []);
  });

  it("are none that a connection could take before its program listens, and never the same twice", async () => {
    const ports = (await Promise.all(Array.from({ length: 50 }, () => freePorts(3)))).flat();
    assert.equal(new Set(ports).size, ports.length);
    assert.ok(ports.every((port) => port >= 20_000 && port < 30_000));
  });

  it("are named when something else listens on them", async () => {
    const ports = await choosePorts();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(ports.git, "127.0.0.1", resolve));
    try {
      assert.deepEqual(await takenPorts(ports), [`git ${ports.git}`]);
    } finally {
      server.close();
    }
  });
});
