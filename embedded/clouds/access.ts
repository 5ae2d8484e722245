import { Cluster } from "../../scripts/lib/cluster.ts";
import type { Resource } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { writeAtomically } from "../cluster/record.ts";
import { adminKubeconfig } from "./cluster-host.ts";
import { accountName, principalNamespace, type Principals, principalsFile } from "./principals.ts";

/** A principal that a cluster knows, and the ClusterRole that it has in it. */
export interface Grant {
  readonly principal: string;
  /** Undefined: the cluster knows who it is, and lets it do nothing. */
  readonly role: string | undefined;
}

const ServiceAccount: Resource = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};
const ClusterRoleBinding: Resource = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  namespaced: false,
};
const prefix = accountName("").replace(/[0-9a-f]+$/, "");

const turns = new Map<string, Promise<void>>();

/** Makes the cluster know exactly the principals that `grantsNow` answers, each with its role: one call after the other. */
export function syncAccess(name: string, grantsNow: () => readonly Grant[]): Promise<void> {
  const turn = (turns.get(name) ?? Promise.resolve()).then(() => sync(name, grantsNow()));
  turns.set(
    name,
    turn.catch(() => undefined),
  );
  return turn;
}

async function sync(name: string, grants: readonly Grant[]): Promise<void> {
  const cluster = new Cluster(adminKubeconfig(name), "cloud-access");
  const wanted = new Map(grants.map((grant) => [accountName(grant.principal), grant]));
  const principals: Record<string, Principals[string]> = {};
  for (const [account, { principal, role }] of wanted) {
    principals[principal] = { name: account, uid: await ensureAccount(cluster, account) };
    await bind(cluster, account, role);
  }
  for (const resource of [ServiceAccount, ClusterRoleBinding]) {
    await removeOthers(cluster, resource, new Set(wanted.keys()));
  }
  writeAtomically(principalsFile(name), JSON.stringify(principals, null, 2));
}

async function ensureAccount(cluster: Cluster, name: string): Promise<string> {
  const metadata = { name, namespace: principalNamespace };
  const { metadata: made } = await cluster.apply<KubernetesObject>(ServiceAccount, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata,
  });
  return made.uid ?? "";
}

async function bind(cluster: Cluster, account: string, role: string | undefined): Promise<void> {
  const reference = { resource: ClusterRoleBinding, name: account };
  const present = await cluster.get<KubernetesObject & { roleRef?: { name: string } }>(reference);
  // The role of a binding cannot change.
  if (present !== undefined && present.roleRef?.name !== role) await cluster.delete(reference);
  if (role === undefined || present?.roleRef?.name === role) return;
  const { apiVersion, kind } = ClusterRoleBinding;
  const subject = { kind: "ServiceAccount", name: account, namespace: principalNamespace };
  await cluster.create(ClusterRoleBinding, {
    ...{ apiVersion, kind, metadata: { name: account } },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [subject],
  } as KubernetesObject);
}

async function removeOthers(
  cluster: Cluster,
  resource: Resource,
  wanted: ReadonlySet<string>,
): Promise<void> {
  for (const { metadata } of await cluster.list(resource)) {
    if (!metadata.name.startsWith(prefix) || wanted.has(metadata.name)) continue;
    const { name, namespace } = metadata;
    await cluster.delete({ resource, name, ...(namespace !== undefined && { namespace }) });
  }
}
