import {
  ConfigMap,
  Deployment,
  HelmRelease,
  HelmRepository,
  Kustomization,
} from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import {
  configMap,
  type Manifest,
  manifest,
  namespaceManifest,
  type Places,
  release,
} from "../../stuck/manifest.ts";
import { type Fleet, fluxNamespace, layer, within } from "../fleet.ts";
import { account } from "../manifests.ts";
import { withoutDelete } from "./denied.ts";

const namespace = "clinging";

/** The finalizer of somebody else on `held`. */
export const finalizer = "example.com/hold";

/** The namespace of the fleet, which a person made. */
export const room: Manifest = namespaceManifest(namespace);

const keep = { annotations: { "kustomize.toolkit.fluxcd.io/prune": "disabled" } };

/**
 * Three things that do not go by themselves: an object that somebody else holds, a release whose account may not delete
 * what it installed, and one that is marked to be kept. Flux made a chart for each of the two.
 */
export function clinging({ registry }: Places): Fleet {
  const held = configMap("held", {});
  const charts = { type: "oci", url: `oci://${registry}/charts`, insecure: true, interval: "1h" };
  const sourceRef = { kind: "HelmRepository", name: "charts" };
  const chart = { spec: { chart: "probe", version: "1.0.0", sourceRef } };
  const uninstall = { timeout: "5s" };
  const denied = { chart, uninstall, serviceAccountName: "deployer", values: { note: true } };
  return {
    cluster: [
      layer("hold", { timeout: "10s" }),
      layer("rights"),
      layer("team", { dependsOn: [{ name: "rights" }] }),
    ],
    hold: within(namespace, [
      configMap("free", {}),
      { ...held, object: { ...held.object, metadata: { name: "held", finalizers: [finalizer] } } },
    ]),
    rights: account(namespace, "deployer", withoutDelete),
    team: within(namespace, [
      manifest(HelmRepository, { name: "charts" }, { spec: charts }),
      release("stubborn", denied),
      release("marked", { chart, values: { note: true } }, keep),
    ]),
  };
}

const at = (resource: Reference["resource"], name: string): Reference => ({
  resource,
  name,
  namespace,
});

export const held = at(ConfigMap, "held");
export const free = at(ConfigMap, "free");
export const hold: Reference = { resource: Kustomization, name: "hold", namespace: fluxNamespace };
export const stubborn = at(HelmRelease, "stubborn");
export const marked = at(HelmRelease, "marked");
/** What the two releases installed. */
export const stubbornWorkload = at(Deployment, "stubborn");
export const markedWorkload = at(Deployment, "marked");
