import type { Cluster } from "../../../scripts/lib/cluster.ts";
import { discover } from "../../../scripts/lib/discovery.ts";
import type { Resource } from "../../../scripts/lib/kinds.ts";
import { displayName, type KubernetesObject } from "../../../scripts/lib/object.ts";

/** Kinds whose objects come and go by themselves. */
const passing = ["Event", "Lease", "IPAddress", "EndpointSlice", "Endpoints"];

/** Namespaces that every cluster has. */
export const ownNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Kinds of which a cluster without anything in it has objects, and what those are called. */
const own: Readonly<Record<string, RegExp>> = {
  Namespace: new RegExp(`^(${ownNamespaces.join("|")})$`),
  Node: /^/,
  ClusterRole: /^(system:.*|admin|edit|view|cluster-admin|embedded-.*|kwok-.*)$/,
  ClusterRoleBinding: /^(system:.*|cluster-admin|embedded-.*|kwok-.*)$/,
  CustomResourceDefinition: /\.kwok\.x-k8s\.io$/,
  FlowSchema: /^/,
  PriorityLevelConfiguration: /^/,
  PriorityClass: /^system-/,
  ServiceCIDR: /^kubernetes$/,
  StorageClass: /^standard$/,
  ConfigMap: /^kube-root-ca\.crt$/,
  ServiceAccount: /^default$/,
  Service: /^kubernetes$/,
};

/** What Kubernetes itself keeps in the namespaces that every cluster has, and what the embedded cluster puts there. */
function isOwn({ kind, metadata: { name, namespace }, spec }: KubernetesObject): boolean {
  if (namespace?.startsWith("kube-") === true) return true;
  // One without a service follows a definition.
  if (kind === "APIService") return (spec as { readonly service?: object }).service === undefined;
  return own[kind]?.test(name) === true && (namespace === undefined || namespace === "default");
}

/** Everything in the cluster that a new one does not have, by display name, sorted. Helm keeps definitions on purpose. */
export async function census(cluster: Cluster): Promise<string[]> {
  const objects = await everything(cluster);
  return objects
    .filter((object) => !isOwn(object))
    .map((object) => displayName(object))
    .sort();
}

async function everything(cluster: Cluster): Promise<KubernetesObject[]> {
  const kinds: Resource[] = await discover(cluster);
  const counted = kinds.filter(({ kind }) => !passing.includes(kind));
  const lists = await Promise.all(counted.map((resource) => cluster.list(resource)));
  return lists.flat();
}

/** What bears a mark of a drain, by display name. */
export async function marked(cluster: Cluster): Promise<string[]> {
  const objects = await everything(cluster);
  return objects
    .filter(({ metadata: { annotations = {}, labels = {} } }) =>
      [...Object.keys(annotations), labels["flux-bootstrap.dev/purpose"] ?? ""].some((word) =>
        word.startsWith("drain"),
      ),
    )
    .map((object) => displayName(object));
}

/** What a destroy leaves in the cluster: the definitions of the operator, which Helm never removes. */
export const leftByDestroy: readonly string[] = [
  "fluxinstances",
  "fluxreports",
  "resourcesetinputproviders",
  "resourcesets",
].map((plural) => `CustomResourceDefinition/${plural}.fluxcd.controlplane.io`);
