import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import type { Cluster } from "../../scripts/lib/cluster.ts";
import { CustomResourceDefinition, Node } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { imagesExpression } from "../node-agent/programs.ts";
import type { ProgramContext } from "./control-plane.ts";
import { apiServerCertificate, kubeconfigFile } from "./credentials.ts";
import type { ProcessSpec } from "./process.ts";
import { writeAtomically } from "./record.ts";

const nodeNames = ["node-1", "node-2", "node-3"];

interface Stage extends KubernetesObject {
  readonly spec: {
    readonly resourceRef: { readonly kind: string };
    readonly selector: { readonly matchExpressions: object[] };
  };
}

const stages = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "pod/fast/pod-ready.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
];

/** kwok with its own fast stages for nodes and pods; the pods that the node agent runs are none of its business. */
export function kwok(context: ProgramContext): ProcessSpec {
  const { layout, ports, bin } = context;
  const certificate = apiServerCertificate(layout);
  const flags = {
    kubeconfig: kubeconfigFile(layout, "kwok"),
    config: join(layout.config, "kwok.yaml"),
    "manage-all-nodes": "true",
    "node-ip": "127.0.0.1",
    "node-port": String(ports.kubelet),
    "server-address": `127.0.0.1:${ports.kubelet}`,
    "tls-cert-file": certificate,
    "tls-private-key-file": certificate.replace(/crt$/, "key"),
    "node-lease-duration-seconds": "40",
    "enable-crds": "Logs",
  };
  return {
    name: "kwok",
    command: join(bin, "kwok"),
    arguments: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    logFile: join(layout.logs, "kwok.log"),
  };
}

/** Writes kwok's stages; `kustomize` is the directory of that name in kwok's module. */
export function writeKwokConfig({ layout }: ProgramContext, kustomize: string): void {
  const documents = stages.map((file) => {
    const stage = parse(readFileSync(join(kustomize, "stage", file), "utf8")) as Stage;
    return stage.spec.resourceRef.kind === "Pod" ? onlySimulated(stage) : stage;
  });
  const text = documents.map((document) => stringify(document)).join("---\n");
  writeAtomically(join(layout.config, "kwok.yaml"), text);
}

/** Applies kwok's own CRD for logs and the nodes. */
export async function applyNodes(cluster: Cluster, kustomize: string): Promise<void> {
  const file = join(kustomize, "crd", "bases", "kwok.x-k8s.io_logs.yaml");
  const definition = parse(readFileSync(file, "utf8")) as KubernetesObject;
  await cluster.apply(CustomResourceDefinition, definition);
  await Promise.all(nodeNames.map((name) => cluster.apply(Node, node(name))));
}

function node(name: string): KubernetesObject {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
      },
    },
    spec: {},
  };
}

function onlySimulated(stage: Stage): Stage {
  const { selector } = stage.spec;
  const simulated = { key: imagesExpression, operator: "DoesNotExist" };
  const matchExpressions = [...selector.matchExpressions, simulated];
  return { ...stage, spec: { ...stage.spec, selector: { ...selector, matchExpressions } } };
}
