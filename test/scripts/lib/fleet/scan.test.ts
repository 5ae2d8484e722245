import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { UnreachableError } from "../../../../scripts/lib/api-server.ts";
import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { fleetKinds } from "../../../../scripts/lib/fleet/kinds.ts";
import { scan } from "../../../../scripts/lib/fleet/scan.ts";
import {
  ConfigMap,
  Event,
  HelmRelease,
  ImagePolicy,
  Lease,
  Namespace,
  Pod,
  Secret,
} from "../../../../scripts/lib/kinds.ts";
import { displayName } from "../../../../scripts/lib/object.ts";
import { FakeApiServer } from "../../../support/api-server.ts";

const fluxNamespace = "flux-system";
const namespace = "apps";

describe("scan", { timeout: 20_000 }, () => {
  let server: FakeApiServer;
  let cluster: Cluster;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    cluster = new Cluster(server.kubeconfig(), "test");
  });
  afterEach(async () => {
    await server.stop();
  });

  const names = async () => (await scan(cluster, { fluxNamespace })).objects.map(displayName);

  it("reads every kind of every namespace, and no Secret and no ConfigMap", async () => {
    const heard: string[] = [];
    server.heard = (request) => heard.push(request);
    server.put(HelmRelease, { metadata: { name: "one", namespace } });
    server.put(Pod, { metadata: { name: "one-0", namespace } });
    server.put(Secret, { metadata: { name: "password", namespace } });
    server.put(ConfigMap, { metadata: { name: "values", namespace } });
    assert.deepEqual(await names(), [
      "HelmRelease/apps/one",
      "Namespace/kube-system",
      "Pod/apps/one-0",
    ]);
    assert.equal(heard.length, fleetKinds.length);
    assert.deepEqual(
      heard.filter((request) => /secrets|configmaps/.test(request)),
      [],
    );
    assert.deepEqual(server.writes, []);
  });

  it("reads only the warnings among Events and only Flux's Leases", async () => {
    const event = (name: string, type: string) => {
      server.put(Event, { metadata: { name, namespace }, ...{ type } });
    };
    event("pulled", "Normal");
    event("failed", "Warning");
    server.put(Lease, { metadata: { name: "node-1", namespace: "kube-node-lease" } });
    server.put(Lease, { metadata: { name: "helm-controller", namespace: fluxNamespace } });
    assert.deepEqual(await names(), [
      "Namespace/kube-system",
      "Event/apps/failed",
      "Lease/flux-system/helm-controller",
    ]);
  });

  it("says which kinds are not served and which may not be listed, and goes on", async () => {
    server.put(HelmRelease, { metadata: { name: "one", namespace } });
    server.missing.add(ImagePolicy.plural);
    server.faults.forbid("list", Pod);
    const { objects, unread } = await scan(cluster, { fluxNamespace });
    assert.deepEqual(objects.map(displayName), ["HelmRelease/apps/one", "Namespace/kube-system"]);
    assert.deepEqual(
      unread.map(({ resource, why }) => [resource.kind, why]),
      [
        ["ImagePolicy", "absent"],
        ["Pod", "forbidden"],
      ],
    );
    assert.match(unread[1]?.message ?? "", /cannot list resource "pods"/);
  });

  it("rejects when the server fails, does not answer or is no Kubernetes", async () => {
    const end = server.faults.refuse(/pods/, { code: 500, reason: "InternalError" });
    await assert.rejects(names(), /pods failed: 500 InternalError/);
    end();
    server.missing.add(Namespace.plural);
    await assert.rejects(names(), /must be a Kubernetes API server, got 404/);
    await server.down();
    await assert.rejects(names(), UnreachableError);
  });

  it("reads a thousand releases in two pages, without what is only ballast", async () => {
    for (let release = 0; release < 1000; release += 1) {
      const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}", kept: "yes" };
      const managedFields = [{ manager: "kustomize-controller", operation: "Apply" }];
      const name = `release-${release}`;
      server.put(HelmRelease, { metadata: { name, namespace, annotations, managedFields } });
    }
    const { objects } = await scan(cluster, { fluxNamespace, kinds: [Namespace, HelmRelease] });
    assert.equal(objects.length, 1001);
    assert.equal(cluster.api.requests, 3);
    assert.deepEqual(objects[1]?.metadata.annotations, { kept: "yes" });
    assert.equal(objects[1].metadata.managedFields, undefined);
  });

  it("tells the server's time, not this machine's", async () => {
    server.faults.clockOffset = -600_000;
    const { at } = await scan(cluster, { fluxNamespace });
    assert.ok(Math.abs(at - Date.now() + 600_000) < 1100);
  });

  it("ends with its signal", async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(scan(cluster, { fluxNamespace, signal }), { name: "AbortError" });
  });

  describe("of logs", () => {
    const crashed = (name: string, state: object) => {
      server.put(Pod, {
        metadata: { name, namespace },
        status: { containerStatuses: [{ name: "app", restartCount: 3, state }] },
      });
    };
    const logsOf = async () => (await scan(cluster, { fluxNamespace, logs: true })).logs;

    it("fetches none unless asked", async () => {
      crashed("a", { waiting: { reason: "CrashLoopBackOff" } });
      const { logs } = await scan(cluster, { fluxNamespace });
      assert.equal(logs.size, 0);
    });

    it("fetches the last twenty lines of what crashed, and of nothing else", async () => {
      const lines = Array.from({ length: 30 }, (_, line) => `line ${line}`);
      crashed("looping", { waiting: { reason: "CrashLoopBackOff" } });
      crashed("ended", { terminated: { exitCode: 1 } });
      crashed("done", { terminated: { exitCode: 0 } });
      crashed("running", { running: {} });
      for (const name of ["looping", "ended", "done", "running"]) server.logs.set(name, lines);
      const logs = await logsOf();
      assert.deepEqual([...logs.keys()].sort(), ["apps/ended/app", "apps/looping/app"]);
      assert.equal(logs.get("apps/ended/app")?.length, 20);
      assert.equal(logs.get("apps/ended/app")?.at(-1), "line 29");
    });

    it("takes the log of the run before first, and the present one when there is none", async () => {
      const heard: string[] = [];
      server.heard = (request) => heard.push(request);
      crashed("a", { waiting: { reason: "CrashLoopBackOff" } });
      server.logs.set("a", ["why"]);
      server.faults.refuse(/previous=true/, { code: 400, reason: "BadRequest" });
      assert.deepEqual((await logsOf()).get("apps/a/app"), ["why"]);
      const asked = heard.filter((request) => request.includes("/log?"));
      assert.match(asked[0] ?? "", /previous=true/);
      assert.equal(asked.length, 2);
    });

    it("cuts a line of 100 KiB, fetches of twenty containers at most, and does without what it may not read", async () => {
      for (let pod = 0; pod < 25; pod += 1) {
        crashed(`pod-${pod}`, { terminated: { exitCode: 137 } });
        server.logs.set(`pod-${pod}`, ["x".repeat(100 * 1024)]);
      }
      server.faults.refuse(/pod-0\/log/, { code: 403, reason: "Forbidden" });
      const logs = await logsOf();
      assert.equal(logs.size, 19);
      assert.equal(logs.get("apps/pod-1/app")?.[0]?.length, 4096);
    });
  });
});
