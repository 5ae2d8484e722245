import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import {
  ConfigMap,
  Namespace,
  PersistentVolume,
  PersistentVolumeClaim,
  type Resource,
  StatefulSet,
} from "../../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../../scripts/lib/object.ts";
import type { FakeApiServer } from "../../../../support/api-server.ts";
import { cart, cartWorkload, failed, root, run, setUp, shop } from "../../../support/drain.ts";
import { runFlux } from "../../../support/fake-flux.ts";
import { ownedBy, putRelease } from "../../../support/gitops.ts";

const Service: Resource = {
  apiVersion: "v1",
  kind: "Service",
  plural: "services",
  namespaced: true,
};
const database = { resource: StatefulSet, name: "cart", namespace: "shop" };
const claim = { resource: PersistentVolumeClaim, name: "data-cart-0", namespace: "shop" };
const volume = { resource: PersistentVolume, name: "pv-1" };
const balancer = { resource: Service, name: "cart", namespace: "shop" };

/** The release `cart` is a StatefulSet with one claim and a LoadBalancer, in a namespace that stays. */
async function setUpStore(t: TestContext): Promise<FakeApiServer> {
  const server = await setUp(t);
  server.remove(cartWorkload);
  const labels = ownedBy("helm", "cart", "shop");
  putRelease(
    server,
    { name: "cart", namespace: "shop" },
    { owner: "apps", applied: [database, balancer] },
  );
  server.put(StatefulSet, {
    metadata: { name: "cart", namespace: "shop", labels },
    spec: { replicas: 1, volumeClaimTemplates: [{ metadata: { name: "data" } }] },
  });
  server.put(PersistentVolumeClaim, {
    metadata: { name: claim.name, namespace: "shop" },
    spec: { volumeName: "pv-1", resources: { requests: { storage: "1Gi" } } },
    status: { phase: "Bound", capacity: { storage: "1Gi" } },
  });
  server.put(PersistentVolume, {
    metadata: { name: "pv-1", finalizers: ["example.com/provisioner"] },
    spec: {
      persistentVolumeReclaimPolicy: "Delete",
      claimRef: { kind: "PersistentVolumeClaim", namespace: "shop", name: claim.name },
    },
    status: { phase: "Bound" },
  });
  server.put(Service, {
    metadata: {
      name: "cart",
      namespace: "shop",
      labels,
      finalizers: ["service.kubernetes.io/load-balancer-cleanup"],
    },
    spec: { type: "LoadBalancer" },
    status: { loadBalancer: { ingress: [{ ip: "198.51.100.7" }] } },
  });
  // Somebody else lives there.
  server.put(ConfigMap, { metadata: { name: "by-hand", namespace: "shop" } });
  return server;
}

/** Deletes a volume whose policy says so when its claim is gone, as a provisioner does; lets addresses go. */
function runCloud(server: FakeApiServer): void {
  const release = (reference: Reference) => {
    server.merge(reference, { metadata: { finalizers: null } });
  };
  server.react(({ kind, metadata }, event) => {
    if (kind === "PersistentVolumeClaim" && event === "DELETED") {
      const { persistentVolumeReclaimPolicy: policy } = (server.get(volume)?.spec ?? {}) as {
        persistentVolumeReclaimPolicy?: string;
      };
      if (policy === "Delete") server.remove(volume);
    }
    if (event === "DELETED" || metadata.deletionTimestamp === undefined) return;
    if (kind === "Service") release(balancer);
    if (kind === "PersistentVolume") release(volume);
  });
}

describe("what a step releases", { timeout: 60_000, concurrency: 4 }, () => {
  it("is an address, which has to be gone before what comes next is deleted", async (t) => {
    const server = await setUpStore(t);
    runFlux(server);
    runCloud(server);
    let hadAddress: boolean | undefined;
    server.heard = (request) => {
      if (!request.startsWith("DELETE") || !request.includes("/kustomizations/apps")) return;
      hadAddress ??= server.get(balancer) !== undefined;
    };
    await run(server, { volumes: "delete" });
    assert.equal(hadAddress, false);
    assert.equal(server.get(balancer), undefined);
  });

  it("is waited for: an address that stays stops the drain, and nothing behind it is deleted", async (t) => {
    const server = await setUpStore(t);
    runFlux(server);
    const { details, next } = await failed(server, { timeoutMilliseconds: 6_000 });
    assert.match(
      details.join("\n"),
      /^Service\/shop\/cart: deleting for .*, finalizers service\.kubernetes\.io\/load-balancer-cleanup$/m,
    );
    assert.equal(next, "kubectl -n shop describe service cart");
    assert.notEqual(server.get(root), undefined);
    assert.equal(server.get(root)?.metadata.deletionTimestamp, undefined);
  });

  it("is the claim of a StatefulSet with its volume, where data is to go", async (t) => {
    const server = await setUpStore(t);
    runFlux(server);
    runCloud(server);
    await run(server, { volumes: "delete" });
    assert.equal(server.get(claim), undefined);
    assert.equal(server.get(volume), undefined);
    assert.equal(server.get(cart), undefined);
  });

  it("is no data that is to be kept: the volume is told so before anything is deleted", async (t) => {
    const server = await setUpStore(t);
    runFlux(server);
    runCloud(server);
    let policy: unknown;
    server.heard = (request) => {
      if (!request.startsWith("DELETE") || !request.includes("/helmreleases/cart")) return;
      const spec = server.get(volume)?.spec as
        | { persistentVolumeReclaimPolicy?: string }
        | undefined;
      policy = spec?.persistentVolumeReclaimPolicy;
    };
    await run(server, { volumes: "keep" });
    assert.equal(policy, "Retain");
    assert.notEqual(server.get(claim), undefined);
    assert.notEqual(server.get(volume), undefined);
  });

  it("is nothing foreign: namespace and object keep their UID, and no mark is left on them", async (t) => {
    const server = await setUpStore(t);
    runFlux(server);
    runCloud(server);
    const foreign = { resource: ConfigMap, name: "by-hand", namespace: "shop" };
    const uids = [shop, foreign].map((one) => server.get(one)?.metadata.uid);
    await run(server, { volumes: "delete" });
    assert.deepEqual(
      [shop, foreign].map((one) => server.get(one)?.metadata.uid),
      uids,
    );
    assert.deepEqual(server.get(shop)?.metadata.annotations ?? {}, {});
  });

  it("includes the namespace once nobody else lives there", async (t) => {
    const server = await setUpStore(t);
    runFlux(server);
    runCloud(server);
    server.remove({ resource: ConfigMap, name: "by-hand", namespace: "shop" });
    await run(server, { volumes: "delete" });
    assert.equal(server.get({ resource: Namespace, name: "shop" }), undefined);
  });
});
