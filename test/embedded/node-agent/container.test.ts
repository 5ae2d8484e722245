import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Container } from "../../../embedded/node-agent/container.ts";
import type { ContainerState } from "../../../embedded/node-agent/container-state.ts";
import { freePorts } from "../../../embedded/cluster/ports.ts";

/** Collects states and lets a test wait for one of them. */
class States {
  readonly all: ContainerState[] = [];
  #waiting: { test: (state: ContainerState) => boolean; resolve: () => void }[] = [];

  readonly add = (state: ContainerState) => {
    this.all.push(state);
    for (const { test, resolve } of this.#waiting) if (test(state)) resolve();
  };

  async until(test: (state: ContainerState) => boolean): Promise<ContainerState> {
    if (!this.all.some(test)) {
      await new Promise<void>((resolve) => {
        this.#waiting.push({ test, resolve });
      });
    }
    const found = this.all.find(test);
    assert.ok(found);
    return found;
  }
}

describe("a container", () => {
  let directory: string;
  let states: States;
  let running: Container[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "container-"));
    states = new States();
  });

  afterEach(async () => {
    await Promise.all(running.map((container) => container.stop(0)));
    running = [];
    rmSync(directory, { recursive: true, force: true });
  });

  const logFile = (restarts: number) => join(directory, `${restarts}.log`);

  function start(program: string, spec: object = {}, ports = {}): Container {
    const own = { name: "manager", image: "i", ...spec };
    const process_ = {
      command: process.execPath,
      arguments: ["-e", program],
      environment: { GREETING: "hello" },
      logFile,
      ports,
    };
    const container = new Container(own, process_, 0, states.add);
    running.push(container);
    container.start();
    return container;
  }

  it("writes its output in the format that kubectl logs reads", async () => {
    start("console.log(process.env.GREETING); console.error('oops'); process.exit(3)");
    await states.until(({ last }) => last !== undefined);
    const lines = readFileSync(logFile(0), "utf8").trim().split("\n").sort();
    assert.match(lines.join("\n"), /^\S+Z stderr F oops$/m);
    assert.match(lines.join("\n"), /^\S+Z stdout F hello$/m);
  });

  it("restarts at once after the first end, then backs off, with the exit code on record", async () => {
    start("process.exit(3)");
    const { last, restarts } = await states.until(
      ({ current }) => current.kind === "waiting" && current.reason === "CrashLoopBackOff",
    );
    assert.equal(last?.exitCode, 3);
    assert.equal(restarts, 1);
    assert.match(readFileSync(logFile(1), "utf8"), /^$/);
  });

  it("reports the signal that killed it", async () => {
    const container = start("setInterval(() => {}, 1000)");
    process.kill(container.pid ?? 0, "SIGKILL");
    const { last } = await states.until((state) => state.last !== undefined);
    assert.deepEqual([last?.exitCode, last?.signal], [137, 9]);
  });

  it("is ready only when its endpoint answers with a success", async () => {
    const [port = 0] = await freePorts(1);
    const readinessProbe = { httpGet: { path: "/readyz", port: "healthz" }, periodSeconds: 60 };
    const ports = [{ name: "healthz", containerPort: 9440 }];
    start(
      `let asked = 0;
       require("http").createServer((request, response) => {
         response.statusCode = request.url === "/readyz" && ++asked > 2 ? 200 : 500;
         response.end();
       }).listen(${port}, "127.0.0.1")`,
      { readinessProbe, ports },
      { 9440: port },
    );
    await states.until(({ current }) => current.kind === "running" && current.ready);
    const [first] = states.all;
    assert.equal(first?.current.kind === "running" && first.current.ready, false);
  });

  it("is killed when it ignores the request to end", async () => {
    const container = start(
      "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)",
    );
    await container.stop(50);
    assert.equal(container.pid, undefined);
    assert.equal(states.all.at(-1)?.current.kind, "terminated");
  });

  it("does not restart what it was asked to stop", async () => {
    const container = start("setInterval(() => {}, 1000)");
    await container.stop(5_000);
    assert.equal(states.all.at(-1)?.restarts, 0);
    assert.equal(container.pid, undefined);
  });
});
