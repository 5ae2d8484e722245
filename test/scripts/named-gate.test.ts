import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Secret } from "../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { runHosted, runScript } from "./support/run.ts";

const gate = {
  name: "secrets-ready",
  object: { apiVersion: "v1", kind: "Secret", namespace: "apps", name: "web" },
  wanted: {},
};

describe("node scripts/named-gate.ts", { timeout: 60_000, concurrency: true }, () => {
  let server: FakeApiServer;
  before(async () => {
    server = await FakeApiServer.start();
    server.put(Secret, { metadata: { name: "web", namespace: "apps" } });
  });
  after(() => server.stop());

  const environment = () => ({
    KUBECONFIG_CONTENT: server.kubeconfig(),
    CLUSTER_UID: FakeApiServer.uid,
    NAMED_GATE: JSON.stringify(gate),
    GATE_TIMEOUT: "20s",
  });
  const run = (more: Readonly<Record<string, string>>) =>
    runHosted("named-gate.ts", { ...environment(), ...more });

  it("prints which gate is open, and writes nothing", async () => {
    const { code, stdout, stderr } = await runScript("named-gate.ts", environment());
    assert.equal(code, 0, stderr);
    const { gate: name, seconds } = JSON.parse(stdout) as { gate: string; seconds: number };
    assert.deepEqual([name, typeof seconds], ["secrets-ready", "number"]);
    assert.match(stderr, /✔ gate secrets-ready open after /);
    assert.deepEqual(server.writes, []);
  });

  it("fails with the last state and one next command when time is up", async () => {
    const missing = { ...gate, object: { ...gate.object, name: "none" } };
    const { code, stdout, stderr } = await run({
      NAMED_GATE: JSON.stringify(missing),
      GATE_TIMEOUT: "1s",
    });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /✗ gate secrets-ready: Secret\/apps\/none \(exists\) not reached after 1\.0s: NotFound\. Next: kubectl -n apps describe secret none\n/,
    );
  });

  it("refuses another cluster", async () => {
    const { code, stderr } = await run({ CLUSTER_UID: "another" });
    assert.equal(code, 1);
    assert.match(stderr, /must be the recorded one \(another\)/);
  });

  it("lists all problems of its input and exits 2", async () => {
    const { code, stderr } = await run({ NAMED_GATE: '{"name":"x"}', GATE_TIMEOUT: "soon" });
    assert.equal(code, 2);
    assert.match(stderr, /✗ NAMED_GATE must be a gate, and "object" is not: /);
    assert.match(stderr, /✗ GATE_TIMEOUT must be a duration above zero/);
  });
});
