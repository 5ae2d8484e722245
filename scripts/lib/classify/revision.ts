import type { KubernetesObject } from "../object.ts";
import { sourceOf } from "./references.ts";
import { read, textOf } from "./field.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { Evidence } from "./verdict.ts";

/** revisionEvidence shows that a Kustomization applied another revision than its source serves; empty when it did not. */
export function revisionEvidence(object: KubernetesObject, index: ObjectIndex): Evidence[] {
  const key = sourceOf(object);
  const source = key === undefined ? undefined : index.get(key);
  const served = textOf(read(source?.status, "artifact", "revision"));
  const applied = textOf(read(object.status, "lastAppliedRevision"));
  if (served === "" || applied === "" || served === applied) return [];
  return [
    { field: "status.lastAppliedRevision", value: applied },
    { field: `${key ?? ""} status.artifact.revision`, value: served },
  ];
}
