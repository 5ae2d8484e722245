import { read, textOf } from "../../classify/field.ts";
import { parseDuration } from "../../duration.ts";
import { HelmRelease, ResourceSet } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import type { Key } from "../../tree/owner.ts";
import type { Budgets, DrainStep } from "./drain-plan.ts";

/** Seconds that a controller takes to finalize an object, without waiting for what it removed. */
const finalizeSeconds: Readonly<Record<string, number>> = {
  Kustomization: 1,
  HelmRelease: 2,
  ResourceSet: 1,
};

/** Seconds until an object of an inventory is gone; those of the others do not count. They go at the same time. */
const removalSeconds: Readonly<Record<string, number>> = {
  Namespace: 6,
  StatefulSet: 2,
  Deployment: 1,
  DaemonSet: 1,
  Job: 1,
  PersistentVolumeClaim: 1,
  CustomResourceDefinition: 2,
};

/** Seconds before the first deletion and after the last: the probe, the freeze, the check that nothing is left. */
export const aroundSeconds = 6;

/** What a cloud's controllers take. An embedded cluster has nothing to wait for but its own processes. */
const cloud: Budgets = {
  address: { budgetSeconds: 600, estimateSeconds: 60 },
  volume: { budgetSeconds: 600, estimateSeconds: 30 },
};
const budgetsByKind: Readonly<Record<string, Budgets>> = {
  embedded: {
    address: { budgetSeconds: 120, estimateSeconds: 1 },
    volume: { budgetSeconds: 120, estimateSeconds: 1 },
  },
};

/** budgetsOf are the budgets of a cluster of that kind, such as `embedded`; those of a cloud for any other. */
export function budgetsOf(clusterKind: string | undefined): Budgets {
  return budgetsByKind[clusterKind ?? ""] ?? cloud;
}

type Removal = Pick<DrainStep, "inventory" | "addresses" | "volumes">;

/** estimateOf is how many seconds the removal of a node usually takes. */
export function estimateOf(
  { kind }: KubernetesObject,
  removal: Removal,
  { address, volume }: Budgets,
): number {
  const objects = removal.inventory.map((entry) => removalSeconds[entry.kind] ?? 0);
  const waits = released(removal);
  return (
    (finalizeSeconds[kind] ?? 1) +
    Math.max(0, ...objects) +
    (waits.address ? address.estimateSeconds : 0) +
    (waits.volume ? volume.estimateSeconds : 0)
  );
}

/** budgetOf is how many seconds it may take at most: what its controller is given, and the releases one after the other. */
export function budgetOf(
  object: KubernetesObject,
  removal: Removal,
  { address, volume }: Budgets,
): number {
  const waits = released(removal);
  return (
    timeoutOf(object) +
    (waits.address ? address.budgetSeconds : 0) +
    (waits.volume ? volume.budgetSeconds : 0)
  );
}

function released({ addresses, volumes }: Removal) {
  return {
    address: addresses.length > 0,
    volume: volumes.some(({ fate }) => fate === "deleted"),
  };
}

/** Of flux-operator, kustomize-controller and helm-controller alike. */
const defaultTimeoutSeconds = 300;

function timeoutOf({ kind, metadata, spec }: KubernetesObject): number {
  const fields = {
    [HelmRelease.kind]: read(spec, "uninstall", "timeout") ?? read(spec, "timeout"),
    [ResourceSet.kind]: metadata.annotations?.["fluxcd.controlplane.io/reconcileTimeout"],
  };
  const text = textOf(kind in fields ? fields[kind] : read(spec, "timeout"));
  const milliseconds = parseDuration(text);
  return milliseconds === undefined ? defaultTimeoutSeconds : Math.ceil(milliseconds / 1000);
}

/** slowestChain is the sum of the estimates along the steps that take longest after each other; `steps` by stage. */
export function slowestChain(steps: readonly DrainStep[]): number {
  const ends = new Map<Key, number>();
  for (const { key, after, estimateSeconds } of steps) {
    const begin = Math.max(0, ...after.map((one) => ends.get(one.key) ?? 0));
    ends.set(key, begin + estimateSeconds);
  }
  return Math.max(0, ...ends.values());
}
