import type { ApiServerAddress, Texts, Toleration } from "../config/flux-types.ts";
import type { KustomizePatch } from "./api.ts";

/** The taints of a node until its network, its cloud or Cilium is ready for it. */
export const networkTolerations: readonly Toleration[] = [
  "node.kubernetes.io/not-ready",
  "node.kubernetes.io/network-unavailable",
  "node.cloudprovider.kubernetes.io/uninitialized",
  "node.cilium.io/agent-not-ready",
].map((key) => ({ key, operator: "Exists" as const }));

/** The address of the API server as pods find it, in place of a Service that nothing routes to yet. */
export function apiServerVariables({ apiServerHost, apiServerPort }: ApiServerAddress): Texts {
  return {
    KUBERNETES_SERVICE_HOST: apiServerHost,
    KUBERNETES_SERVICE_PORT: String(apiServerPort),
  };
}

interface Port {
  readonly name: string;
  readonly port: number;
  readonly flag: string;
}

const metricsName = "http-prom";

function metricsAndHealth(first: number): Port[] {
  return [
    { name: metricsName, port: first, flag: "--metrics-addr" },
    { name: "healthz", port: first + 1, flag: "--health-addr" },
  ];
}

/**
 * The ports of the controllers on the network of their node, where all of them meet: each its own. The names are those
 * of the Deployments, which Services and probes refer to.
 */
const ports: Readonly<Record<string, readonly Port[]>> = {
  "source-controller": [
    { name: "http", port: 9780, flag: "--storage-addr" },
    ...metricsAndHealth(9781),
  ],
  "kustomize-controller": metricsAndHealth(9783),
  "helm-controller": metricsAndHealth(9785),
  "notification-controller": [
    { name: "http", port: 9787, flag: "--events-addr" },
    { name: "http-webhook", port: 9788, flag: "--receiverAddr" },
    ...metricsAndHealth(9789),
  ],
  "image-reflector-controller": metricsAndHealth(9791),
  "image-automation-controller": metricsAndHealth(9793),
};

const spec = "/spec/template/spec";
const container = `${spec}/containers/0`;

/**
 * hostNetworkPatch puts a controller on the network of its node. Without a network for pods there is no DNS for Services
 * either: artifacts are served by the node's address, and no events are sent, each of which would hold a
 * reconciliation up until it failed.
 */
export function hostNetworkPatch(component: string): KustomizePatch {
  const own = ports[component] ?? [];
  const flags = own.map(({ flag, port }) => `${flag}=:${port}`);
  const operations = [
    { op: "add", path: `${spec}/hostNetwork`, value: true },
    ...onlyOnce(component),
    {
      op: "replace",
      path: `${container}/ports`,
      value: own.map(({ name, port }) => ({ name, containerPort: port, protocol: "TCP" })),
    },
    {
      op: "add",
      path: "/spec/template/metadata/annotations/prometheus.io~1port",
      value: String(own.find(({ name }) => name === metricsName)?.port),
    },
    ...nodeAddress(component),
    ...[...flags, ...addresses(component, own)].map((flag) => ({
      op: "add",
      path: `${container}/args/-`,
      value: flag,
    })),
  ];
  return { target: { kind: "Deployment", name: component }, patch: JSON.stringify(operations) };
}

/**
 * The new pod cannot start on a node while the old one holds the ports. Not by Recreate, which the API server refuses for a
 * Deployment that is there already, beside the numbers that it filled in itself. source-controller has it from its beginning.
 */
function onlyOnce(component: string) {
  if (component === "source-controller") return [];
  const rollingUpdate = { maxSurge: 0, maxUnavailable: 1 };
  return [{ op: "add", path: "/spec/strategy", value: { type: "RollingUpdate", rollingUpdate } }];
}

function nodeAddress(component: string) {
  if (component !== "source-controller") return [];
  const value = { name: "NODE_ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } };
  return [{ op: "add", path: `${container}/env/-`, value }];
}

function addresses(component: string, [first]: readonly Port[]): string[] {
  switch (component) {
    case "source-controller":
      return [`--storage-adv-addr=$(NODE_ADDRESS):${first?.port ?? ""}`, "--events-addr="];
    case "notification-controller":
      return [];
    default:
      return ["--events-addr="];
  }
}
