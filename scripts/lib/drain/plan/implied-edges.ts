import { listOf, read, textOf } from "../../classify/field.ts";
import { HelmRelease } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import { ownerOf, type Key } from "../../tree/owner.ts";
import { type Claims, entry } from "./claims.ts";
import { type DrainField, type DrainNode, releaseOf } from "./drain-node.ts";
import type { Edge } from "./graph.ts";
import { serviceAccountOf } from "../freeze/original.ts";

/** accountEdges put a node before those that applied the ServiceAccount as which it acts, and the rights of that. */
export function accountEdges({ nodes, index }: DrainField, claims: Claims): Edge[] {
  const because = "its service account";
  const bindings = new Map<string, KubernetesObject[]>();
  for (const binding of [...index.ofKind("RoleBinding"), ...index.ofKind("ClusterRoleBinding")]) {
    for (const subject of listOf(read(binding, "subjects"))) {
      const at = textOf(read(subject, "namespace")) || (binding.metadata.namespace ?? "");
      const account = `${at}/${textOf(read(subject, "name"))}`;
      if (read(subject, "kind") !== "ServiceAccount") continue;
      bindings.set(account, [...(bindings.get(account) ?? []), binding]);
    }
  }
  return [...nodes.values()].flatMap(({ key, object }) => {
    const name = serviceAccountOf(object);
    if (name === undefined) return [];
    const { namespace } = object.metadata;
    const granted = (bindings.get(`${namespace ?? ""}/${name}`) ?? []).flatMap(grantOf);
    return [entry("ServiceAccount", name, { namespace }), ...granted].flatMap((one) =>
      claims.edges(key, one, because),
    );
  });
}

const rbac = "rbac.authorization.k8s.io";

/** A binding and the role that it binds. */
function grantOf(binding: KubernetesObject) {
  const { name, namespace } = binding.metadata;
  const role = read(binding, "roleRef");
  const kind = textOf(read(role, "kind"));
  const at = kind === "Role" ? { namespace, group: rbac } : { group: rbac };
  return [
    entry(binding.kind, name, { namespace, group: rbac }),
    entry(kind, textOf(read(role, "name")), at),
  ];
}

/** kubeconfigEdges put a node before those that applied the way to its cluster. */
export function kubeconfigEdges({ nodes }: DrainField, claims: Claims): Edge[] {
  return [...nodes.values()].flatMap(({ key, object: { metadata, spec } }) =>
    (["secretRef/Secret", "configMapRef/ConfigMap"] as const).flatMap((pair) => {
      const [field = "", kind = ""] = pair.split("/");
      const name = textOf(read(spec, "kubeConfig", field, "name"));
      const at = { namespace: metadata.namespace };
      return name === "" ? [] : claims.edges(key, entry(kind, name, at), "its kubeconfig");
    }),
  );
}

/** namespaceEdges put a node before those that applied the namespaces in which it, or what it applied, is. */
export function namespaceEdges({ nodes }: DrainField, claims: Claims): Edge[] {
  return [...nodes.values()].flatMap((node) =>
    namespacesOf(node).flatMap((name) => {
      return claims.edges(node.key, entry("Namespace", name), "its namespace");
    }),
  );
}

function namespacesOf({ object, inventory }: DrainNode): string[] {
  const release = object.kind === HelmRelease.kind ? releaseOf(object) : undefined;
  const names = [
    object.metadata.namespace,
    release?.storage,
    ...inventory.map(({ namespace }) => namespace),
  ];
  return [...new Set(names)].filter((name) => name !== undefined);
}

/** resourceEdges put a node with objects of an API group before those that brought the group. */
export function resourceEdges(field: DrainField): Edge[] {
  const servers = serversOf(field);
  return [...field.nodes.values()].flatMap(({ key: first, inventory }) => {
    const groups = new Set(inventory.map(({ group }) => group));
    return [...groups].flatMap((group) =>
      [...(servers.get(group) ?? [])]
        .filter((then) => then !== first)
        .map((then): Edge => ({ first, then, because: "its custom resources" })),
    );
  });
}

/** Who brought an API group, by a definition or by an API server of its own. */
function serversOf({ nodes, index }: DrainField): ReadonlyMap<string, ReadonlySet<Key>> {
  const servers = new Map<string, Set<Key>>();
  const add = (server: string, key: Key) => {
    const group = server.slice(server.indexOf(".") + 1);
    servers.set(group, (servers.get(group) ?? new Set()).add(key));
  };
  const releases = new Map<string, Key>();
  for (const { key, object, inventory } of nodes.values()) {
    for (const { kind, name } of inventory) if (isServer(kind)) add(name, key);
    const { name, target } = releaseOf(object);
    if (object.kind === HelmRelease.kind) releases.set(`${target}/${name}`, key);
  }
  for (const definition of index.ofKind("CustomResourceDefinition")) {
    const owner = ownerOf(definition) ?? releases.get(helmReleaseOf(definition));
    if (owner !== undefined && nodes.has(owner)) add(definition.metadata.name, owner);
  }
  return servers;
}

function isServer(kind: string): boolean {
  return kind === "CustomResourceDefinition" || kind === "APIService";
}

function helmReleaseOf({ metadata: { annotations = {} } }: KubernetesObject): string {
  const at = annotations["meta.helm.sh/release-namespace"] ?? "";
  return `${at}/${annotations["meta.helm.sh/release-name"] ?? ""}`;
}
