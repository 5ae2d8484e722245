import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { DrainPlan } from "../../../../scripts/lib/drain/plan/drain-plan.ts";
import {
  ConfigMap,
  HelmRelease,
  Kustomization,
  Namespace,
  OCIRepository,
  PersistentVolumeClaim,
  StatefulSet,
} from "../../../../scripts/lib/kinds.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { Service } from "../../../support/destroy/manifests.ts";
import { ownedBy, putKustomization, putRelease, putSync } from "../../support/gitops.ts";
import { apps, emptyScene, fleetScene, type Scene } from "./support/scene.ts";

const namespace = "shop";
const PersistentVolume = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  namespaced: false,
};

/** A release with an address and a volume, in a namespace that goes. */
function putStore(server: FakeApiServer): void {
  const store = { resource: StatefulSet, name: "store", namespace };
  const door = { resource: Service, name: "door", namespace };
  const shop = { resource: Namespace, name: namespace };
  const chart = { resource: OCIRepository, name: "chart", namespace };
  server.merge(chart, { metadata: { labels: ownedBy("kustomize", "apps") } });
  const storeRelease = { resource: HelmRelease, name: "store", namespace };
  putKustomization(server, "apps", { owner: "flux-system", applied: [shop, storeRelease] });
  server.put(Namespace, { metadata: { name: namespace, labels: ownedBy("kustomize", "apps") } });
  putRelease(server, { name: "store", namespace }, { owner: "apps", applied: [store, door] });
  server.put(StatefulSet, {
    metadata: { name: "store", namespace },
    spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] },
  });
  server.put(Service, {
    metadata: { name: "door", namespace },
    spec: { type: "LoadBalancer" },
    status: { loadBalancer: { ingress: [{ ip: "198.51.100.7" }] } },
  });
  server.put(PersistentVolumeClaim, {
    metadata: { name: "data-store-0", namespace },
    spec: { volumeName: "pv-1" },
    status: { capacity: { storage: "10Gi" } },
  });
  server.put(PersistentVolume, {
    metadata: { name: "pv-1" },
    spec: { persistentVolumeReclaimPolicy: "Delete" },
  });
}

async function jsonOf({ fleet }: Scene, ...more: readonly string[]) {
  const { code, stdout } = await fleet(["destroy-plan", "--output", "json", ...more]);
  const plan = JSON.parse(stdout) as DrainPlan & {
    readonly volumes: string;
    readonly clusterKind?: string;
  };
  return { code, plan };
}

function putClusterKind(server: FakeApiServer, kind: string): void {
  server.put(ConfigMap, {
    metadata: { name: "flux-runtime-info", namespace: "flux-system" },
    ...{ data: { CLUSTER_KIND: kind, CLUSTER_NAME: "prod" } },
  });
}

describe("destroy-plan", { timeout: 60_000 }, () => {
  it("shows what goes when and why, what that gives back, and what data is lost", async (test) => {
    const { server, fleet } = await fleetScene(test);
    putStore(server);
    const { code, stdout } = await fleet(["destroy-plan", "--volumes", "delete"]);
    assert.equal(code, 0);
    const shown = [
      /^5 steps in 3 stages, about \d+.*; 1 address given back; the data of 1 volume is lost$/m,
      /^0 +HelmRelease\/shop\/store +\S+ +2 objects$/m,
      /^1 +Kustomization\/flux-system\/apps +\S+ +1 object +HelmRelease\/shop\/cache \(applied by it\) and 2 more$/m,
      /^198\.51\.100\.7 +Service\/shop\/door +HelmRelease\/shop\/store$/m,
      /^lost +shop\/data-store-0 +10Gi +pv-1 +HelmRelease\/shop\/store$/m,
    ];
    for (const line of shown) assert.match(stdout, line);
  });

  it("shows as lost what Azure deletes with the cluster, though volumes are kept", async (test) => {
    const { server, fleet } = await fleetScene(test);
    putStore(server);
    putClusterKind(server, "aks");
    const volumeHandle = "/subscriptions/1/resourceGroups/rg-prod-nodes/disks/pvc-1";
    const volume = { resource: PersistentVolume, name: "pv-1" };
    server.merge(volume, { spec: { csi: { volumeHandle } } });
    const { stdout } = await fleet(["destroy-plan"]);
    assert.match(stdout, /the data of 1 volume is lost$/m);
    assert.match(stdout, /^lost +shop\/data-store-0 /m);
  });

  it("writes nothing", async (test) => {
    const { server, fleet } = await fleetScene(test);
    await fleet(["destroy-plan"]);
    assert.deepEqual(server.writes, []);
  });

  it("ends with 1 and names what is in the way, with the command for each", async (test) => {
    const { server, fleet } = await fleetScene(test);
    putRelease(server, { name: "mine", namespace: "default" });
    const { code, stdout } = await fleet(["destroy-plan", "--context", "fake"]);
    assert.equal(code, 1);
    assert.match(stdout, /; a destroy refuses to begin$/m);
    assert.match(stdout, /^refuses +HelmRelease\/default\/mine +did not come from the sync/m);
    assert.match(stdout, /^ {4}kubectl --context fake -n default describe helmrelease\S* mine$/m);
  });

  it("ends with 0 when something may only hold it up", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(apps, { metadata: { finalizers: ["example.com/hold"] } });
    const { code, stdout } = await fleet(["destroy-plan"]);
    assert.equal(code, 0);
    assert.match(stdout, /^may hold +Kustomization\/flux-system\/apps +carries the finalizer/m);
  });

  it("gives the whole plan as JSON", async (test) => {
    const scene = await fleetScene(test);
    putSync(scene.server, [apps]);
    const { plan } = await jsonOf(scene);
    assert.deepEqual(plan.steps.at(-1)?.key, "Kustomization/flux-system/flux-system");
    assert.deepEqual(plan.stopped[0], "FluxInstance/flux-system/flux");
  });

  const fates: readonly (readonly [string | undefined, readonly string[], string])[] = [
    ["embedded", [], "delete"],
    ["embedded", ["--volumes", "keep"], "keep"],
    ["eks", [], "keep"],
    [undefined, [], "keep"],
    ["eks", ["--volumes", "delete"], "delete"],
  ];
  for (const [kind, argv, fate] of fates) {
    it(`takes volumes as ${fate} on a cluster of kind ${kind ?? "unknown"} with ${argv.join(" ")}`, async (test) => {
      const scene = await fleetScene(test);
      if (kind !== undefined) putClusterKind(scene.server, kind);
      const { plan } = await jsonOf(scene, ...argv);
      assert.deepEqual([plan.clusterKind, plan.volumes], [kind, fate]);
    });
  }

  it("removes nothing where Flux reconciled the source before the stack came", async (test) => {
    const scene = await fleetScene(test);
    const objects = ["Namespace/flux-system"];
    const adopted = JSON.stringify({ objects, sync: true });
    const annotations = { "flux-bootstrap.dev/adopted": adopted };
    scene.server.put(Namespace, { metadata: { name: "flux-system", annotations } });
    const { code, plan } = await jsonOf(scene);
    assert.deepEqual([code, plan.steps, plan.blockers], [0, [], []]);
    const reason = "was there before the stack";
    assert.deepEqual(plan.kept, [{ key: "Namespace/flux-system", reason }]);
  });

  it("refuses another fate of volumes", async (test) => {
    const { fleet } = await fleetScene(test);
    const { code, stderr } = await fleet(["destroy-plan", "--volumes", "burn"]);
    assert.equal(code, 2);
    assert.match(stderr, /--volumes must be one of keep, delete, got "burn"/);
  });

  it("says that nothing traces to a sync that was never there", async (test) => {
    const { server, fleet } = await emptyScene(test);
    server.missing.clear();
    server.put(Kustomization, { metadata: { name: "gone", namespace: "default" } });
    server.remove({ resource: Kustomization, name: "gone", namespace: "default" });
    const { code, stdout } = await fleet(["destroy-plan"]);
    assert.equal(code, 0);
    assert.match(stdout, /^nothing traces to the sync/);
  });
});
