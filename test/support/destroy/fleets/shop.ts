import { ConfigMap, HelmRelease, Kustomization, Namespace } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import {
  chart,
  configMap,
  type Manifest,
  namespaceManifest,
  type Places,
  release,
} from "../../stuck/manifest.ts";
import { type Fleet, fluxNamespace, layer, within } from "../fleet.ts";
import { claim, loadBalancer, Service } from "../manifests.ts";

/** The finalizer of somebody else on `held`. */
export const finalizer = "example.com/hold";

const afterBase = { dependsOn: [{ name: "base" }] };
/** As long as its held part may hold up a drain. */
const extrasLayer = { ...afterBase, timeout: "6s" };
const afterWeb = { dependsOn: [{ name: "web" }] };

/**
 * A small shop: two releases that go after another, one of them held back, two namespaces, an address, and one object that
 * somebody else holds.
 */
export function shop(places: Places): Fleet {
  const held = configMap("held", {});
  return {
    cluster: [layer("base"), layer("apps", afterBase), layer("extras", extrasLayer)],
    base: [
      namespaceManifest("shop"),
      namespaceManifest("plain"),
      ...within("shop", [chart(places)]),
      ...within("plain", [loadBalancer("edge")]),
    ],
    apps: within("shop", [
      release("web"),
      release("paused", afterWeb),
      release("resumed", afterWeb),
    ]),
    extras: within("plain", [
      configMap("extra", { is: "extra" }),
      {
        ...held,
        object: { ...held.object, metadata: { name: "held", finalizers: [finalizer] } },
      },
    ]),
  };
}

/** The shop once a person has suspended two of its releases, which get new values, and one of its layers. */
export const suspended: Fleet = {
  cluster: [layer("extras", { ...extrasLayer, suspend: true })],
  apps: within("shop", [suspendedRelease("paused"), suspendedRelease("resumed")]),
};

function suspendedRelease(name: string): Manifest {
  return release(name, { ...afterWeb, suspend: true, values: { replicas: 2 } });
}

export const paused: Reference = { resource: HelmRelease, name: "paused", namespace: "shop" };
export const resumed: Reference = { resource: HelmRelease, name: "resumed", namespace: "shop" };
export const web: Reference = { resource: HelmRelease, name: "web", namespace: "shop" };
export const extras: Reference = {
  resource: Kustomization,
  name: "extras",
  namespace: fluxNamespace,
};
export const extra: Reference = { resource: ConfigMap, name: "extra", namespace: "plain" };
export const held: Reference = { resource: ConfigMap, name: "held", namespace: "plain" };
export const edge: Reference = { resource: Service, name: "edge", namespace: "plain" };
export const plain: Reference = { resource: Namespace, name: "plain" };

/** What a person made beside the shop, and in the middle of it. */
export const foreign: readonly Manifest[] = [
  namespaceManifest("elsewhere"),
  ...within("elsewhere", [loadBalancer("door"), claim("notes")]),
  ...within("shop", [loadBalancer("door"), claim("notes"), configMap("by-hand", {})]),
];

/** What has to keep its UID: all that is foreign, and the namespace of the fleet that holds it. */
export const kept: readonly Reference[] = [
  { resource: Namespace, name: "shop" },
  ...foreign.map(({ resource, object: { metadata } }) => ({
    resource,
    name: metadata.name,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
  })),
];
