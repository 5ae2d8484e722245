import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";

import { choosePorts, takenPorts } from "../../../embedded/cluster/ports.ts";

describe("the ports of a cluster", () => {
  it("are free and all different", async () => {
    const ports = await choosePorts();
    assert.equal(new Set(Object.values(ports)).size, Object.keys(ports).length);
    assert.deepEqual(await takenPorts(ports), []);
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
