import { HelmRelease } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import { chart, namespaceManifest, type Places, release } from "../../stuck/manifest.ts";
import { type Fleet, layer, within } from "../fleet.ts";
import { account, Role, type Rule } from "../manifests.ts";

const namespace = "denied";

/** All that a release needs to be installed, and nothing by which it could be uninstalled. */
export const withoutDelete: readonly Rule[] = [
  { apiGroups: [""], resources: ["secrets"], verbs: ["*"] },
  {
    apiGroups: ["", "apps"],
    resources: ["configmaps", "deployments", "pods", "replicasets"],
    verbs: ["get", "list", "watch", "create", "update", "patch"],
  },
];

/** The rights that are missing. */
export const withDelete: readonly Rule[] = [
  ...withoutDelete,
  { apiGroups: ["", "apps"], resources: ["configmaps", "deployments"], verbs: ["delete"] },
];

/** A release whose account may not delete what it installed. */
export function denied(places: Places): Fleet {
  return {
    cluster: [layer("rights"), layer("team", { dependsOn: [{ name: "rights" }] })],
    rights: [namespaceManifest(namespace), ...account(namespace, "deployer", withoutDelete)],
    team: within(namespace, [
      chart(places),
      release("app", { serviceAccountName: "deployer", values: { note: true } }),
    ]),
  };
}

export const app: Reference = { resource: HelmRelease, name: "app", namespace };
export const role: Reference = { resource: Role, name: "deployer", namespace };
