import { ConfigMap, HelmRelease, Namespace, ResourceSet } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import { chart, configMap, manifest, type Places, release } from "../../stuck/manifest.ts";
import { type Fleet, fluxNamespace, layer, within } from "../fleet.ts";

const namespace = "<< inputs.name >>";

/** A ResourceSet that makes a namespace and a release for each of two names, and one that stands on it. */
export function sets(places: Places): Fleet {
  const resources = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    ...within(namespace, [chart(places), release("app")]).map(({ object }) => object),
  ];
  const notes = within("blue", [configMap("note", { of: "blue" })]).map(({ object }) => object);
  const { apiVersion, kind } = ResourceSet;
  const dependsOn = [{ apiVersion, kind, name: "rooms", namespace: fluxNamespace, ready: true }];
  const inputs = [{ name: "blue" }, { name: "green" }];
  return {
    cluster: [layer("rooms")],
    rooms: within(fluxNamespace, [
      manifest(ResourceSet, { name: "rooms" }, { spec: { inputs, resources, wait: true } }),
      manifest(ResourceSet, { name: "notes" }, { spec: { dependsOn, resources: notes } }),
    ]),
  };
}

export const madeBySets: readonly Reference[] = [
  { resource: Namespace, name: "blue" },
  { resource: Namespace, name: "green" },
  { resource: HelmRelease, name: "app", namespace: "blue" },
  { resource: HelmRelease, name: "app", namespace: "green" },
  { resource: ConfigMap, name: "note", namespace: "blue" },
];
