import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Pod, StatefulSet } from "../../../../../scripts/lib/kinds.ts";
import { kindOf, layers, planOf, type PlanAround, stepOf } from "../../../support/drain-plan.ts";
import { withMetadata } from "../../../../support/applied-scene.ts";
import { within } from "../../../../support/destroy/fleet.ts";
import {
  claim,
  loadBalancer,
  Service,
  statefulSet,
} from "../../../../support/destroy/manifests.ts";
import {
  configMap,
  type Manifest,
  manifest,
  namespaceManifest,
  release,
} from "../../../../support/stuck/manifest.ts";

const apps = "Kustomization/flux-system/apps";
const inShop = (...manifests: readonly Manifest[]) => within("shop", manifests);
const gateway = manifest(kindOf("gateway.networking.k8s.io/v1", "Gateway"), { name: "front" });
const edge = manifest(kindOf("networking.example.com/v1", "Edge"), { name: "front" });

function ownedBy(kind: string, group: string, name: string) {
  const uid = `uid-${group}/${kind}/shop/${name}`;
  return { ownerReferences: [{ apiVersion: `${group}/v1`, kind, name, uid }] };
}

describe("an address is given back with what", () => {
  const owned = withMetadata(
    loadBalancer("edge-front"),
    ownedBy("Edge", "networking.example.com", "front"),
  );
  const labelled = (labels: Readonly<Record<string, string>>) =>
    withMetadata(loadBalancer("gw"), { labels });
  /** What is applied, what else there is, and the addresses as `name` or `name for key`. */
  const table: readonly (readonly [string, Manifest, Manifest | undefined, readonly string[]])[] = [
    ["applied the Service", loadBalancer("door"), undefined, ["door"]],
    [
      "applied the Ingress",
      manifest(kindOf("networking.k8s.io/v1", "Ingress"), { name: "web" }),
      undefined,
      ["web"],
    ],
    ["applied the Gateway", gateway, undefined, ["front"]],
    ["applied its owner", edge, owned, ["edge-front for Edge/shop/front"]],
    [
      "applied the Gateway that its label names",
      gateway,
      labelled({ "gateway.networking.k8s.io/gateway-name": "front" }),
      ["gw for Gateway/shop/front", "front"],
    ],
    [
      "applied the Gateway of another namespace that its labels name",
      gateway,
      withMetadata(loadBalancer("gw"), {
        namespace: "envoy",
        labels: {
          "gateway.envoyproxy.io/owning-gateway-name": "front",
          "gateway.envoyproxy.io/owning-gateway-namespace": "shop",
        },
      }),
      ["gw for Gateway/shop/front", "front"],
    ],
    ["applied nothing of it", gateway, loadBalancer("foreign"), ["front"]],
    [
      "applied a Service that is no load balancer",
      manifest(Service, { name: "plain" }, { spec: { type: "ClusterIP" } }),
      undefined,
      [],
    ],
  ];
  for (const [what, applied, other, expected] of table) {
    it(what, () => {
      const others = other === undefined ? [] : inShop(other);
      const plan = planOf(layers({ apps: inShop(applied) }), { others });
      const found = stepOf(plan, apps).addresses.map(({ name, madeFor }) =>
        madeFor === undefined ? name : `${name} for ${madeFor}`,
      );
      assert.deepEqual(found, expected);
    });
  }

  it("installed it, with the hosts that it has now", () => {
    const plan = planOf(layers({ apps: inShop(release("web")) }), {
      charts: { "shop/web": [loadBalancer("door")] },
    });
    const [address] = stepOf(plan, "HelmRelease/shop/web").addresses;
    assert.deepEqual([address?.name, address?.hosts], ["door", ["198.51.100.7"]]);
    assert.deepEqual(stepOf(plan, apps).addresses, []);
  });

  it("but for one that is marked to stay", () => {
    const kept = withMetadata(loadBalancer("door"), {
      annotations: { "kustomize.toolkit.fluxcd.io/prune": "disabled" },
    });
    assert.deepEqual(stepOf(planOf(layers({ apps: inShop(kept) })), apps).addresses, []);
  });

  it("but for one whose owner is a namespace that stays", () => {
    const owner = {
      apiVersion: "v1",
      kind: "Namespace",
      name: "shop",
      uid: "uid-/Namespace//shop",
    };
    const owned = withMetadata(loadBalancer("door"), { ownerReferences: [owner] });
    const fleet = layers({ apps: [namespaceManifest("shop")] });
    const addresses = (...others: readonly Manifest[]) =>
      stepOf(planOf(fleet, { others: inShop(owned, ...others) }), apps).addresses.length;
    assert.deepEqual([addresses(), addresses(configMap("by-hand", {}))], [1, 0]);
  });

  it("even where owners own each other", () => {
    const circular = withMetadata(loadBalancer("a"), ownedBy("Service", "", "a"));
    const plan = planOf(layers({ apps: [] }), { others: inShop(circular) });
    assert.deepEqual(stepOf(plan, apps).addresses, []);
  });
});

const retain = { spec: { persistentVolumeReclaimPolicy: "Retain" } };

describe("a volume goes with what", () => {
  const cluster = withMetadata(claim("db-1"), ownedBy("Cluster", "db.example.com", "db"));
  const operated = manifest(kindOf("db.example.com/v1", "Cluster"), { name: "db" });
  const set = withMetadata(statefulSet("made"), ownedBy("Cluster", "db.example.com", "db"));
  const table: readonly (readonly [string, Manifest, readonly Manifest[], readonly string[]])[] = [
    ["applied the claim", claim("notes"), [], ["notes"]],
    ["applied the StatefulSet", statefulSet("store"), [], ["data-store-0"]],
    [
      "applied the StatefulSet that was larger once",
      statefulSet("store"),
      [claim("data-store-7")],
      ["data-store-0", "data-store-7"],
    ],
    ["applied the owner of the claim", operated, [cluster], ["db-1"]],
    ["applied the owner of the StatefulSet", operated, [set], ["data-made-0"]],
    ["applied neither", statefulSet("store"), [claim("data-other-0")], ["data-store-0"]],
    [
      "applied a StatefulSet of that name in another namespace",
      statefulSet("store"),
      [withMetadata(claim("data-store-1"), { namespace: "elsewhere" })],
      ["data-store-0"],
    ],
  ];
  for (const [what, applied, others, expected] of table) {
    it(what, () => {
      const plan = planOf(layers({ apps: inShop(applied) }), { others: inShop(...others) });
      const names = stepOf(plan, apps).volumes.map(({ name }) => name);
      assert.deepEqual(names.toSorted(), expected);
    });
  }
});

describe("the data of a volume", () => {
  const fleet = layers({ apps: inShop(statefulSet("store")) });
  const volume = "PersistentVolume//pv-shop-data-store-0";
  const fates: readonly (readonly [string, PlanAround, "kept" | "deleted", RegExp | undefined])[] =
    [
      ["is deleted when volumes are", { volumes: "delete" }, "deleted", undefined],
      ["is kept when volumes are", { volumes: "keep" }, "kept", /^volumes are kept: 1Mi of Pers/],
      [
        "is kept by a volume whose policy is Retain",
        { volumes: "delete", patches: { [volume]: retain } },
        "kept",
        /^its reclaim policy is Retain/,
      ],
    ];
  for (const [what, around, fate, reason] of fates) {
    it(what, () => {
      const plan = planOf(fleet, around);
      const [found] = stepOf(plan, apps).volumes;
      assert.deepEqual([found?.fate, found?.ofStatefulSet, found?.size], [fate, true, "1Mi"]);
      const kept = plan.kept.find(({ key }) => key === volume);
      if (reason === undefined) assert.equal(kept, undefined);
      else assert.match(kept?.reason ?? "", reason);
    });
  }

  it("of a pod's own claim is deleted with the pod, whatever becomes of others", () => {
    const uid = "uid-/Pod/shop/job";
    const pod = withMetadata(manifest(Pod, { name: "job" }), {
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "StatefulSet",
          name: "store",
          uid: "uid-apps/StatefulSet/shop/store",
        },
      ],
    });
    const own = withMetadata(claim("job-scratch"), {
      ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "job", uid }],
    });
    const plan = planOf(fleet, { volumes: "keep", others: inShop(pod, own) });
    const fate = Object.fromEntries(stepOf(plan, apps).volumes.map((one) => [one.name, one.fate]));
    assert.deepEqual(fate, { "data-store-0": "kept", "job-scratch": "deleted" });
  });

  it("that is not bound yet takes the policy of its class", () => {
    const storageClass = manifest(
      kindOf("storage.k8s.io/v1", "StorageClass", false),
      { name: "slow" },
      { reclaimPolicy: "Retain" },
    );
    const template = { metadata: { name: "data" }, spec: { storageClassName: "slow" } };
    const slow = manifest(
      StatefulSet,
      { name: "slow" },
      { spec: { volumeClaimTemplates: [template] } },
    );
    const plan = planOf(layers({ apps: inShop(slow) }), {
      others: [storageClass],
      patches: {
        "PersistentVolumeClaim/shop/data-slow-0": {
          spec: { volumeName: null, storageClassName: "slow" },
        },
      },
    });
    const [found] = stepOf(plan, apps).volumes;
    assert.deepEqual([found?.volume, found?.reclaimPolicy], [undefined, "Retain"]);
  });
});
