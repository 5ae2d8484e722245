import {
  FluxInstance,
  HelmRelease,
  ImageUpdateAutomation,
  Kustomization,
  type Resource,
  ResourceSet,
} from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import { frozenAnnotation, isSuspended, reconcileAnnotation } from "./original.ts";

/** Field manager of all that a drain writes. */
export const drainManager = "flux-bootstrap-drain";
/** Name of what no cluster has. */
const never = "flux-bootstrap-drain";

/** The kinds that a freeze writes to. */
export const frozenKinds: readonly Resource[] = [
  FluxInstance,
  Kustomization,
  HelmRelease,
  ResourceSet,
  ImageUpdateAutomation,
];

/** What a frozen object was before; `null` for a field that it did not have. */
export interface Original {
  readonly dependsOn: readonly unknown[] | null;
  readonly suspend: boolean | null;
  /** Value of the annotation that switches an object of flux-operator off. */
  readonly reconcile: string | null;
}

interface Spec {
  readonly dependsOn?: readonly unknown[];
  readonly suspend?: boolean;
}

/**
 * freezePatch keeps an object from applying anything, while its deletion still removes all that it applied: it depends on
 * what does not exist. A suspended one is resumed by the same patch, which is meant for right before its deletion. The
 * FluxInstance is switched off, image automation suspended.
 */
export function freezePatch(object: KubernetesObject, more: Readonly<Record<string, string>> = {}) {
  const annotations = { ...more, [frozenAnnotation]: JSON.stringify(originalOf(object)) };
  switch (object.kind) {
    case FluxInstance.kind:
      return { metadata: { annotations: { ...annotations, [reconcileAnnotation]: "disabled" } } };
    case ImageUpdateAutomation.kind:
      return { metadata: { annotations }, spec: { suspend: true } };
    case ResourceSet.kind:
      return {
        metadata: { annotations: { ...annotations, [reconcileAnnotation]: null } },
        spec: { dependsOn: neverReady(object) },
      };
    default:
      return {
        metadata: { annotations },
        spec: { dependsOn: neverReady(object), ...(isSuspended(object) && { suspend: false }) },
      };
  }
}

/** suspendPatch makes the deletion of an object remove nothing of what it applied. */
export function suspendPatch({ kind }: KubernetesObject): object {
  if (kind !== ResourceSet.kind) return { spec: { suspend: true } };
  return { metadata: { annotations: { [reconcileAnnotation]: "disabled" } } };
}

/** thawPatch puts back what the freeze replaced, and nothing that somebody changed since; undefined for what is not frozen. */
export function thawPatch(object: KubernetesObject): object | undefined {
  const original = recordedOriginal(object);
  if (original === undefined) return undefined;
  const { dependsOn, suspend, reconcile } = original;
  const annotations = { [frozenAnnotation]: null };
  switch (object.kind) {
    case FluxInstance.kind:
      return { metadata: { annotations: { ...annotations, [reconcileAnnotation]: reconcile } } };
    case ImageUpdateAutomation.kind:
      return { metadata: { annotations }, spec: { suspend } };
    case ResourceSet.kind:
      return {
        metadata: { annotations: { ...annotations, [reconcileAnnotation]: reconcile } },
        spec: waitsForNothing(object) ? { dependsOn } : {},
      };
    default:
      return {
        metadata: { annotations },
        spec: {
          ...(waitsForNothing(object) && { dependsOn }),
          ...(suspend === true && { suspend }),
        },
      };
  }
}

/** waitsForNothing tells whether the object depends on what does not exist, whatever its annotations say. */
export function waitsForNothing(object: KubernetesObject): boolean {
  const { dependsOn = [] } = (object.spec ?? {}) as Spec;
  return JSON.stringify(dependsOn) === JSON.stringify(neverReady(object));
}

/** What it was before the first of several freezes. */
function originalOf(object: KubernetesObject): Original {
  const recorded = recordedOriginal(object);
  if (recorded !== undefined) return recorded;
  const { dependsOn = null, suspend = null } = (object.spec ?? {}) as Spec;
  const reconcile = object.metadata.annotations?.[reconcileAnnotation] ?? null;
  return { dependsOn, suspend, reconcile };
}

function recordedOriginal({ metadata }: KubernetesObject): Original | undefined {
  const text = metadata.annotations?.[frozenAnnotation];
  if (text === undefined) return undefined;
  try {
    const {
      dependsOn = null,
      suspend = null,
      reconcile = null,
    } = JSON.parse(text) as Partial<Original>;
    return { dependsOn, suspend, reconcile };
  } catch {
    return { dependsOn: null, suspend: null, reconcile: null };
  }
}

function neverReady({ kind, metadata }: KubernetesObject): readonly object[] {
  if (kind !== ResourceSet.kind) return [{ name: never }];
  const { namespace } = metadata;
  return [{ apiVersion: "v1", kind: "ConfigMap", name: `${never}-never`, namespace }];
}
