import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  afterOf,
  definition,
  inShop,
  kindOf,
  layers,
  planOf,
  root,
  stepOf,
  webhook,
} from "../../../support/drain-plan.ts";
import { type Fleet, layer, within } from "../../../../support/destroy/fleet.ts";
import { account, claim } from "../../../../support/destroy/manifests.ts";
import {
  configMap,
  manifest,
  namespaceManifest,
  secret,
} from "../../../../support/stuck/manifest.ts";

const apps = "Kustomization/flux-system/apps";
const infra = "Kustomization/flux-system/infra";

const widgets = definition("widgets.shop.example.com");
const widget = manifest(kindOf("shop.example.com/v1", "Widget"), { name: "one" });
const storageClass = (name: string, annotations = {}) =>
  manifest(
    kindOf("storage.k8s.io/v1", "StorageClass", false),
    { name, annotations },
    { provisioner: "disk.example.com" },
  );
const driver = manifest(kindOf("storage.k8s.io/v1", "CSIDriver", false), {
  name: "disk.example.com",
});
const ingress = (spec: object, annotations = {}) =>
  manifest(kindOf("networking.k8s.io/v1", "Ingress"), { name: "web", annotations }, { spec });
const ingressClass = (name: string, annotations = {}) =>
  manifest(kindOf("networking.k8s.io/v1", "IngressClass", false), { name, annotations });
const gateway = manifest(
  kindOf("gateway.networking.k8s.io/v1", "Gateway"),
  { name: "web" },
  { spec: { gatewayClassName: "edge" } },
);
const gatewayClass = manifest(kindOf("gateway.networking.k8s.io/v1", "GatewayClass", false), {
  name: "edge",
});
const isDefault = (group: string) => ({ [`${group}.kubernetes.io/is-default-class`]: "true" });

/** A fleet of two layers, `apps` and `infra`, and why what is in apps goes first; undefined when nothing says so. */
const table: readonly (readonly [string, Fleet, string | undefined])[] = [
  ["nothing in common", { infra: [configMap("a", {})], apps: [configMap("b", {})] }, undefined],
  [
    "a namespace in which it has objects",
    { infra: [namespaceManifest("shop")], apps: inShop(configMap("b", {})) },
    "its namespace",
  ],
  [
    "a namespace in which it has none",
    { infra: [namespaceManifest("other")], apps: inShop(configMap("b", {})) },
    undefined,
  ],
  [
    "the definition of an object",
    { infra: [widgets], apps: inShop(widget) },
    "its custom resources",
  ],
  [
    "the server of an API group",
    {
      infra: [
        manifest(kindOf("apiregistration.k8s.io/v1", "APIService", false), {
          name: "v1.shop.example.com",
        }),
      ],
      apps: inShop(widget),
    },
    "its custom resources",
  ],
  [
    "a webhook, which is asked about everything",
    { infra: [webhook], apps: [configMap("b", {})] },
    "its webhooks",
  ],
  [
    "the storage class of a claim",
    {
      infra: [storageClass("fast")],
      apps: inShop(
        manifest(claim("data").resource, { name: "data" }, { spec: { storageClassName: "fast" } }),
      ),
    },
    "its storage class",
  ],
  [
    "the storage class of a claim that names none",
    {
      infra: [storageClass("fast", isDefault("storageclass"))],
      apps: inShop(claim("data")),
    },
    "its storage class",
  ],
  [
    "a storage class of nobody's claim",
    { infra: [storageClass("fast")], apps: inShop(claim("data")) },
    undefined,
  ],
  [
    "the class of an Ingress",
    { infra: [ingressClass("edge")], apps: inShop(ingress({ ingressClassName: "edge" })) },
    "its gateway or ingress class",
  ],
  [
    "the class of an Ingress by its annotation",
    {
      infra: [ingressClass("edge")],
      apps: inShop(ingress({}, { "kubernetes.io/ingress.class": "edge" })),
    },
    "its gateway or ingress class",
  ],
  [
    "the default class of Ingresses",
    {
      infra: [ingressClass("edge", isDefault("ingressclass"))],
      apps: inShop(ingress({})),
    },
    "its gateway or ingress class",
  ],
  [
    "another class of Ingresses",
    { infra: [ingressClass("edge")], apps: inShop(ingress({ ingressClassName: "other" })) },
    undefined,
  ],
  [
    "the class of a Gateway",
    { infra: [gatewayClass], apps: inShop(gateway) },
    "its gateway or ingress class",
  ],
];

describe("a layer goes after another that uses", () => {
  for (const [what, contents, because] of table) {
    it(`${what}: ${because ?? "no"}`, () => {
      const plan = planOf(layers(contents));
      const expected = because === undefined ? [] : [`${apps} (${because})`];
      assert.deepEqual(afterOf(plan, infra), expected);
    });
  }

  it("the driver of its storage class, in a third layer", () => {
    const fleet = layers({
      infra: [driver],
      apps: inShop(
        manifest(claim("data").resource, { name: "data" }, { spec: { storageClassName: "fast" } }),
      ),
    });
    const plan = planOf(fleet, { others: [storageClass("fast")] });
    assert.deepEqual(afterOf(plan, infra), [`${apps} (its storage class)`]);
  });
});

describe("two layers that use each other", () => {
  it("go one after the other all the same", () => {
    const { steps } = planOf(
      layers({
        infra: [namespaceManifest("shop"), ...within("data", [configMap("a", {})])],
        apps: [namespaceManifest("data"), ...inShop(configMap("b", {}))],
      }),
    );
    assert.deepEqual(
      steps.map(({ key, stage }) => [key, stage]),
      [
        [apps, 0],
        [infra, 1],
        [root, 2],
      ],
    );
  });
});

describe("what acts as an account", () => {
  const acting = layer("apps", { serviceAccountName: "deployer" });
  const given = account("flux-system", "deployer");
  const parts: readonly [string, number][] = [
    ["the account", 0],
    ["its role", 1],
    ["the binding", 2],
  ];
  for (const [what, index] of parts) {
    it(`goes before what applied ${what}`, () => {
      const own = given.filter((_, position) => position === index);
      const others = given.filter((_, position) => position !== index);
      const fleet = { cluster: [acting, layer("infra")], infra: own, apps: [configMap("b", {})] };
      const plan = planOf(fleet, { others });
      assert.deepEqual(afterOf(plan, infra), [`${apps} (its service account)`]);
    });
  }

  it("does not wait for an account of that name in another namespace", () => {
    const fleet = {
      cluster: [acting, layer("infra")],
      infra: account("shop", "deployer"),
      apps: [configMap("b", {})],
    };
    assert.deepEqual(afterOf(planOf(fleet), infra), []);
  });
});

describe("what applies to another cluster", () => {
  it("goes before what applied the way to it, and has nothing to wait for here", () => {
    const kubeConfig = { secretRef: { name: "other" } };
    const plan = planOf({
      cluster: [layer("apps", { kubeConfig }), layer("infra")],
      infra: within("flux-system", [secret("other", {})]),
      apps: [configMap("b", {})],
    });
    assert.deepEqual(afterOf(plan, infra), [`${apps} (its kubeconfig)`]);
    assert.deepEqual(stepOf(plan, apps).inventory, []);
  });
});
