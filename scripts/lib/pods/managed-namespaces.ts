import type { Snapshot } from "../classify/snapshot.ts";
import { parseId } from "../tree/inventory.ts";
import { ownerOf } from "../tree/owner.ts";
import { fieldsOf, itemsOf, textOf } from "./json.ts";
import type { KubernetesObject } from "../object.ts";

const workloads: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet"];

/** Kubernetes' own: a pod there is touched only when a person names the namespace. */
const ofKubernetes: readonly string[] = ["kube-system", "kube-public", "kube-node-lease"];

/** managedNamespaces are the namespaces with workloads that Flux applied, without its own and those of Kubernetes. */
export function managedNamespaces({ objects, fluxNamespace }: Snapshot): string[] {
  const found = new Set(objects.flatMap((object) => [...labelled(object), ...applied(object)]));
  for (const namespace of [fluxNamespace, ...ofKubernetes, ""]) found.delete(namespace);
  return [...found].sort();
}

function labelled(object: KubernetesObject): string[] {
  if (!workloads.includes(object.kind) || ownerOf(object) === undefined) return [];
  return [object.metadata.namespace ?? ""];
}

function applied({ status }: KubernetesObject): string[] {
  const { entries } = fieldsOf(fieldsOf(status)["inventory"]);
  return itemsOf(entries).flatMap(({ id }) => {
    const entry = parseId(textOf(id));
    return entry !== undefined && workloads.includes(entry.kind) ? [entry.namespace ?? ""] : [];
  });
}
