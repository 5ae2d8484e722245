import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Kustomization, HelmRelease, Lease, Pod } from "../../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../../support/api-server.ts";
import { namespace, putController, runControllers } from "../../support/flux.ts";
import { canariesLeft, canaryKinds, components, prove } from "../../support/gate.ts";

describe("proveControllers", { timeout: 30_000 }, () => {
  let server: FakeApiServer;

  beforeEach(async () => {
    server = await FakeApiServer.start();
  });
  afterEach(async () => {
    await server.stop();
  });

  it("passes when every controller answers through all of its canaries, and leaves none", async () => {
    for (const component of components) putController(server, component);
    runControllers(server, canaryKinds);
    const { token, controllers } = await prove(server, components);
    assert.match(token, /^gate-\d+-\w{6}$/);
    assert.deepEqual(
      controllers.map(({ name, pod }) => [name, pod]),
      components.map((name) => [name, `${name}-abc12`]),
    );
    assert.deepEqual(canariesLeft(server), []);
  });

  it("waits for the lease to reach the current pod before it writes the token", async () => {
    putController(server, "helm-controller", { holder: "helm-controller-old99_1" });
    runControllers(server, canaryKinds);
    const name = "helm-controller-leader-election";
    const holderIdentity = "helm-controller-abc12_2";
    server.heard = (request) => {
      if (!/leases\?.*watch=true/.test(request)) return;
      server.heard = () => undefined;
      assert.deepEqual(server.writes, []);
      server.merge({ resource: Lease, name, namespace }, { spec: { holderIdentity } });
    };
    const passed = prove(server, ["helm-controller"]);
    assert.equal((await passed).controllers[0]?.pod, "helm-controller-abc12");
  });

  it("knows a pod on the network of its node by the name of the machine", async () => {
    putController(server, "helm-controller", {
      pod: { spec: { hostNetwork: true, nodeName: "node-1" } },
      holder: "machine-1_0b5d",
    });
    runControllers(server, canaryKinds);
    const { controllers } = await prove(server, ["helm-controller"]);
    assert.equal(controllers[0]?.pod, "helm-controller-abc12");
  });

  it("asks again when another pod takes over after the first was asked", async () => {
    putController(server, "helm-controller");
    const taken = new Promise<void>((resolve) => {
      server.react((object, event) => {
        if (object.kind !== "HelmRelease" || event !== "ADDED") return;
        server.remove({ resource: Pod, name: "helm-controller-abc12", namespace });
        server.put(Pod, {
          metadata: {
            name: "helm-controller-new77",
            namespace,
            labels: { app: "helm-controller" },
          },
          status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
        });
        const name = "helm-controller-leader-election";
        server.merge(
          { resource: Lease, name, namespace },
          { spec: { holderIdentity: "helm-controller-new77_3" } },
        );
        resolve();
      });
    });
    void taken.then(() => {
      runControllers(server, canaryKinds);
    });
    const { controllers } = await prove(server, ["helm-controller"]);
    assert.equal(controllers[0]?.pod, "helm-controller-new77");
    assert.ok(
      server.writes.some((write) => write.startsWith("PATCH")),
      "the canary was not stamped again",
    );
  });

  it("tries again while the kind is not served yet", async () => {
    putController(server, "helm-controller");
    runControllers(server, canaryKinds);
    server.missing.add(HelmRelease.plural);
    let refusals = 0;
    server.heard = (request) => {
      if (request.startsWith("POST")) refusals += 1;
      if (refusals === 2) server.missing.clear();
    };
    const passed = prove(server, ["helm-controller"]);
    assert.equal((await passed).controllers.length, 1);
  });

  it("removes the canaries of a killed gate first", async () => {
    putController(server, "kustomize-controller");
    runControllers(server, canaryKinds);
    const labels = { "flux-bootstrap.dev/purpose": "canary" };
    server.put(Kustomization, { metadata: { name: "gate-1-killed", namespace, labels } });
    server.put(Kustomization, { metadata: { name: "apps", namespace } });
    await prove(server, ["kustomize-controller"]);
    assert.deepEqual(
      server.all(Kustomization).map(({ metadata }) => metadata.name),
      ["apps"],
    );
    assert.match(server.writes[0] ?? "", /^DELETE .*\/gate-1-killed$/);
  });

  it("removes its canaries when it is cancelled", async () => {
    putController(server, "helm-controller");
    const cancelled = new AbortController();
    server.react((object, event) => {
      if (object.kind === "HelmRelease" && event === "ADDED") cancelled.abort();
    });
    await assert.rejects(
      prove(server, ["helm-controller"], { signal: cancelled.signal }),
      /was cancelled/,
    );
    assert.deepEqual(canariesLeft(server), []);
  });
});
