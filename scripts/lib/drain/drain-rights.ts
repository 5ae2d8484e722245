/** Right is one rule of a Role or ClusterRole, and what a drain needs it for. */
export interface Right {
  /** `*` for every group. */
  readonly groups: readonly string[];
  /** Plurals; `*` for every kind. */
  readonly resources: readonly string[];
  readonly verbs: readonly ("get" | "list" | "watch" | "create" | "patch" | "delete")[];
  /** Where it is enough to have it. */
  readonly scope: "cluster" | "namespace of Flux";
  readonly why: string;
}

const read = ["get", "list", "watch"] as const;

/** drainRights are all that a drain may do, and so all that its user needs. It never updates, evicts or impersonates. */
export const drainRights: readonly Right[] = [
  {
    groups: ["*"],
    resources: ["*"],
    verbs: read,
    scope: "cluster",
    why: "reads what Flux applied, of whatever kind, and who else lives in its namespaces",
  },
  {
    groups: ["kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"],
    resources: ["kustomizations", "helmreleases"],
    verbs: ["patch", "delete"],
    scope: "cluster",
    why: "stops and deletes what applies",
  },
  {
    groups: ["fluxcd.controlplane.io"],
    resources: ["resourcesets"],
    verbs: ["patch", "delete"],
    scope: "cluster",
    why: "stops and deletes what applies",
  },
  {
    groups: ["source.toolkit.fluxcd.io"],
    resources: ["gitrepositories", "ocirepositories", "buckets", "helmrepositories", "helmcharts"],
    verbs: ["delete"],
    scope: "cluster",
    why: "deletes the sources that nobody is left to remove",
  },
  {
    groups: ["fluxcd.controlplane.io"],
    resources: ["fluxinstances"],
    verbs: ["patch"],
    scope: "namespace of Flux",
    why: "switches it off, and detaches the sync in the end",
  },
  {
    groups: ["image.toolkit.fluxcd.io"],
    resources: ["imageupdateautomations"],
    verbs: ["patch"],
    scope: "cluster",
    why: "suspends what commits to the repository of the sync",
  },
  {
    groups: ["kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"],
    resources: ["kustomizations", "helmreleases"],
    verbs: ["create"],
    scope: "namespace of Flux",
    why: "asks the controllers with canaries whether they work",
  },
  {
    groups: [""],
    resources: ["configmaps"],
    verbs: ["create", "patch", "delete"],
    scope: "namespace of Flux",
    why: "records what it stopped, for whoever has to take it up",
  },
  {
    groups: ["coordination.k8s.io"],
    resources: ["leases"],
    verbs: ["create", "patch", "delete"],
    scope: "namespace of Flux",
    why: "keeps other drains and repairs away",
  },
  {
    groups: [""],
    resources: ["persistentvolumes"],
    verbs: ["patch"],
    scope: "cluster",
    why: "keeps the data of volumes that are to stay",
  },
  {
    groups: [""],
    resources: ["persistentvolumeclaims"],
    verbs: ["delete"],
    scope: "cluster",
    why: "deletes the claims of StatefulSets, which no uninstall removes",
  },
  {
    groups: [""],
    resources: ["namespaces"],
    verbs: ["patch"],
    scope: "cluster",
    why: "annotates namespaces that an inventory holds and that have to stay, because others live in them",
  },
  {
    groups: ["apiextensions.k8s.io", "rbac.authorization.k8s.io"],
    resources: ["customresourcedefinitions", "clusterroles", "clusterrolebindings"],
    verbs: ["patch"],
    scope: "cluster",
    why: "annotates the parts of Flux that an inventory holds, which have to stay until Flux goes",
  },
  {
    groups: ["*"],
    resources: ["*"],
    verbs: ["patch"],
    scope: "namespace of Flux",
    why: "annotates the parts of Flux that an inventory holds, of whatever kind",
  },
];
