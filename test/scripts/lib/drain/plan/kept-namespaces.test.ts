import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ConfigMap, Deployment, Job, Pod, Secret } from "../../../../../scripts/lib/kinds.ts";
import {
  goingWith,
  inShop,
  keptOf,
  kindOf,
  layers,
  patchedScene,
  planOf,
  planScene,
} from "../../../support/drain-plan.ts";
import { withMetadata } from "../../../../support/applied-scene.ts";
import { type Fleet, layer } from "../../../../support/destroy/fleet.ts";
import { claim, ServiceAccount, statefulSet } from "../../../../support/destroy/manifests.ts";
import {
  configMap,
  type Manifest,
  manifest,
  namespaceManifest,
  release,
} from "../../../../support/stuck/manifest.ts";

const apps = "Kustomization/flux-system/apps";
const shop = "Namespace//shop";
const note = configMap("note", {});

const ownedBy = ({ object: { apiVersion, kind, metadata } }: Manifest) => {
  const uid = `uid-apps/${kind}/shop/${metadata.name}`;
  return { ownerReferences: [{ apiVersion, kind, name: metadata.name, uid }] };
};
const web = manifest(Deployment, { name: "web" });

/** What else is in the namespace, and whether the namespace goes all the same. */
const inhabitants: readonly (readonly [string, Manifest, boolean])[] = [
  ["a ConfigMap of a person", configMap("by-hand", {}), false],
  ["a claim of a person", claim("by-hand"), false],
  [
    "a pod of a Deployment that goes",
    withMetadata(manifest(Pod, { name: "web-1" }), ownedBy(web)),
    true,
  ],
  ["a bare pod", manifest(Pod, { name: "debug" }), false],
  [
    "what an owner that nobody read made",
    withMetadata(manifest(Pod, { name: "x" }), {
      ownerReferences: [{ apiVersion: "v1", kind: "X", name: "x", uid: "unknown" }],
    }),
    true,
  ],
  ["an event", manifest(kindOf("v1", "Event"), { name: "web.1" }), true],
  ["a lease", manifest(kindOf("coordination.k8s.io/v1", "Lease"), { name: "web" }), true],
  [
    "a token of an account that goes",
    manifest(Secret, {
      name: "default-token",
      annotations: { "kubernetes.io/service-account.name": "default" },
    }),
    true,
  ],
  [
    "a token of an account that stays",
    manifest(Secret, {
      name: "robot-token",
      annotations: { "kubernetes.io/service-account.name": "robot" },
    }),
    false,
  ],
  [
    "the storage of a release that goes",
    manifest(Secret, { name: "sh.helm.release.v1.db.v2", labels: { owner: "helm", name: "db" } }),
    true,
  ],
  [
    "the storage of a release of a person",
    manifest(Secret, { name: "sh.helm.release.v1.x.v1", labels: { owner: "helm", name: "x" } }),
    false,
  ],
  [
    "a Job of a hook of a release",
    manifest(Job, { name: "migrate", annotations: { "helm.sh/hook": "pre-install" } }),
    true,
  ],
  ["the claim of a StatefulSet that goes", claim("data-store-0"), true],
  [
    "something of ours",
    manifest(ConfigMap, { name: "m", labels: { "flux-bootstrap.dev/purpose": "restore" } }),
    true,
  ],
  [
    "a source of a person",
    manifest(kindOf("source.toolkit.fluxcd.io/v1", "GitRepository"), { name: "mine" }),
    false,
  ],
  [
    "a claim of a StatefulSet that is marked to stay",
    withMetadata(claim("data-store-0"), { annotations: { "helm.sh/resource-policy": "keep" } }),
    false,
  ],
];

describe("a namespace with", () => {
  const fleet: Fleet = layers({
    apps: [namespaceManifest("shop"), ...inShop(web, release("db"), statefulSet("store"))],
  });
  for (const [what, other, goes] of inhabitants) {
    it(`${what} ${goes ? "goes" : "stays"}`, () => {
      const robot = manifest(ServiceAccount, { name: "robot", namespace: "elsewhere" });
      const plan = planOf(fleet, { others: [...inShop(other), robot] });
      assert.equal(goingWith(plan, apps).includes(shop), goes);
      assert.equal(shop in keptOf(plan), !goes);
      const reason = keptOf(plan)[shop] ?? "";
      assert.equal(reason.includes(other.object.metadata.name), !goes);
    });
  }

  it("what goes in it stays, and the rest of what it holds still goes", () => {
    const plan = planOf(fleet, { others: inShop(configMap("by-hand", {})) });
    assert.deepEqual(goingWith(plan, apps), ["Deployment/shop/web", "StatefulSet/shop/store"]);
    assert.deepEqual(plan.kept, [
      {
        key: shop,
        reason: "holds ConfigMap/shop/by-hand, which Flux did not make",
        protect: {
          entry: { group: "", kind: "Namespace", name: "shop", namespace: undefined },
          annotation: "kustomize.toolkit.fluxcd.io/prune",
        },
      },
    ]);
  });

  it("many of them names three, claims first", () => {
    const others = inShop(...["a", "b", "c", "d"].map((name) => configMap(name, {})), claim("z"));
    assert.equal(
      keptOf(planOf(fleet, { others }))[shop],
      "holds PersistentVolumeClaim/shop/z, ConfigMap/shop/a, ConfigMap/shop/b and 2 more, which Flux did not make",
    );
  });

  it("what a Kustomization leaves behind stays", () => {
    const plan = planOf({
      cluster: [layer("base"), layer("apps", { prune: false })],
      base: [namespaceManifest("shop")],
      apps: inShop(note),
    });
    assert.equal(keptOf(plan)[shop], "holds ConfigMap/shop/note, which stays");
  });

  it("a Kustomization of a person stays, with what that applied", () => {
    const mine = manifest(kindOf("kustomize.toolkit.fluxcd.io/v1", "Kustomization"), {
      name: "mine",
    });
    const plan = planOf(fleet, { others: inShop(mine) });
    assert.match(keptOf(plan)[shop] ?? "", /Kustomization\/shop\/mine/);
  });
});

describe("a namespace of an interrupted drain", () => {
  const hook = manifest(Job, { name: "hook", annotations: { "helm.sh/hook": "pre-delete" } });
  const whole = layers({
    apps: [namespaceManifest("shop"), ...inShop(release("db"))],
  });
  const recorded = planOf(whole, { charts: { "shop/db": [statefulSet("db"), web] } });
  const left = inShop(claim("data-db-0"), hook, withMetadata(web, helmLabels("db")));

  it("goes with what is left of what it took away", () => {
    const scene = patchedScene(layers({ apps: [namespaceManifest("shop")] }), { others: left });
    assert.ok(goingWith(planScene({ ...scene, recorded }), apps).includes(shop));
    assert.ok(!goingWith(planScene(scene), apps).includes(shop));
  });

  it("stays for what a person made anew under the name of what went", () => {
    const anew = [withMetadata(claim("data-db-0"), { uid: "another" }), web];
    for (const one of anew) {
      const scene = patchedScene(layers({ apps: [namespaceManifest("shop")] }), {
        others: inShop(one),
      });
      assert.ok(!goingWith(planScene({ ...scene, recorded }), apps).includes(shop));
    }
  });
});

describe("a namespace in which a release installs that has written no inventory yet", () => {
  const fleet = layers({ apps: [namespaceManifest("shop"), ...inShop(release("db"))] });
  const made = (name: string) => inShop(withMetadata(statefulSet("db"), helmLabels(name)));

  it("goes, and the data of its claims is cared for", () => {
    const plan = planOf(fleet, { charts: { "shop/db": [] }, others: made("db") });
    assert.ok(goingWith(plan, apps).includes(shop));
    const [step] = plan.steps;
    assert.deepEqual([step?.key, step?.volumes.length], ["HelmRelease/shop/db", 1]);
  });

  it("stays when the inventory is there and does not name the object, or the release is another", () => {
    const charts = { "shop/db": [web] };
    for (const around of [{ charts, others: made("db") }, { others: made("other") }]) {
      assert.ok(!goingWith(planOf(fleet, around), apps).includes(shop));
    }
  });
});

function helmLabels(name: string) {
  const prefix = "helm.toolkit.fluxcd.io";
  return { labels: { [`${prefix}/name`]: name, [`${prefix}/namespace`]: "shop" } };
}
