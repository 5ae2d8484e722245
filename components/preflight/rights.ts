import { fluxNamespace } from "../names.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "bind";

/** Right is one thing that a run has to be allowed to do. */
export interface Right {
  readonly verb: Verb;
  /** Empty for the core group. */
  readonly group: string;
  /** A plural, with its subresource behind a slash. */
  readonly resource: string;
  /** Undefined: in all namespaces, or of a kind that has none. */
  readonly namespace?: string;
  /** The one object that it is about. */
  readonly name?: string;
}

type Where = Pick<Right, "namespace" | "name">;

function rights(
  verbs: readonly Verb[],
  group: string,
  resources: readonly string[],
  where: Where = {},
): Right[] {
  return resources.flatMap((resource) =>
    verbs.map((verb) => ({ verb, group, resource, ...where })),
  );
}

const see = ["list", "watch"] as const;
const canary = ["create", "delete", ...see] as const;
const inFlux = { namespace: fluxNamespace };
const rbac = "rbac.authorization.k8s.io";
const source = "source.toolkit.fluxcd.io";
const kustomize = "kustomize.toolkit.fluxcd.io";
const helm = "helm.toolkit.fluxcd.io";

/**
 * What every first `up` needs at least, from the namespace of Flux to the report; docs/rights.md has all of it. Whoever
 * installs flux-operator gives it the rights of cluster-admin, and Kubernetes lets nobody give what he may not bind.
 */
export const rightsOfUp: readonly Right[] = [
  ...rights(["get"], "", ["namespaces"], { name: "kube-system" }),
  ...rights(["create"], "", ["namespaces"]),
  ...rights(["get", "patch"], "", ["namespaces"], { name: fluxNamespace }),
  ...rights(["create"], "apiextensions.k8s.io", ["customresourcedefinitions"]),
  ...rights(["create"], rbac, ["clusterroles", "clusterrolebindings"]),
  ...rights(["bind"], rbac, ["clusterroles"], { name: "cluster-admin" }),
  ...rights(["get", "list", "create", "update", "patch"], "", ["secrets"], inFlux),
  ...rights(["get", "create", "patch"], "", ["configmaps"], inFlux),
  ...rights(["create"], "", ["serviceaccounts"], inFlux),
  ...rights(see, "", ["pods"], inFlux),
  ...rights(["get", "create"], "apps", ["deployments"], inFlux),
  ...rights(["create", "delete"], "coordination.k8s.io", ["leases"], inFlux),
  ...rights(["get", "create", "patch"], "fluxcd.controlplane.io", ["fluxinstances"], inFlux),
  ...rights(canary, source, ["gitrepositories"], inFlux),
  ...rights(canary, kustomize, ["kustomizations"], inFlux),
  ...rights(canary, helm, ["helmreleases"], inFlux),
  ...rights(see, kustomize, ["kustomizations"]),
  ...rights(see, helm, ["helmreleases"]),
];
