import {
  PersistentVolumeClaim,
  type Resource,
  StatefulSet,
  Deployment,
} from "../../../scripts/lib/kinds.ts";
import { type Manifest, manifest } from "../stuck/manifest.ts";

const image = "registry.k8s.io/pause:3.10";

export const Service: Resource = {
  apiVersion: "v1",
  kind: "Service",
  plural: "services",
  namespaced: true,
};
export const ServiceAccount: Resource = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};
export const Role = rbac("Role", "roles");
export const RoleBinding = rbac("RoleBinding", "rolebindings");

function rbac(kind: string, plural: string): Resource {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind, plural, namespaced: true };
}

/** A Service that asks the cloud for an address. */
export function loadBalancer(name: string): Manifest {
  const spec = { type: "LoadBalancer", selector: { app: name }, ports: [{ port: 80 }] };
  return manifest(Service, { name }, { spec });
}

const storage = {
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: "1Mi" } },
};

/** A claim of the cluster's default storage. */
export function claim(name: string): Manifest {
  return manifest(PersistentVolumeClaim, { name }, { spec: storage });
}

function template(name: string) {
  return {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "main", image }] },
  };
}

export function deployment(name: string): Manifest {
  const selector = { matchLabels: { app: name } };
  return manifest(Deployment, { name }, { spec: { selector, template: template(name) } });
}

/** A StatefulSet of one pod with a claim `data-<name>-0`. */
export function statefulSet(name: string): Manifest {
  const spec = {
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: template(name),
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: storage }],
  };
  return manifest(StatefulSet, { name }, { spec });
}

/** Rule is what a role allows. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const everything: Rule = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };

/** A ServiceAccount, and what it may do in its namespace. */
export function account(
  namespace: string,
  name: string,
  rules: readonly Rule[] = [everything],
): Manifest[] {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  return [
    manifest(ServiceAccount, { name, namespace }),
    manifest(Role, { name, namespace }, { rules }),
    manifest(RoleBinding, { name, namespace }, { roleRef, subjects }),
  ];
}
