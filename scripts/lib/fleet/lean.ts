import type { KubernetesObject } from "../object.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * lean drops from the object itself what no diagnosis reads and what is half of its size: the managed fields and what
 * kubectl applied last. Returns the object.
 */
export function lean<O extends KubernetesObject>(object: O): O {
  const { metadata } = object;
  Reflect.deleteProperty(metadata, "managedFields");
  const { annotations } = metadata;
  if (annotations?.[lastApplied] !== undefined) Reflect.deleteProperty(annotations, lastApplied);
  return object;
}
