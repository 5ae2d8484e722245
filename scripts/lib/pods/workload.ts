import type { KubernetesObject, OwnerReference } from "../object.ts";
import { keyFrom } from "../tree/owner.ts";
import type { Workload } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Link is one object on the way from a pod to what made it first; `object` is missing when it was not read. */
export interface Link {
  readonly kind: string;
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubernetesObject | undefined;
}

/** The kinds whose business is pods. What owns one of these, such as an operator's own kind, is no workload. */
const podMakers = ["ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"];
const mostLinks = 10;

/** ownersOf is the object and its controllers, the object first. */
export function ownersOf(object: KubernetesObject, surroundings: Surroundings): Link[] {
  const links = [linkOf(object)];
  for (let link = links[0]; link !== undefined && links.length < mostLinks;) {
    link = controllerOf(link, links[0]?.object, surroundings);
    if (link !== undefined) links.push(link);
  }
  return links;
}

/** workloadOf is the top-most pod maker among the owners, or the nearest owner when none is one. */
export function workloadOf(owners: readonly Link[]): Workload {
  const [self, nearest] = owners;
  const maker = owners.findLast(({ kind }) => podMakers.includes(kind));
  const { kind, namespace, name } = maker ?? nearest ?? self ?? nobody;
  return { key: keyFrom(kind, namespace, name), kind, name };
}

const nobody = { kind: "", namespace: "", name: "" };

function linkOf(object: KubernetesObject): Link {
  const { kind, apiVersion, metadata } = object;
  const { namespace = "", name } = metadata;
  return { kind, group: groupOf(apiVersion), namespace, name, object };
}

function controllerOf(
  { object, kind, namespace, name }: Link,
  pod: KubernetesObject | undefined,
  surroundings: Surroundings,
): Link | undefined {
  if (object === undefined)
    return kind === "ReplicaSet" ? deploymentOf(name, namespace, pod) : undefined;
  const owner = controllerReference(object);
  if (owner === undefined) return undefined;
  const known =
    surroundings.withUid(owner.uid) ?? surroundings.find(owner.kind, namespace, owner.name);
  const group = groupOf(owner.apiVersion);
  return { kind: owner.kind, group, namespace, name: owner.name, object: known };
}

/** Of a ReplicaSet that was not read: the Deployment controller adds the pods' template hash to its own name. */
function deploymentOf(
  replicaSet: string,
  namespace: string,
  pod: KubernetesObject | undefined,
): Link | undefined {
  const hash = pod?.metadata.labels?.["pod-template-hash"];
  if (hash === undefined || !replicaSet.endsWith(`-${hash}`)) return undefined;
  const name = replicaSet.slice(0, -hash.length - 1);
  return { kind: "Deployment", group: "apps", namespace, name, object: undefined };
}

/** An object may have many owners and one controller. */
function controllerReference({ metadata }: KubernetesObject): OwnerReference | undefined {
  const references: readonly (OwnerReference & { readonly controller?: boolean })[] =
    metadata.ownerReferences ?? [];
  return references.find(({ controller }) => controller === true) ?? references[0];
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}
