import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { NodeAgent } from "../../../embedded/node-agent/agent.ts";
import type { Pod } from "../../../embedded/node-agent/pod.ts";
import type { NodeContext } from "../../../embedded/node-agent/pod-runner.ts";
import { programs } from "../../../embedded/node-agent/programs.ts";

const program = programs.find(({ binary }) => binary === "helm-controller");
const image = `ghcr.io/fluxcd/helm-controller:${program?.version ?? ""}`;
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "helm-controller-1", namespace: "flux-system", uid: "uid-1" },
  spec: { nodeName: "node-1", containers: [{ name: "manager", image }] },
} as unknown as Pod;

interface Follower {
  readonly seen: (pod: Pod) => void;
}

/** An API server of that one pod, which fails the requests whose path matches, once each. */
class OnePod {
  readonly lines: string[] = [];
  readonly ready = Promise.withResolvers<undefined>();
  readonly #failing: RegExp[];

  constructor(...failing: readonly RegExp[]) {
    this.#failing = [...failing];
  }

  agent(directory: string): NodeAgent {
    const cluster = {
      follow: (_resource: unknown, _options: unknown, { seen }: Follower) => {
        seen(pod);
      },
      get: () => Promise.resolve(pod),
      apply: () => Promise.resolve(),
      delete: () => Promise.resolve(),
      api: {
        url: "https://127.0.0.1:1",
        json: (path: string, { body }: { body?: unknown }) => this.#answer(path, body),
      },
    };
    const proxy = { url: "http://127.0.0.1:1", lead: () => undefined, release: () => undefined };
    const paths = { bin: directory, pods: join(directory, "pods"), operatorData: directory };
    return new NodeAgent({
      ...{ ...paths, cluster, proxy, authority: "", sandbox: false },
      report: (line: string) => this.lines.push(line),
      processesChanged: () => undefined,
    } as unknown as NodeContext);
  }

  #answer(path: string, body: unknown): Promise<unknown> {
    const isReady = JSON.stringify(body).includes('"ready":true');
    const request = isReady ? `${path} ready` : path;
    const failing = this.#failing.findIndex((one) => one.test(request));
    if (failing !== -1) {
      this.#failing.splice(failing, 1);
      return Promise.reject(new Error("etcdserver: request timed out"));
    }
    if (isReady) this.ready.resolve(undefined);
    return Promise.resolve({ status: { token: "token" } });
  }
}

describe("the agent of a node", { timeout: 30_000 }, () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-agent-"));
    const binary = join(directory, "helm-controller");
    writeFileSync(binary, "#!/bin/sh\nexec sleep 60\n");
    chmodSync(binary, 0o700);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const faults: readonly (readonly [string, RegExp, RegExp])[] = [
    ["starts a program again that could not be started", /\/token$/, /failed: Error: etcdserver/],
    ["reports a state again that was not taken", /\/status ready$/, /state not reported: Error/],
  ];
  for (const [what, failing, line] of faults) {
    it(what, async () => {
      const server = new OnePod(failing);
      const agent = server.agent(directory);
      agent.start();
      await server.ready.promise;
      await agent.stop(1);
      assert.equal(server.lines.filter((one) => line.test(one)).length, 1, server.lines.join("\n"));
    });
  }
});
