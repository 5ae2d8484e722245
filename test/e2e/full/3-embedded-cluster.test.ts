import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterEach, describe, it } from "node:test";

import { isRunning, type ProcessRecord } from "../../../embedded/cluster/process.ts";
import { startCluster } from "../../../embedded/cluster/start.ts";
import { clusterStatus } from "../../../embedded/cluster/status.ts";
import { deleteCluster, stopCluster } from "../../../embedded/cluster/stop.ts";
import { ensureToolchain } from "../../../embedded/toolchain/build.ts";
import { Namespace } from "../../../scripts/lib/kinds.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { checkout, Embedded } from "../../support/embedded.ts";

const quiet = createLog(() => undefined);

describe("an embedded cluster", () => {
  afterEach(async () => {
    for (const name of ["first", "second"]) await deleteCluster(name, quiet);
  });

  const marked = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "marked" },
  };
  const mark = { resource: Namespace, name: "marked" };

  it("keeps its data and its ports over stop and start", async () => {
    const first = await Embedded.start("first");
    await first.cluster.create(Namespace, marked);
    const uid = await first.cluster.uid();
    await stopCluster("first", quiet);
    assert.equal(clusterStatus("first")?.state, "stopped");
    const again = await Embedded.start("first");
    assert.deepEqual(again.record.ports, first.record.ports);
    assert.equal(await again.cluster.uid(), uid);
    assert.ok(await again.cluster.get(mark));
  });

  it("runs beside another one", async () => {
    const [first, second] = [await Embedded.start("first"), await Embedded.start("second")];
    assert.notEqual(await first.cluster.uid(), await second.cluster.uid());
  });

  it("is cleaned up and started again after all of its processes were killed", async () => {
    const first = await Embedded.start("first");
    await first.cluster.create(Namespace, marked);
    for (const { pid } of first.record.processes.slice(1)) process.kill(pid, "SIGKILL");
    assert.equal(clusterStatus("first")?.state, "partly running");
    const again = await Embedded.start("first");
    assert.ok(again.record.processes.every(isRunning));
    assert.ok(await again.cluster.get(mark));
  });

  it("leaves no process behind, those of its pods included, even when its agent was killed", async () => {
    const dev = await Embedded.start();
    const { code, output } = await dev.up();
    assert.equal(code, 0, output);
    const text = readFileSync(dev.path("pods", "processes.json"), "utf8");
    const pods = JSON.parse(text) as ProcessRecord[];
    assert.ok(pods.length >= 5 && pods.every(isRunning));
    const agent = dev.record.processes.find(({ name }) => name === "node-agent");
    process.kill(agent?.pid ?? 0, "SIGKILL");
    await stopCluster("dev", quiet);
    assert.deepEqual([...pods, ...dev.record.processes].filter(isRunning), []);
  });

  it("names the port that something else has taken, and changes nothing", async () => {
    const { record } = await Embedded.start("first");
    await stopCluster("first", quiet);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(record.ports.git, "127.0.0.1", resolve));
    try {
      const toolchain = await ensureToolchain({ log: quiet });
      const start = startCluster({ name: "first", toolchain, checkout, log: quiet });
      await assert.rejects(
        start,
        new RegExp(`must be free, got something else on git ${record.ports.git}`),
      );
      assert.equal(clusterStatus("first")?.state, "stopped");
    } finally {
      server.close();
    }
  });
});
