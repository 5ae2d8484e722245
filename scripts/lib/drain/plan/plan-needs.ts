import { findResource } from "../../discovery.ts";
import {
  ConfigMap,
  FluxInstance,
  HelmRelease,
  ImageUpdateAutomation,
  Kustomization,
  Lease,
  PersistentVolume,
  PersistentVolumeClaim,
  type Resource,
  ResourceSet,
  sourceKinds,
} from "../../kinds.ts";
import { describeNeed, type Need } from "../../repair/rights.ts";
import type { DrainPlan, DrainStep } from "./drain-plan.ts";

type Verb = Need["verb"];

/** The kinds that a drain stops or deletes, by name. */
const writtenKinds: ReadonlyMap<string, Resource> = new Map(
  [FluxInstance, Kustomization, HelmRelease, ResourceSet, ImageUpdateAutomation].map((resource) => [
    resource.kind,
    resource,
  ]),
);

interface Surroundings {
  /** Namespace of Flux. */
  readonly fluxNamespace: string;
  /** What the cluster serves. */
  readonly served: readonly Resource[];
}

/** needsOfPlan are the writes that the plan takes, each once: what the user of a drain has to be allowed beyond reading. */
export function needsOfPlan(plan: DrainPlan, { fluxNamespace, served }: Surroundings): Need[] {
  const needs = [
    ...ownNeeds(fluxNamespace),
    ...plan.stopped.flatMap((key) => stopNeeds(key)),
    ...plan.steps.flatMap((step) => stepNeeds(step)),
    ...plan.kept.flatMap(({ protect }) => {
      const resource = protect && findResource(served, protect.entry);
      return resource ? needsFor(resource, protect.entry.namespace, "patch") : [];
    }),
  ];
  return [...new Map(needs.map((need) => [describeNeed(need), need])).values()];
}

/** The canaries, the record, the lease, and the end of the sync. */
function ownNeeds(namespace: string): Need[] {
  const canaries = [Kustomization, HelmRelease];
  return [
    ...canaries.flatMap((kind) => needsFor(kind, namespace, "create", "patch", "delete")),
    ...needsFor(ConfigMap, namespace, "create", "patch", "delete"),
    ...needsFor(Lease, namespace, "create", "patch", "delete"),
    ...needsFor(FluxInstance, namespace, "patch"),
  ];
}

function stopNeeds(key: string): Need[] {
  const [kind = "", namespace] = key.split("/");
  const resource = writtenKinds.get(kind);
  return resource === undefined ? [] : needsFor(resource, namespace, "patch");
}

function stepNeeds({ kind, namespace, volumes, deletedSuspended }: DrainStep): Need[] {
  const resource = writtenKinds.get(kind);
  const own = resource === undefined ? [] : needsFor(resource, namespace, "patch", "delete");
  // The sources of what goes alone are left to the drain, wherever they are.
  const sources = deletedSuspended
    ? sourceKinds.flatMap((source) => needsFor(source, undefined, "delete"))
    : [];
  const claims = volumes
    .filter(({ ofStatefulSet, fate }) => ofStatefulSet && fate === "deleted")
    .flatMap((claim) => needsFor(PersistentVolumeClaim, claim.namespace, "delete"));
  const kept = volumes.some(
    ({ fate, volume, reclaimPolicy }) =>
      fate === "kept" && volume !== undefined && reclaimPolicy !== "Retain",
  );
  return [
    ...own,
    ...sources,
    ...claims,
    ...(kept ? needsFor(PersistentVolume, undefined, "patch") : []),
  ];
}

function needsFor(resource: Resource, namespace: string | undefined, ...verbs: Verb[]): Need[] {
  return verbs.map((verb) => ({ verb, resource, namespace: namespace ?? "" }));
}
