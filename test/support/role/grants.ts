import type { Cluster } from "../../../scripts/lib/cluster.ts";
import { Namespace, type Resource } from "../../../scripts/lib/kinds.ts";
import type { GeneratedRole } from "../../../scripts/lib/role/generate.ts";
import type { Rule } from "../../../scripts/lib/role/rule.ts";
import type { Accounts } from "./accounts.ts";

const group = "rbac.authorization.k8s.io";
const apiVersion = `${group}/v1`;

function kind(name: string, namespaced: boolean): Resource {
  return { apiVersion, kind: name, plural: `${name.toLowerCase()}s`, namespaced };
}

const ClusterRole = kind("ClusterRole", false);
const ClusterRoleBinding = kind("ClusterRoleBinding", false);
const Role = kind("Role", true);
const RoleBinding = kind("RoleBinding", true);

/** Makes the namespace of Flux for a stack before its first run, so that there are Roles in it. */
export async function prepareNamespace(
  cluster: Cluster,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await cluster.apply(Namespace, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  });
}

/** Writes the role, and binds it to the account of the same name. */
export async function grant(
  cluster: Cluster,
  accounts: Accounts,
  { name, cluster: everywhere, namespaced }: GeneratedRole,
): Promise<void> {
  await write(cluster, ClusterRole, { name }, { rules: everywhere });
  await bind(cluster, accounts, name, name);
  for (const [namespace, rules] of Object.entries(namespaced)) {
    const metadata = { name, namespace };
    await write(cluster, Role, metadata, { rules });
    const roleRef = { apiGroup: group, kind: Role.kind, name };
    await write(cluster, RoleBinding, metadata, { roleRef, subjects: [accounts.subject(name)] });
  }
}

/** Lets the account do everything. */
export async function grantAll(cluster: Cluster, accounts: Accounts, name: string): Promise<void> {
  await bind(cluster, accounts, name, "cluster-admin");
}

/** Removes what the accounts have of rights outside of namespaces. */
export async function revoke(cluster: Cluster, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await cluster.delete({ resource: ClusterRoleBinding, name });
    await cluster.delete({ resource: ClusterRole, name });
  }
}

async function bind(cluster: Cluster, accounts: Accounts, name: string, role: string) {
  const roleRef = { apiGroup: group, kind: ClusterRole.kind, name: role };
  const subjects = [accounts.subject(name)];
  await write(cluster, ClusterRoleBinding, { name }, { roleRef, subjects });
}

async function write(
  cluster: Cluster,
  resource: Resource,
  metadata: { readonly name: string; readonly namespace?: string },
  fields: object,
): Promise<void> {
  await cluster.apply(resource, { apiVersion, kind: resource.kind, metadata, ...fields });
}

/** The role without one verb on one resource. */
export function without(role: GeneratedRole, verb: string, resource: string): GeneratedRole {
  const less = (rules: readonly Rule[]) =>
    rules.flatMap((rule) => {
      if (!rule.resources.includes(resource) || !rule.verbs.includes(verb)) return [rule];
      const others = rule.resources.filter((one) => one !== resource);
      const verbs = rule.verbs.filter((one) => one !== verb);
      return [
        ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
        ...(verbs.length > 0 ? [{ ...rule, resources: [resource], verbs }] : []),
      ];
    });
  const namespaced = Object.entries(role.namespaced).map(([namespace, rules]) => [
    namespace,
    less(rules),
  ]);
  return {
    ...role,
    cluster: less(role.cluster),
    namespaced: Object.fromEntries(namespaced) as GeneratedRole["namespaced"],
  };
}
