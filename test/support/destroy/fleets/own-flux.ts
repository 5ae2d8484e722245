import { join } from "node:path";

import { operatorVersion } from "../../../../components/versions.ts";
import { pushCharts } from "../../../../embedded/registry/push.ts";
import {
  Deployment,
  FluxInstance,
  HelmRelease,
  Namespace,
  OCIRepository,
} from "../../../../scripts/lib/kinds.ts";
import { createLog } from "../../../../scripts/lib/log.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import { checkout } from "../../embedded.ts";
import { fluxInstance, type FluxOptions } from "../../stuck/flux.ts";
import type { Ground } from "../../stuck/ground.ts";
import { chart, manifest, namespaceManifest, type Places, release } from "../../stuck/manifest.ts";
import { type Fleet, fluxNamespace, layer, syncOf, within } from "../fleet.ts";

/** Makes the registry serve the chart of the operator that runs. */
export async function pushOperator({ embedded, places }: Ground): Promise<void> {
  await pushCharts({
    chartsDirectory: join(checkout, "embedded", "chart"),
    registry: places.registry,
    helm: join(embedded.toolchain.bin, "helm"),
    log: createLog(() => undefined),
  });
}

/** A fleet that also contains the Flux by which it is reconciled: namespace, FluxInstance and the release of the operator. */
export function ownFlux(places: Places, options: FluxOptions, name: string): Fleet {
  const chartOfOperator = {
    url: `oci://${places.registry}/charts/flux-operator`,
    ref: { tag: operatorVersion },
    layerSelector: {
      mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
      operation: "copy",
    },
    interval: "1h",
    insecure: true,
  };
  const chartRef = { kind: "OCIRepository", name: "flux-operator" };
  const operator = { chart: undefined, chartRef, values: { web: { enabled: false } } };
  return {
    cluster: [
      namespaceManifest(fluxNamespace),
      { resource: FluxInstance, object: fluxInstance({ ...options, sync: syncOf(places, name) }) },
      layer("operator"),
      layer("apps"),
    ],
    operator: within(fluxNamespace, [
      manifest(OCIRepository, { name: "flux-operator" }, { spec: chartOfOperator }),
      release("flux-operator", operator),
    ]),
    apps: [namespaceManifest("guest"), ...within("guest", [chart(places), release("app")])],
  };
}

export const operatorRelease: Reference = {
  resource: HelmRelease,
  name: "flux-operator",
  namespace: fluxNamespace,
};

/** What must outlive the drain. */
export const ownParts: readonly Reference[] = [
  { resource: Namespace, name: fluxNamespace },
  { resource: FluxInstance, name: "flux", namespace: fluxNamespace },
  { resource: Deployment, name: "flux-operator", namespace: fluxNamespace },
  { resource: Deployment, name: "helm-controller", namespace: fluxNamespace },
];

export const guests: readonly Reference[] = [
  { resource: Namespace, name: "guest" },
  { resource: HelmRelease, name: "app", namespace: "guest" },
];
