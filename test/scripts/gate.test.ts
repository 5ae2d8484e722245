import assert from "node:assert/strict";
import { after, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { putController, runControllers } from "./support/flux.ts";
import { canariesLeft, canaryKinds } from "./support/gate.ts";
import { runHosted, runScript, startScript } from "./support/run.ts";

describe("node scripts/gate.ts", { timeout: 60_000, concurrency: true }, () => {
  const servers: FakeApiServer[] = [];
  /** A cluster of its own with its environment: the cases run at the same time. */
  const start = async (more: Record<string, string> = {}) => {
    const server = await FakeApiServer.start();
    servers.push(server);
    putController(server, "helm-controller");
    putController(server, "kustomize-controller");
    const environment = {
      KUBECONFIG_CONTENT: server.kubeconfig(),
      CLUSTER_UID: FakeApiServer.uid,
      GATE_COMPONENTS: "helm-controller,kustomize-controller",
      GATE_TIMEOUT: "30s",
      ...more,
    };
    return { server, environment };
  };
  after(async () => {
    await Promise.all(servers.map(async (server) => server.stop()));
  });

  it("prints one JSON line and exits 0 when every controller answers", async () => {
    const { server, environment } = await start();
    runControllers(server, canaryKinds);
    const { code, stdout, stderr } = await runScript("gate.ts", environment);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\{[^\n]*\}\n$/);
    const result = JSON.parse(stdout) as { controllers: { name: string; pod: string }[] };
    assert.deepEqual(
      result.controllers.map(({ name, pod }) => [name, pod]),
      [
        ["helm-controller", "helm-controller-abc12"],
        ["kustomize-controller", "kustomize-controller-abc12"],
      ],
    );
  });

  it("lists all problems of its input, exits 2 and writes nothing", async () => {
    const { server, environment } = await start({
      GATE_COMPONENTS: "helm-controller,helmet-controller",
      GATE_TIMEOUT: "soon",
      CLUSTER_UID: "",
    });
    const { code, stdout, stderr } = await runHosted("gate.ts", environment);
    assert.deepEqual([code, stdout, server.writes], [2, "", []]);
    assert.match(stderr, /✗ CLUSTER_UID must be set, got nothing\./);
    assert.match(
      stderr,
      /✗ GATE_COMPONENTS must name controllers with a known canary, got "helmet-controller"\./,
    );
    assert.match(
      stderr,
      /✗ GATE_TIMEOUT must be a duration above zero such as 90s, 5m or 1h30m, got "soon"\./,
    );
  });

  it("does not quote a kubeconfig that it cannot read", async () => {
    const { environment } = await start({ KUBECONFIG_CONTENT: "token: [planted-secret" });
    const { code, stderr } = await runHosted("gate.ts", environment);
    assert.equal(code, 2);
    assert.match(stderr, /KUBECONFIG_CONTENT must be a usable kubeconfig/);
    assert.doesNotMatch(stderr, /planted-secret/);
  });

  it("refuses another cluster before any write", async () => {
    const { server, environment } = await start({ CLUSTER_UID: "another" });
    const { code, stderr } = await runHosted("gate.ts", environment);
    assert.deepEqual([code, server.writes], [1, []]);
    assert.match(stderr, /must be the recorded one \(another\), got 7f3c0c5e-/);
  });

  it("keeps the kubeconfig's token out of what a silent controller's log says", async () => {
    const { server, environment } = await start({
      GATE_COMPONENTS: "helm-controller",
      GATE_TIMEOUT: "5s",
    });
    server.logs.set("helm-controller-abc12", ["I was given planted-kubeconfig-token"]);
    const { code, stderr } = await runHosted("gate.ts", environment);
    assert.equal(code, 1);
    assert.match(stderr, /\| I was given \[redacted\]/);
    assert.doesNotMatch(stderr, /planted-kubeconfig-token/);
  });

  it("removes its canaries on SIGTERM and exits 1", async () => {
    const { server, environment } = await start({ GATE_COMPONENTS: "helm-controller" });
    const { child, finished } = startScript("gate.ts", environment);
    const created = new Promise<void>((resolve) => {
      server.react((object, event) => {
        if (object.kind === "HelmRelease" && event === "ADDED") resolve();
      });
    });
    await Promise.race([created, finished]);
    child.kill("SIGTERM");
    const { code, stderr } = await finished;
    assert.equal(code, 1);
    assert.match(stderr, /✗ waiting for helm-controller \(a canary answered\) was cancelled/);
    assert.deepEqual(canariesLeft(server), []);
  });
});
