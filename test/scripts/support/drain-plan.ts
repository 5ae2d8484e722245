import type {
  DrainPlan,
  DrainScene,
  DrainStep,
} from "../../../scripts/lib/drain/plan/drain-plan.ts";
import { budgetsOf } from "../../../scripts/lib/drain/plan/estimate.ts";
import { planDrain } from "../../../scripts/lib/drain/plan/plan.ts";
import type { Resource } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import { type Key, keyOf } from "../../../scripts/lib/tree/owner.ts";
import { mergePatch } from "../../support/api-server-protocol.ts";
import { appliedScene, type Surroundings } from "../../support/applied-scene.ts";
import { type Fleet, layer, within } from "../../support/destroy/fleet.ts";
import { type Manifest, manifest } from "../../support/stuck/manifest.ts";

export const root = "Kustomization/flux-system/flux-system";

export interface PlanAround extends Surroundings {
  /** Merge patches of what is there, by key. */
  readonly patches?: Readonly<Record<Key, object>>;
  /** @default "delete" */
  readonly volumes?: "delete" | "keep";
  /** @default false */
  readonly fluxStays?: boolean;
  /** The resource group in Azure that goes with the cluster. */
  readonly clusterGroup?: string;
}

/** The plan for a fleet that is applied, and then patched. */
export function planOf(fleet: Fleet, around: PlanAround = {}): DrainPlan {
  return planScene(patchedScene(fleet, around), around);
}

export function planScene(
  scene: DrainScene,
  { volumes = "delete", fluxStays = false, clusterGroup }: PlanAround = {},
): DrainPlan {
  const budgets = budgetsOf("embedded");
  return planDrain(scene, { volumes, budgets, fluxStays, clusterGroup });
}

export function patchedScene(fleet: Fleet, around: PlanAround): DrainScene {
  const { patches = {} } = around;
  const scene = appliedScene(fleet, around);
  const patched = (object: KubernetesObject) => {
    const patch = patches[keyOf(object)];
    return patch === undefined ? object : (mergePatch(object, patch) as KubernetesObject);
  };
  return { ...scene, flux: scene.flux.map(patched), objects: scene.objects.map(patched) };
}

/** Layers beside each other, by their names and contents. */
export function layers(contents: Fleet): Fleet {
  return { cluster: Object.keys(contents).map((name) => layer(name)), ...contents };
}

export function stepOf({ steps }: DrainPlan, key: Key): DrainStep {
  const step = steps.find((one) => one.key === key);
  if (step === undefined) throw new Error(`there must be a step ${key}`);
  return step;
}

/** What goes before the step, as `key (because)`. */
export function afterOf(plan: DrainPlan, key: Key): string[] {
  return stepOf(plan, key)
    .after.map((one) => `${one.key} (${one.because})`)
    .toSorted();
}

/** The keys of what goes with a step. */
export function goingWith(plan: DrainPlan, key: Key): string[] {
  return stepOf(plan, key).inventory.map(
    ({ kind, namespace = "", name }) => `${kind}/${namespace}/${name}`,
  );
}

/** A kind of some API group. */
export function kindOf(apiVersion: string, kind: string, namespaced = true): Resource {
  return { apiVersion, kind, plural: `${kind.toLowerCase()}s`, namespaced };
}

/** What is applied to the namespace shop. */
export function inShop(...manifests: readonly Manifest[]): Manifest[] {
  return within("shop", manifests);
}

/** A specification that depends on objects of its own kind and namespace. */
export function after(...names: readonly string[]) {
  return { dependsOn: names.map((name) => ({ name })) };
}

const definitionKind = kindOf("apiextensions.k8s.io/v1", "CustomResourceDefinition", false);

export function definition(name: string, annotations: object = {}): Manifest {
  return manifest(definitionKind, { name, annotations: { ...annotations } });
}

export const webhook: Manifest = manifest(
  kindOf("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", false),
  { name: "guard" },
);

/** Why what stays stays, by key. */
export function keptOf({ kept }: DrainPlan): Readonly<Record<Key, string>> {
  return Object.fromEntries(kept.map(({ key, reason }) => [key, reason]));
}
