import { HelmRelease, Kustomization } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import {
  chart,
  configMap,
  kustomization,
  namespaceManifest,
  type Places,
  release,
} from "../../stuck/manifest.ts";
import { type Fleet, fluxNamespace, layer, within } from "../fleet.ts";
import { account, ServiceAccount } from "../manifests.ts";

const namespace = "team";
const deployer = { serviceAccountName: "deployer" };

/**
 * A tenant whose Kustomization and release work with an account that another layer applies. Nothing says so but the name
 * of the account.
 */
export function tenants(places: Places): Fleet {
  const sourceRef = { kind: "GitRepository", name: fluxNamespace, namespace: fluxNamespace };
  return {
    cluster: [
      layer("rights"),
      ...within(namespace, [
        kustomization("team", { ...deployer, path: "./team", sourceRef, retryInterval: "5s" }),
      ]),
      namespaceManifest(namespace),
    ],
    rights: account(namespace, "deployer"),
    team: within(namespace, [
      chart(places),
      release("app", deployer),
      configMap("settings", { of: "the team" }),
    ]),
  };
}

export const team: Reference = { resource: Kustomization, name: "team", namespace };
export const app: Reference = { resource: HelmRelease, name: "app", namespace };
export const deployerAccount: Reference = { resource: ServiceAccount, name: "deployer", namespace };
