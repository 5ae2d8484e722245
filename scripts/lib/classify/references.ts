import type { KubernetesObject } from "../object.ts";
import { type Key, keyFrom } from "../tree/owner.ts";
import { fieldsOf, listOf, read, textOf } from "./field.ts";

/** referenceKey is the key that a reference names, whose namespace is by default that of the object it stands in. */
export function referenceKey(
  reference: unknown,
  from: KubernetesObject,
  defaultKind = "",
): Key | undefined {
  const { kind, name, namespace } = fieldsOf(reference);
  const named = textOf(kind) === "" ? defaultKind : textOf(kind);
  if (named === "" || textOf(name) === "") return undefined;
  const at = textOf(namespace) === "" ? from.metadata.namespace : textOf(namespace);
  return keyFrom(named, at, textOf(name));
}

/** dependenciesOf are the keys of `spec.dependsOn`. */
export function dependenciesOf(object: KubernetesObject): Key[] {
  return listOf(read(object.spec, "dependsOn")).flatMap(
    (reference) => referenceKey(reference, object, object.kind) ?? [],
  );
}

/** sourceOf is what the object takes its content from: of a HelmRelease with a chart template its HelmChart. */
export function sourceOf(object: KubernetesObject): Key | undefined {
  const { sourceRef, chartRef } = fieldsOf(object.spec);
  if (object.kind !== "HelmRelease") return referenceKey(sourceRef, object);
  if (chartRef !== undefined) return referenceKey(chartRef, object);
  return chartOf(object);
}

/** repositoryOf is the repository that a HelmRelease's chart template names. */
export function repositoryOf(object: KubernetesObject): Key | undefined {
  return referenceKey(read(object.spec, "chart", "spec", "sourceRef"), object);
}

/** The HelmChart that helm-controller makes of a template: as the status says, else as it would be named. */
function chartOf(object: KubernetesObject): Key | undefined {
  const [namespace, name] = textOf(read(object.status, "helmChart")).split("/");
  if (name !== undefined && name !== "") return keyFrom("HelmChart", namespace, name);
  const template = read(object.spec, "chart", "spec");
  if (template === undefined) return undefined;
  const own = object.metadata.namespace ?? "";
  const at = textOf(read(template, "sourceRef", "namespace"));
  return keyFrom("HelmChart", at === "" ? own : at, `${own}-${object.metadata.name}`);
}
