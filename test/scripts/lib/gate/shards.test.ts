import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { Failure } from "../../../../scripts/lib/failure.ts";
import { proveControllers } from "../../../../scripts/lib/gate/gate.ts";
import { installedControllers } from "../../../../scripts/lib/gate/shards.ts";
import { Kustomization, Lease } from "../../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { FakeApiServer } from "../../../support/api-server.ts";
import { namespace, putController, recordingLog, runControllers } from "../../support/flux.ts";
import { canariesLeft, canaryKinds } from "../../support/gate.ts";

const sharding = { key: "sharding.fluxcd.io/key", shards: ["a", "b"] };

describe("installedControllers", () => {
  it("are the components where nothing is sharded", () => {
    assert.deepEqual(installedControllers(["helm-controller"], undefined), [
      { component: "helm-controller", deployment: "helm-controller", labels: {} },
    ]);
  });

  it("are one more a shard, but for the controller that hears of all objects", () => {
    const installed = installedControllers(
      ["notification-controller", "kustomize-controller"],
      sharding,
    );
    assert.deepEqual(
      installed.map(({ deployment, labels }) => [deployment, labels]),
      [
        ["notification-controller", {}],
        ["kustomize-controller", {}],
        ["kustomize-controller-a", { [sharding.key]: "a" }],
        ["kustomize-controller-b", { [sharding.key]: "b" }],
      ],
    );
  });
});

describe("proveControllers of shards", { timeout: 30_000 }, () => {
  let server: FakeApiServer;
  beforeEach(async () => {
    server = await FakeApiServer.start();
    putController(server, "kustomize-controller");
    for (const shard of sharding.shards) putShard(shard);
  });
  afterEach(() => server.stop());

  /** Its lease is of the component, with a suffix for what it selects. */
  function putShard(shard: string): void {
    const name = `kustomize-controller-${shard}`;
    putController(server, name);
    server.remove({ resource: Lease, name: `${name}-leader-election`, namespace });
    server.put(Lease, {
      metadata: { name: `kustomize-controller-leader-election-${shard}`, namespace },
      spec: { holderIdentity: `${name}-abc12_1` },
    });
  }

  const prove = (timeoutMilliseconds = 20_000) =>
    proveControllers(
      new Cluster(server.kubeconfig(), "gate"),
      { namespace, components: ["kustomize-controller"], sharding, timeoutMilliseconds },
      { log: recordingLog().log, signal: new AbortController().signal },
    );

  it("passes when every shard answered to a canary of its own, and leaves none", async () => {
    const labels: unknown[] = [];
    server.react((object: KubernetesObject, event) => {
      if (object.kind !== "Kustomization" || event !== "ADDED") return;
      labels.push(object.metadata.labels?.[sharding.key]);
    });
    runControllers(server, canaryKinds);
    const { controllers } = await prove();
    assert.deepEqual(
      controllers.map(({ name, pod }) => [name, pod]),
      ["kustomize-controller", "kustomize-controller-a", "kustomize-controller-b"].map((name) => [
        name,
        `${name}-abc12`,
      ]),
    );
    assert.deepEqual(labels.toSorted(), ["a", "b", undefined]);
    assert.deepEqual(canariesLeft(server), []);
  });

  it("fails for the one shard that does not answer", async () => {
    server.react((object, event) => {
      if (event === "DELETED" || object.metadata.labels?.[sharding.key] === "b") return;
      const token = object.metadata.annotations?.["reconcile.fluxcd.io/requestedAt"];
      const { lastHandledReconcileAt } = (object.status ?? {}) as {
        lastHandledReconcileAt?: string;
      };
      if (object.kind !== "Kustomization" || token === lastHandledReconcileAt) return;
      const { name } = object.metadata;
      const status = { lastHandledReconcileAt: token };
      server.merge({ resource: Kustomization, name, namespace }, { status });
    });
    await assert.rejects(prove(2_000), (error) => {
      assert.ok(error instanceof Failure, String(error));
      assert.equal(
        error.message,
        "1 of 3 controllers did not answer within 2.0s: kustomize-controller-b",
      );
      assert.equal(
        error.next,
        "kubectl -n flux-system logs deployment/kustomize-controller-b --tail=50",
      );
      return true;
    });
  });
});
