import { type Fleet, fluxNamespace, layer, within } from "./destroy/fleet.ts";
import { account, claim, loadBalancer, statefulSet } from "./destroy/manifests.ts";
import type { RandomFleet, RandomLayer } from "./random-fleet.ts";
import { HelmRelease, Kustomization, ResourceSet } from "../../scripts/lib/kinds.ts";
import type { Reference } from "../../scripts/lib/object.ts";
import {
  chart,
  configMap,
  type Manifest,
  manifest,
  namespaceManifest,
  type Places,
  release,
} from "./stuck/manifest.ts";

const prefix = "random";
const deployer = "deployer";

export function namespaceOf(index: number): string {
  return `${prefix}-${index}`;
}

/** Where the Kustomization of a layer lives. */
export function layerReference({ layers }: RandomFleet, index: number): Reference {
  const namespace = layers[index]?.tenant === true ? namespaceOf(index) : fluxNamespace;
  return { resource: Kustomization, name: namespaceOf(index), namespace };
}

export function releaseReference(layerIndex: number, index: number): Reference {
  return { resource: HelmRelease, name: `app-${index}`, namespace: namespaceOf(layerIndex) };
}

export function setReference(index: number): Reference {
  return { resource: ResourceSet, name: "set", namespace: namespaceOf(index) };
}

/** manifestsOf is the fleet as it stands in Git, before anybody does anything to it. */
export function manifestsOf(fleet: RandomFleet, places: Places): Fleet {
  const directories: Record<string, Manifest[]> = { cluster: [] };
  for (const index of fleet.layers.keys()) directories[namespaceOf(index)] = [];
  for (const [index, one] of fleet.layers.entries()) {
    const above = one.parent === undefined ? "cluster" : namespaceOf(one.parent);
    const own = within(namespaceOf(index), contentOf(index, one, places));
    const namespace = namespaceManifest(namespaceOf(index));
    // What a tenant lives in and acts as comes from above.
    const given = one.tenant ? [namespace, ...account(namespaceOf(index), deployer)] : [];
    directories[above]?.push(layerManifest(fleet, index), ...given);
    directories[namespaceOf(index)]?.push(...(one.tenant ? own : [namespace, ...own]));
  }
  return directories;
}

function layerManifest(fleet: RandomFleet, index: number): Manifest {
  const { after = [], tenant = false } = fleet.layers[index] ?? {};
  const dependsOn = after.map((one) => nameIn(layerReference(fleet, one)));
  const { resource, object } = layer(namespaceOf(index), {
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(tenant && {
      serviceAccountName: deployer,
      sourceRef: { kind: "GitRepository", name: fluxNamespace, namespace: fluxNamespace },
    }),
  });
  const { namespace = "" } = layerReference(fleet, index);
  return { resource, object: { ...object, metadata: { ...object.metadata, namespace } } };
}

function nameIn({ name, namespace = "" }: Reference) {
  return { name, namespace };
}

function contentOf(index: number, one: RandomLayer, places: Places): Manifest[] {
  const acting = one.tenant ? { serviceAccountName: deployer } : {};
  const releases = one.releases.map(({ after }, position) => {
    const dependsOn = after.map((each) => ({ name: releaseReference(index, each).name }));
    return release(`app-${position}`, {
      ...acting,
      ...(dependsOn.length > 0 && { dependsOn }),
    });
  });
  const marked = { annotations: { "kustomize.toolkit.fluxcd.io/prune": "disabled" } };
  const kept = configMap("kept", { is: "kept" });
  return [
    ...(releases.length > 0 || one.set !== undefined ? [chart(places)] : []),
    ...releases,
    ...setOf(index, one),
    ...(one.address ? [loadBalancer("door")] : []),
    ...(one.volume ? [statefulSet("store")] : []),
    ...(one.keeps
      ? [{ ...kept, object: { ...kept.object, metadata: { ...kept.object.metadata, ...marked } } }]
      : []),
    configMap("settings", { of: namespaceOf(index) }),
  ];
}

function setOf(index: number, { set, releases }: RandomLayer): Manifest[] {
  if (set === undefined) return [];
  const { apiVersion, kind } = HelmRelease;
  const [first] = releases;
  const dependsOn = [{ apiVersion, kind, ...nameIn(releaseReference(index, 0)), ready: true }];
  const resources = within(namespaceOf(index), [release("of-set"), configMap("of-set", {})]);
  return [
    manifest(
      ResourceSet,
      { name: "set" },
      {
        spec: {
          ...(set.after && first !== undefined && { dependsOn }),
          resources: resources.map(({ object }) => object),
        },
      },
    ),
  ];
}

/** What a person changes once the fleet is up. */
export interface Disturbance {
  readonly reference: Reference;
  /** A merge patch. */
  readonly patch: object;
}

/** disturbancesOf suspends what is to be suspended, and closes the circles. */
export function disturbancesOf(fleet: RandomFleet): Disturbance[] {
  const suspend = { spec: { suspend: true } };
  const disabled = {
    metadata: { annotations: { "fluxcd.controlplane.io/reconcile": "disabled" } },
  };
  const circles = fleet.cycles.map(([later, earlier]) => {
    const after = [...(fleet.layers[earlier]?.after ?? []), later];
    const dependsOn = after.map((one) => nameIn(layerReference(fleet, one)));
    return { reference: layerReference(fleet, earlier), patch: { spec: { dependsOn } } };
  });
  const suspended = fleet.layers.flatMap((one, index) => [
    ...(one.mood === "suspended"
      ? [{ reference: layerReference(fleet, index), patch: suspend }]
      : []),
    ...one.releases.flatMap((each, position) =>
      each.mood === "suspended"
        ? [{ reference: releaseReference(index, position), patch: suspend }]
        : [],
    ),
    ...(one.set?.mood === "suspended" ? [{ reference: setReference(index), patch: disabled }] : []),
  ]);
  return [...circles, ...suspended];
}

/** foreignOf is what persons made in the namespaces of the fleet. */
export function foreignOf({ layers }: RandomFleet): Manifest[] {
  const made = {
    ConfigMap: () => configMap("by-hand", {}),
    Service: () => loadBalancer("by-hand"),
    PersistentVolumeClaim: () => claim("by-hand"),
  };
  return layers.flatMap(({ foreign }, index) =>
    foreign === "nothing" ? [] : within(namespaceOf(index), [made[foreign]()]),
  );
}
