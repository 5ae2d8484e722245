import { HelmRelease, type Resource } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import { chart, release } from "./manifest.ts";
import { exists, type Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

function rbac(kind: string, plural: string): Resource {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind, plural, namespaced: false };
}

interface Rule {
  readonly apiGroups?: readonly string[];
}
interface Subject {
  readonly name: string;
}
type Role = KubernetesObject & { readonly rules?: readonly Rule[] };
type Binding = KubernetesObject & { readonly subjects?: readonly Subject[] };

const role = {
  resource: rbac("ClusterRole", "clusterroles"),
  name: "crd-controller-flux-system",
};
/** By default helm-controller is cluster-admin besides. */
const binding = {
  resource: rbac("ClusterRoleBinding", "clusterrolebindings"),
  name: "cluster-reconciler-flux-system",
};

/** Takes its rights on HelmReleases from helm-controller while `work` runs. */
export async function withoutRights<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  const { cluster } = stage;
  const { rules = [] } = (await cluster.get<Role>(role)) ?? {};
  const { subjects = [] } = (await cluster.get<Binding>(binding)) ?? {};
  const less = {
    rules: rules.filter(({ apiGroups = [] }) => !apiGroups.includes("helm.toolkit.fluxcd.io")),
    subjects: subjects.filter(({ name }) => name !== "helm-controller"),
  };
  if (less.rules.length === rules.length || less.subjects.length === subjects.length) {
    throw new Error("helm-controller must have rights that can be taken, got other roles");
  }
  await cluster.patch(role, { rules: less.rules });
  await cluster.patch(binding, { subjects: less.subjects });
  try {
    return await work();
  } finally {
    await cluster.patch(role, { rules });
    await cluster.patch(binding, { subjects });
  }
}

/** A release that helm-controller may not touch; it is played without rights. */
export const unwritable: Scenario = {
  name: "release-unwritable",
  manifests: (places) => [chart(places), release("app")],
  controllers: true,
  expect: [{ resource: HelmRelease, name: "app", state: "U0", when: exists }],
};
