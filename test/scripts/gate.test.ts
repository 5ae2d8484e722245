import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { canaries } from "../../scripts/lib/gate/canary.ts";
import { HelmRelease } from "../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { putController, runControllers } from "./support/flux.ts";
import { runScript, startScript } from "./support/run.ts";

const kinds = Object.values(canaries).flatMap((set) => set.map(({ resource }) => resource));

describe("node scripts/gate.ts", { timeout: 60_000 }, () => {
  let server: FakeApiServer;
  const environment = (more: Record<string, string> = {}) => ({
    KUBECONFIG_CONTENT: server.kubeconfig(),
    CLUSTER_UID: FakeApiServer.uid,
    GATE_COMPONENTS: "helm-controller,kustomize-controller",
    GATE_TIMEOUT: "30s",
    ...more,
  });

  before(async () => {
    server = await FakeApiServer.start();
    putController(server, "helm-controller");
    putController(server, "kustomize-controller");
    runControllers(server, kinds, ["ImageRepository"]);
  });
  after(async () => {
    await server.stop();
  });

  it("prints one JSON line and exits 0 when every controller answers", async () => {
    const { code, stdout, stderr } = await runScript("gate.ts", environment());
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

  it("lists all problems of its input, exits 2 and sends nothing", async () => {
    const writes = server.writes.length;
    const { code, stdout, stderr } = await runScript(
      "gate.ts",
      environment({
        GATE_COMPONENTS: "helm-controller,helmet-controller",
        GATE_TIMEOUT: "soon",
        CLUSTER_UID: "",
      }),
    );
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /✗ CLUSTER_UID must be set, got nothing\./);
    assert.match(
      stderr,
      /✗ GATE_COMPONENTS must name controllers with a known canary, got "helmet-controller"\./,
    );
    assert.match(
      stderr,
      /✗ GATE_TIMEOUT must be a duration above zero such as 90s, 5m or 1h30m, got "soon"\./,
    );
    assert.equal(server.writes.length, writes);
  });

  it("does not quote a kubeconfig that it cannot read", async () => {
    const { code, stderr } = await runScript(
      "gate.ts",
      environment({ KUBECONFIG_CONTENT: "token: [planted-secret" }),
    );
    assert.equal(code, 2);
    assert.match(stderr, /KUBECONFIG_CONTENT must be a usable kubeconfig/);
    assert.doesNotMatch(stderr, /planted-secret/);
  });

  it("refuses another cluster before any write", async () => {
    const writes = server.writes.length;
    const { code, stderr } = await runScript("gate.ts", environment({ CLUSTER_UID: "another" }));
    assert.equal(code, 1);
    assert.match(stderr, /must be the recorded one \(another\), got 7f3c0c5e-/);
    assert.equal(server.writes.length, writes);
  });

  it("removes its canaries on SIGTERM and exits 1", async () => {
    putController(server, "image-reflector-controller");
    const { child, finished } = startScript(
      "gate.ts",
      environment({ GATE_COMPONENTS: "image-reflector-controller" }),
    );
    const created = new Promise<void>((resolve) => {
      server.react((object, event) => {
        if (object.kind === "ImageRepository" && event === "ADDED") resolve();
      });
    });
    await Promise.race([created, finished]);
    child.kill("SIGTERM");
    const { code, stderr } = await finished;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /✗ waiting for image-reflector-controller \(a canary answered\) was cancelled/,
    );
    assert.deepEqual(
      kinds.flatMap((kind) => server.all(kind)),
      [],
    );
  });

  it("says that no API server answers, and what to run", async () => {
    const dead = JSON.stringify({
      "current-context": "x",
      clusters: [
        { name: "x", cluster: { server: "http://127.0.0.1:1", "insecure-skip-tls-verify": true } },
      ],
      users: [{ name: "x", user: {} }],
      contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
    });
    const { code, stderr } = await runScript("gate.ts", environment({ KUBECONFIG_CONTENT: dead }));
    assert.equal(code, 1);
    assert.match(stderr, /✗ the Kubernetes API server at http:\/\/127\.0\.0\.1:1 does not answer/);
    assert.match(stderr, /Next: kubectl cluster-info/);
    assert.equal(
      server.get({ resource: HelmRelease, name: "x", namespace: "flux-system" }),
      undefined,
    );
  });
});
