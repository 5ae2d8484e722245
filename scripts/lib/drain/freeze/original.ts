import { fieldsOf, read, textOf } from "../../classify/field.ts";
import { ResourceSet } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";

/** The annotation in which a frozen object keeps what it had: `{"dependsOn": […] or null, "suspend": …}`. */
export const frozenAnnotation = "drain.flux-bootstrap.dev/frozen";

/** isFrozen tells whether a drain has stopped the object. */
export function isFrozen({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[frozenAnnotation] !== undefined;
}

/** originalDependsOn is `spec.dependsOn` as it was before a drain froze the object. */
export function originalDependsOn(object: KubernetesObject): unknown {
  const text = object.metadata.annotations?.[frozenAnnotation];
  return read(text === undefined ? object.spec : parsed(text), "dependsOn");
}

/** What is not JSON was not written by a drain: it says nothing about dependencies. */
function parsed(text: string): unknown {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** isSuspended tells whether its controller removes nothing when it is deleted as it is now. */
export function isSuspended(object: KubernetesObject): boolean {
  if (object.kind === ResourceSet.kind) {
    const { annotations = {} } = object.metadata;
    return annotations[reconcileAnnotation] === "disabled";
  }
  return read(object.spec, "suspend") === true;
}

/** flux-operator leaves alone what carries it with the value `disabled`. */
export const reconcileAnnotation = "fluxcd.controlplane.io/reconcile";

/** serviceAccountOf is the name of the ServiceAccount as which the object's controller acts; undefined for its own. */
export function serviceAccountOf({ spec }: KubernetesObject): string | undefined {
  const name = textOf(read(spec, "serviceAccountName"));
  return name === "" ? undefined : name;
}
