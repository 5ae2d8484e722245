import { drainRights } from "../drain/drain-rights.ts";
import { defaultFluxNamespace } from "../connection.ts";
import type { RoleOptions } from "./generate.ts";
import type { StatedRule } from "./rule.ts";

const reads = ["get", "list", "watch"];
const writes = ["create", "patch", "delete"];
const inFlux = { namespace: defaultFluxNamespace };

/** Names without a namespace that are the same in every cluster. */
const names: readonly string[] = [
  "cluster-admin",
  "flux-operator",
  "flux-operator-edit",
  "flux-operator-view",
  "fluxinstances.fluxcd.controlplane.io",
  "fluxreports.fluxcd.controlplane.io",
  "resourcesetinputproviders.fluxcd.controlplane.io",
  "resourcesets.fluxcd.controlplane.io",
  defaultFluxNamespace,
  "kube-system",
];

/** What any of Flux's objects may need to go on: an annotation, or a field of its spec. */
const fluxPatches = rulesFor(
  "asks what is stuck, of whatever kind, to go on",
  ["patch"],
  [
    ["fluxcd.controlplane.io", "resourcesets"],
    ["helm.toolkit.fluxcd.io", "helmreleases"],
    ["image.toolkit.fluxcd.io", "imagerepositories", "imageupdateautomations"],
    ["kustomize.toolkit.fluxcd.io", "kustomizations"],
    ["notification.toolkit.fluxcd.io", "receivers"],
    [
      "source.toolkit.fluxcd.io",
      ...["buckets", "gitrepositories", "helmcharts", "helmrepositories", "ocirepositories"],
    ],
  ],
);

/** What repairs hold while they last, and what they do to a controller that no longer works. */
const repairs = [
  ...rulesFor("keeps a second repair away, however long it takes", reads.concat(writes), [
    ["coordination.k8s.io", "leases"],
  ]),
  ...rulesFor("restarts a controller that no longer works", ["delete"], [["", "pods"]]),
].map((rule) => ({ ...rule, ...inFlux }));

const logs = rulesFor(
  "shows the last words of a controller that does not answer",
  ["get"],
  [["", "pods/log"]],
).map((rule) => ({ ...rule, ...inFlux }));

/** What is not in the configuration or in the chart any more. */
const leftOut = rulesFor(
  "removes what is no longer configured",
  ["delete"],
  [
    ["", "configmaps", "secrets", "serviceaccounts", "services"],
    ["apps", "deployments"],
  ],
).map((rule) => ({ ...rule, ...inFlux }));

/** What is to be put back after a destroy that was interrupted. */
const thaw = [
  ...rulesFor(
    "puts back what an interrupted destroy stopped",
    ["get", "patch"],
    [["", "persistentvolumes"]],
  ),
  ...rulesFor(
    "puts back what an interrupted destroy stopped",
    ["patch"],
    [["fluxcd.controlplane.io", "fluxinstances"]],
  ).map((rule) => ({ ...rule, ...inFlux })),
];

/** With the Roles that are in that namespace it is there; Preflight asks all the same. */
const ownNamespace = rulesFor(
  "makes the namespace of Flux where nobody did",
  ["create"],
  [["", "namespaces"]],
);

/** The roles that a run may have, each complete in itself, and what no audit log shows that they need. */
export const roles: readonly RoleOptions[] = [
  {
    name: "flux-bootstrap-up",
    stated: [...ownNamespace, ...fluxPatches, ...thaw, ...repairs, ...logs, ...leftOut],
  },
  { name: "flux-bootstrap-preview", stated: [] },
  {
    name: "flux-bootstrap-destroy",
    stated: drainRights.map(({ groups, resources, verbs, scope, why }) => ({
      ...(scope === "cluster" ? {} : inFlux),
      apiGroups: groups,
      resources,
      verbs,
      why,
    })),
  },
  {
    name: "flux-bootstrap-operate",
    stated: [...fluxPatches, ...repairs],
  },
].map((role) => ({ ...role, namespaces: [defaultFluxNamespace], names }));

function rulesFor(
  why: string,
  verbs: readonly string[],
  kinds: readonly (readonly [group: string, ...resources: string[]])[],
): StatedRule[] {
  return kinds.map(([group, ...resources]) => ({ apiGroups: [group], resources, verbs, why }));
}
