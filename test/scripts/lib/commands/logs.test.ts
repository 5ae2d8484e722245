import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Deployment, Pod } from "../../../../scripts/lib/kinds.ts";
import { putController } from "../../support/flux.ts";
import { emptyScene, type Scene } from "./support/scene.ts";

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const line = (seconds: number, msg: string, more: object = {}) =>
  JSON.stringify({ level: "info", ts: ago(seconds), msg, ...more });

function controllers({ server }: Scene): void {
  server.missing.clear();
  for (const name of ["source-controller", "helm-controller"]) putController(server, name);
  server.logs.set("source-controller-abc12", [
    line(3600, "an hour ago"),
    line(30, "stored artifact"),
    line(10, "fetch failed", { level: "error", error: "token=planted-token refused" }),
  ]);
  server.logs.set("helm-controller-abc12", [
    `${ago(20)} panic: boom`,
    "goroutine 1 [running]:",
    line(5, "release installed", {
      controllerKind: "HelmRelease",
      namespace: "shop",
      name: "cart",
    }),
  ]);
}

describe("fleet logs", { timeout: 60_000, concurrency: true }, () => {
  it("merges all controllers by time, within the last ten minutes, without secrets", async (test) => {
    const scene = await emptyScene(test);
    controllers(scene);
    const { code, stdout } = await scene.fleet(["logs"]);
    assert.equal(code, 0);
    const messages = stdout
      .trimEnd()
      .split("\n")
      .map((text) => text.replace(/^\S+ +/, ""));
    assert.deepEqual(messages, [
      "info  source-controller stored artifact",
      "-     helm-controller panic: boom",
      "-     helm-controller goroutine 1 [running]:",
      "error source-controller fetch failed: token=[redacted] refused",
      "info  helm-controller HelmRelease/shop/cart release installed",
    ]);
  });

  it("keeps errors, and goes further back when asked", async (test) => {
    const scene = await emptyScene(test);
    controllers(scene);
    const errors = (await scene.fleet(["logs", "--errors", "--controller", "source"])).stdout;
    assert.match(errors, /fetch failed/);
    assert.doesNotMatch(errors, /stored artifact|panic/);
    assert.match((await scene.fleet(["logs", "--since", "2h"])).stdout, /an hour ago/);
  });

  it("reads the log before a restart too", async (test) => {
    const scene = await emptyScene(test);
    controllers(scene);
    const { server, fleet } = scene;
    const asked: string[] = [];
    server.heard = (request) => {
      if (request.includes("/log?")) asked.push(request);
    };
    const name = "helm-controller-abc12";
    const reference = { resource: Pod, name, namespace: "flux-system" };
    server.merge(reference, { status: { containerStatuses: [{ restartCount: 2, state: {} }] } });
    await fleet(["logs", "--controller", "helm-controller"]);
    assert.deepEqual(asked.map((request) => /previous=(\w+)/.exec(request)?.[1]).toSorted(), [
      "false",
      "true",
    ]);
    assert.ok(asked.every((request) => request.includes("sinceSeconds=600")));
  });

  it("says which controllers there are when it knows none of that name", async (test) => {
    const scene = await emptyScene(test);
    controllers(scene);
    const { code, stderr } = await scene.fleet(["logs", "--controller", "hlem"]);
    assert.equal(code, 1);
    assert.match(stderr, /no controller is named "hlem" here, but .*helm-controller/);
    assert.match(stderr, /Did you mean helm-controller\?/);
  });

  it("fails where no controller runs, and where it may not read logs", async (test) => {
    const scene = await emptyScene(test);
    const none = await scene.fleet(["logs"]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /no controller of Flux runs in namespace flux-system/);
    controllers(scene);
    scene.server.faults.refuse(/\/log\?/, { code: 403, reason: "Forbidden", message: "not yours" });
    const refused = await scene.fleet(["logs"]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /403 Forbidden: not yours/);
  });

  it("goes on without the log of a pod that has just gone", async (test) => {
    const scene = await emptyScene(test);
    controllers(scene);
    const gone = { code: 404, reason: "NotFound", message: "pod not found" };
    scene.server.faults.refuse(/helm-controller-abc12\/log/, gone);
    const { code, stdout, stderr } = await scene.fleet(["logs"]);
    assert.equal(code, 0);
    assert.match(stdout, /stored artifact/);
    assert.match(stderr, /helm-controller-abc12: no log: .*pod not found/);
  });

  it("writes entries as JSON", async (test) => {
    const scene = await emptyScene(test);
    controllers(scene);
    const { stdout } = await scene.fleet(["logs", "-o", "json"]);
    const { entries } = JSON.parse(stdout) as { entries: { controller: string }[] };
    assert.equal(entries.length, 5);
    assert.equal(scene.server.all(Deployment).length, 2);
  });
});
