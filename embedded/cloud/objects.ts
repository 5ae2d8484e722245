import { ApiError } from "../../scripts/lib/api-server.ts";
import type { Cluster } from "../../scripts/lib/cluster.ts";
import { ConfigMap, type Resource } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { users } from "../cluster/credentials.ts";
import { StorageClass } from "./kinds.ts";
import { defaultLatencies, settings } from "./latencies.ts";
import { provisioner } from "./storage.ts";

const rbac = "rbac.authorization.k8s.io/v1";
const name = "embedded-cloud";
const { namespace } = settings;
const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: users.cloud.name }];
const read = ["get", "list", "watch"];

const rules = [
  { apiGroups: [""], resources: ["services"], verbs: [...read, "patch"] },
  { apiGroups: [""], resources: ["services/status"], verbs: ["patch"] },
  { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: read },
  {
    apiGroups: [""],
    resources: ["persistentvolumes"],
    verbs: [...read, "create", "patch", "delete"],
  },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get"] },
  { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments"], verbs: read },
];

const settingsRules = [
  { apiGroups: [""], resources: ["configmaps"], resourceNames: [settings.name], verbs: read },
];

function ofRbac(kind: string, plural: string, namespaced: boolean): Resource {
  return { apiVersion: rbac, kind, plural, namespaced };
}

function roleRef(kind: string) {
  return { apiGroup: "rbac.authorization.k8s.io", kind, name };
}

const objects: readonly (readonly [Resource, object])[] = [
  [ofRbac("ClusterRole", "clusterroles", false), { metadata: { name }, rules }],
  [
    ofRbac("ClusterRoleBinding", "clusterrolebindings", false),
    { metadata: { name }, roleRef: roleRef("ClusterRole"), subjects },
  ],
  [ofRbac("Role", "roles", true), { metadata: { name, namespace }, rules: settingsRules }],
  [
    ofRbac("RoleBinding", "rolebindings", true),
    { metadata: { name, namespace }, roleRef: roleRef("Role"), subjects },
  ],
  [
    StorageClass,
    {
      metadata: {
        name: "standard",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner,
      reclaimPolicy: "Delete",
      volumeBindingMode: "Immediate",
    },
  ],
];

/** Applies what the cloud works with: its user's rights, the default StorageClass `standard`, and its latencies. */
export async function applyCloudObjects(cluster: Cluster): Promise<void> {
  const applied = objects.map(([resource, object]) => {
    const { apiVersion, kind } = resource;
    return cluster.apply(resource, { ...object, apiVersion, kind } as KubernetesObject);
  });
  await Promise.all([...applied, createSettings(cluster)]);
}

/** Latencies that someone has set stay. */
async function createSettings(cluster: Cluster): Promise<void> {
  const data = Object.fromEntries(
    Object.entries(defaultLatencies).map(([operation, latency]) => [operation, String(latency)]),
  );
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
  try {
    await cluster.create(ConfigMap, object);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
  }
}
