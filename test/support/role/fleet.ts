import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { checkout, type Embedded } from "../embedded.ts";
import { refuseDeployments } from "../stuck/admission.ts";
import { ServedRepository } from "../stuck/git-repository.ts";

const repository = "rights";

/** While it stands, the release of the fleet gives up. */
export const refusal = refuseDeployments("shop");

/** A little of everything that a run touches: a release, its source, an address, a volume of a StatefulSet. */
const manifests = (charts: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: { name: app, namespace: shop }
spec:
  interval: 10m
  url: oci://${charts}/app
  insecure: true
  ref: { semver: "*" }
  layerSelector: { mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip, operation: copy }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: app, namespace: shop }
spec: { interval: 10m, timeout: 10s, chartRef: { kind: OCIRepository, name: app } }
---
apiVersion: v1
kind: Service
metadata: { name: door, namespace: shop }
spec: { type: LoadBalancer, selector: { app: data }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: data, namespace: shop }
spec:
  serviceName: door
  selector: { matchLabels: { app: data } }
  template:
    metadata: { labels: { app: data } }
    spec: { containers: [{ name: data, image: example.com/data:1 }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

/** Serves the fleet, and returns the settings of a stack that reconciles it. */
export async function serveFleet(embedded: Embedded): Promise<Record<string, unknown>> {
  const { git, registry } = embedded.record.ports;
  const served = new ServedRepository(embedded.path("git"), repository);
  await served.commit({ "cluster/shop.yaml": manifests(`127.0.0.1:${registry}/charts`) });
  return {
    sync: { path: "./cluster", url: `http://127.0.0.1:${git}/${repository}.git` },
    flux: {
      components: [
        ...["source", "kustomize", "helm", "notification"].map((name) => `${name}-controller`),
        ...["image-reflector-controller", "image-automation-controller"],
      ],
    },
    postBootstrap: { required: "all" },
  };
}

/** The chart of flux-operator with another annotation on all that it makes, so that an upgrade writes to each object. */
export function changedChart(embedded: Embedded): string {
  const chart = embedded.path("accounts", "chart");
  cpSync(join(checkout, "embedded", "chart", "flux-operator"), chart, { recursive: true });
  const values = join(chart, "values.yaml");
  const text = readFileSync(values, "utf8");
  const changed = text.replace("commonAnnotations: {}", "commonAnnotations: { changed: again }");
  if (changed === text) throw new Error("the chart's values must have commonAnnotations");
  writeFileSync(values, changed);
  return chart;
}
