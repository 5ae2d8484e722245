import type {
  Address,
  DrainPlan,
  DrainStep,
  Volume,
} from "../../../scripts/lib/drain/plan/drain-plan.ts";
import { findResource } from "../../../scripts/lib/discovery.ts";
import { PersistentVolumeClaim, type Resource } from "../../../scripts/lib/kinds.ts";
import type { InventoryEntry } from "../../../scripts/lib/tree/inventory.ts";
import { type Key, keyFrom } from "../../../scripts/lib/tree/owner.ts";
import type { Named, Trail } from "./trail.ts";

/** What was drained: the plan that was made before, the kinds that were served then, and the audit log since. */
export interface Drained {
  readonly plan: DrainPlan;
  readonly resources: readonly Resource[];
  readonly trail: Trail;
}

const fluxKinds = [
  ["kustomize.toolkit.fluxcd.io", "kustomizations", "Kustomization"],
  ["helm.toolkit.fluxcd.io", "helmreleases", "HelmRelease"],
  ["fluxcd.controlplane.io", "resourcesets", "ResourceSet"],
] as const;

const groupOf = ({ apiVersion }: { readonly apiVersion: string }) =>
  apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";

function named(resource: Resource, namespace: string | undefined, name: string): Named {
  return { group: groupOf(resource), resource: resource.plural, namespace: namespace ?? "", name };
}

function stepAt({ kind, namespace, name }: DrainStep): Named {
  const [group, resource] = fluxKinds.find(([, , own]) => own === kind) ?? ["", kind];
  return { group, resource, namespace, name };
}

/** What has to be gone before a step is done, as the audit log names it. */
function partsOf({ resources }: Drained, step: DrainStep): Named[] {
  const served = (entry: Pick<InventoryEntry, "group" | "kind">, at: Place) => {
    const resource = findResource(resources, entry);
    return resource === undefined ? [] : [named(resource, at.namespace, at.name)];
  };
  return [
    stepAt(step),
    ...step.inventory.flatMap((entry) => served(entry, entry)),
    ...step.addresses.flatMap((one: Address) =>
      served({ group: groupOf(one), kind: one.kind }, one),
    ),
    ...step.volumes
      .filter(({ fate }) => fate === "deleted")
      .map((one: Volume) => named(PersistentVolumeClaim, one.namespace, one.name)),
  ];
}

interface Place {
  readonly namespace: string | undefined;
  readonly name: string;
}

const say = ({ resource, namespace, name }: Named) => `${resource} ${namespace}/${name}`;

/**
 * differences tells where what happened is not what the plan said: a step that never went, one that was asked to go before
 * all that it goes after was gone with its inventory, addresses and volumes, something that was to stay, something that
 * the plan does not name, and what was made again. Empty when all went by the plan.
 */
export function differences(drained: Drained): string[] {
  const { plan, trail } = drained;
  return [
    ...plan.steps.flatMap((step) => ofStep(drained, step)),
    ...unplanned(plan, trail),
    ...plan.kept.filter(({ key }) => stays(plan, key) && went(drained, key)).map(wasToStay),
    ...fluxKinds.flatMap(([group, resource]) =>
      trail.recreated(group, resource).map((at) => `${say(at)} was made again`),
    ),
  ];
}

function ofStep(drained: Drained, step: DrainStep): string[] {
  const asked = drained.trail.asked(stepAt(step));
  if (asked === undefined) return [`${step.key} was never deleted`];
  return step.after.flatMap(({ key, because }) => {
    const earlier = drained.plan.steps.find((candidate) => candidate.key === key);
    if (earlier === undefined) return [`${step.key} goes after ${key}, which is no step`];
    return partsOf(drained, earlier)
      .filter((part) => (drained.trail.ended(part) ?? 0) > asked)
      .map((part) => `${step.key} went before ${say(part)} of ${key} (${because})`);
  });
}

function unplanned({ steps }: DrainPlan, trail: Trail): string[] {
  const planned = new Set(steps.map(({ key }) => key));
  return fluxKinds.flatMap(([group, resource, kind]) =>
    trail
      .deleted(group, resource)
      .filter(({ namespace, name }) => !planned.has(keyFrom(kind, namespace, name)))
      .map((at) => `${say(at)} was deleted, and no step of the plan`),
  );
}

const wasToStay = ({ key }: { readonly key: Key }) => `${key} was to stay`;

/** Of a step that is said to be kept it is the workload that stays. */
function stays({ steps }: DrainPlan, key: Key): boolean {
  return steps.every((step) => step.key !== key);
}

/** Whether that very key was asked to go; a key names no group, so any of that kind counts. */
function went({ resources, trail }: Drained, key: Key): boolean {
  const [kind = "", namespace = "", name = ""] = key.split("/");
  return resources
    .filter((resource) => resource.kind === kind)
    .some((resource) => trail.asked(named(resource, namespace, name)) !== undefined);
}

/** The same plan the other way round: each step goes after what it went before. */
export function reversed(plan: DrainPlan): DrainPlan {
  const steps = plan.steps.map((step) => ({
    ...step,
    after: plan.steps
      .filter(({ after }) => after.some(({ key }) => key === step.key))
      .map(({ key }) => ({ key, because: "dependsOn" as const })),
  }));
  return { ...plan, steps: steps.reverse() };
}
