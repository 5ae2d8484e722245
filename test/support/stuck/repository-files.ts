import { readFileSync } from "node:fs";

import { below, type Files, probeChart } from "./chart-files.ts";

function configMap(name: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data:
  name: ${name}
`;
}

/** A Deployment whose pods find no node when `pool` is given. */
function deployment(name: string, options: { app?: string; pool?: string } = {}): string {
  const { app = name, pool } = options;
  const selector =
    pool === undefined ? "" : `\n      nodeSelector:\n        example.com/pool: ${pool}`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels:
      app: ${app}
  template:
    metadata:
      labels:
        app: ${app}
    spec:${selector}
      containers:
        - name: main
          image: registry.k8s.io/pause:3.10
`;
}

const brokenKustomization = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - not-there.yaml
`;

const widget = `apiVersion: example.com/v1
kind: Gadget
metadata:
  name: gadget
`;

const variable = `apiVersion: v1
kind: ConfigMap
metadata:
  name: variable
data:
  region: \${REGION}
`;

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: alone
spec:
  nodeSelector:
    example.com/pool: none
  containers:
    - name: main
      image: registry.k8s.io/pause:3.10
`;

const stalledChild = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: child
spec:
  interval: 1h
  timeout: 5s
  chartRef:
    kind: OCIRepository
    name: chart
  values:
    nodeSelector:
      example.com/pool: none
`;

/** Encrypted for the key of the demo fleet, which the scenarios do not have. */
const encrypted = new URL("../../../examples/fleet/apps/dev/payments.sops.yaml", import.meta.url);

/** What stuck.git holds: a directory for each way a Kustomization comes out, and the chart of the scenarios. */
export function stuckRepository(): Files {
  return {
    "good/config.yaml": configMap("good"),
    "pair/first.yaml": configMap("first"),
    "pair/second.yaml": configMap("second"),
    "single/first.yaml": configMap("first"),
    "broken/kustomization.yaml": brokenKustomization,
    "variable/config.yaml": variable,
    "encrypted/secret.yaml": readFileSync(encrypted, "utf8"),
    // Ciphertext is no base64, so the API server refuses it; as stringData it is taken.
    "encrypted-data/secret.yaml": readFileSync(encrypted, "utf8").replace("stringData:", "data:"),
    "unknown-kind/gadget.yaml": widget,
    "selector-a/deployment.yaml": deployment("web", { app: "a" }),
    "selector-b/deployment.yaml": deployment("web", { app: "b" }),
    "unhealthy/deployment.yaml": deployment("web", { pool: "none" }),
    "web/deployment.yaml": deployment("web"),
    "pod/pod.yaml": pod,
    "stalled-child/release.yaml": stalledChild,
    ...below("charts/probe", probeChart),
  };
}
