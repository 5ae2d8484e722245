import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { embedded, problems, type Values } from "../../support/settings.ts";

const set = (path: string, value: string) =>
  `Run: pulumi config set ${path.includes(".") ? "--path " : ""}${path} ${value}`;
const operatorAddress = "oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator";
const refused: (readonly [what: string, values: Values, message: string])[] = [
  [
    "a range of versions",
    { ...embedded, flux: { version: "2.x" } },
    `flux.version must be an exact version such as 2.9.4, got "2.x". ${set("flux.version", "2.9.4")}`,
  ],
  [
    "a version that YAML reads as a number",
    { ...embedded, operator: { version: 0.58 } },
    `operator.version must be an exact version such as 0.58.1, got 0.58. ${set("operator.version", "0.58.1")}`,
  ],
  [
    "a chart that is no address",
    { ...embedded, operator: { chart: "flux-operator" } },
    `operator.chart must be an OCI address (oci://…) or a path of a chart, got "flux-operator". ${set("operator.chart", operatorAddress)}`,
  ],
  [
    "a controller without a canary",
    { ...embedded, flux: { components: ["source-watcher"] } },
    'flux.components must be a list in which each item must be "source-controller" or "kustomize-controller" or "helm-controller" or "notification-controller" or "image-reflector-controller" or "image-automation-controller", got ["source-watcher"]. Correct it in the stack\'s configuration file.',
  ],
  [
    "a size that does not exist",
    { ...embedded, flux: { size: "huge" } },
    `flux.size must be "medium" or "small" or "large", got "huge". ${set("flux.size", "medium")}`,
  ],
  [
    "a flag that is a text",
    { ...embedded, flux: { networkPolicy: "yes" } },
    `flux.networkPolicy must be true or false, got "yes". ${set("flux.networkPolicy", "true")}`,
  ],
  [
    "a patch without a patch",
    { ...embedded, flux: { controllerPatches: [{ target: {} }] } },
    'flux.controllerPatches must be a list of patches {patch, target: {group, version, kind, name, namespace, labelSelector, annotationSelector}}, got [{"target":{}}]. Correct it in the stack\'s configuration file.',
  ],
  [
    "a hand-over that is not built",
    { ...embedded, flux: { managedBy: "flux" } },
    'flux.managedBy must be "pulumi", got "flux". Leave the FluxInstance out of the fleet, and remove the key.',
  ],
];

const removeOf = (path: string) => `Run: pulumi config rm --path ${path}`;
const inFile = "Correct it in the stack's configuration file.";

refused.push(
  [
    "the image of the operator with a tag",
    { ...embedded, operator: { image: "ghcr.io/flux-operator:v1" } },
    `operator.image must be the repository of an image without a tag, got "ghcr.io/flux-operator:v1". ${set("operator.image", "ghcr.io/controlplaneio-fluxcd/flux-operator")}`,
  ],
  [
    "a toleration of every taint that does not say so",
    { ...embedded, operator: { tolerations: [{ effect: "NoSchedule" }] } },
    `operator.tolerations must be a list of tolerations {key, operator, value, effect, tolerationSeconds}, got [{"effect":"NoSchedule"}]. ${inFile}`,
  ],
  [
    "a variable that is no text",
    { ...embedded, operator: { env: { RETRIES: 3 } } },
    `operator.env must be a map of variable names to texts, got {"RETRIES":3}. ${inFile}`,
  ],
  [
    "a label with a value that Kubernetes does not take",
    { ...embedded, operator: { nodeSelector: { pool: "a b" } } },
    `operator.nodeSelector must be a map of label keys to label values, got {"pool":"a b"}. ${inFile}`,
  ],
  [
    "a controller that is not installed",
    { ...embedded, flux: { controllers: { "image-reflector-controller": {} } } },
    `flux.controllers must name "all" or a controller of flux.components, got "image-reflector-controller". Run: pulumi config rm --path 'flux.controllers["image-reflector-controller"]'`,
  ],
  [
    "an option that a controller does not have",
    { ...embedded, flux: { controllers: { all: { replicas: 2 } } } },
    `flux.controllers.all must hold only the keys "affinity", "env", "nodeSelector", "podLabels", "priorityClassName", "resources", "serviceAccountAnnotations", "tolerations", got "replicas". ${removeOf("flux.controllers.all.replicas")}`,
  ],
  [
    "an affinity that does not exist",
    { ...embedded, flux: { controllers: { all: { affinity: { zone: {} } } } } },
    `flux.controllers.all.affinity must be an object {nodeAffinity, podAffinity, podAntiAffinity}, got {"zone":{}}. ${inFile}`,
  ],
  [
    "an amount that is none",
    { ...embedded, flux: { controllers: { all: { resources: { limits: { memory: "1 GB" } } } } } },
    `flux.controllers.all.resources must be an object {requests, limits} of amounts such as {cpu: 500m, memory: 1Gi}, got {"limits":{"memory":"1 GB"}}. ${inFile}`,
  ],
  [
    "an API server with a scheme",
    { ...embedded, flux: { beforeNetwork: { apiServerHost: "https://10.0.0.1" } } },
    `flux.beforeNetwork.apiServerHost must be a host name or an IPv4 address without a scheme, got "https://10.0.0.1". ${set("flux.beforeNetwork.apiServerHost", "10.0.0.10")}`,
  ],
  [
    "a port that does not exist",
    { ...embedded, flux: { beforeNetwork: { apiServerHost: "api", apiServerPort: 0 } } },
    `flux.beforeNetwork.apiServerPort must be a port from 1 to 65535, got 0. ${set("flux.beforeNetwork.apiServerPort", "6443")}`,
  ],
  [
    "shards on the network of the nodes",
    { ...embedded, flux: { beforeNetwork: { apiServerHost: "api" }, shards: ["a"] } },
    `flux.shards must be absent when flux.beforeNetwork is set: their ports would collide, got ["a"]. ${removeOf("flux.shards")}`,
  ],
  [
    "two shards of one name",
    { ...embedded, flux: { shards: ["a", "a"] } },
    `flux.shards must be a list of one or more different Kubernetes names, got ["a","a"]. ${inFile}`,
  ],
  [
    "the label of shards that there are not",
    { ...embedded, flux: { shardKey: "example.com/shard" } },
    `flux.shardKey must be absent without flux.shards, got "example.com/shard". ${removeOf("flux.shardKey")}`,
  ],
  [
    "a proxy with a password",
    { ...embedded, flux: { proxy: { https: "http://ada:planted@proxy:3128" } } },
    'flux.proxy.https must hold no credentials, got "http://…@proxy:3128". Put them into a Secret in flux-system and name that: sync.proxySecret',
  ],
  [
    "a proxy without an address",
    { ...embedded, flux: { proxy: { noProxy: ["10.0.0.0/8"] } } },
    `flux.proxy.https must be set, or flux.proxy.http, got nothing. ${set("flux.proxy.https", "http://proxy.example.com:3128")}`,
  ],
  [
    "unproxied hosts in one text",
    { ...embedded, flux: { proxy: { http: "http://proxy", noProxy: ["a,b"] } } },
    `flux.proxy.noProxy must be a list of hosts, domains or address ranges without blanks or commas, got ["a,b"]. ${inFile}`,
  ],
  [
    "a tenant's account without tenants",
    { ...embedded, flux: { tenantServiceAccount: "flux" } },
    `flux.tenantServiceAccount must be absent when flux.multitenant is false, got "flux". ${removeOf("flux.tenantServiceAccount")}`,
  ],
  [
    "a label of the namespace that flux-operator sets",
    { ...embedded, flux: { namespaceLabels: { "app.kubernetes.io/part-of": "x" } } },
    `flux.namespaceLabels must be a map of labels that neither this program nor flux-operator sets, got {"app.kubernetes.io/part-of":"x"}. ${inFile}`,
  ],
  [
    "a volume without a size",
    { ...embedded, flux: { storage: { class: "fast" } } },
    `flux.storage.size must be a size such as 10Gi, got nothing. ${set("flux.storage.size", "10Gi")}`,
  ],
  [
    "a pull secret that is none",
    { ...embedded, flux: { imagePullSecret: "Registry" } },
    `flux.imagePullSecret must be the name of a Secret, got "Registry". ${set("flux.imagePullSecret", "flux-source")}`,
  ],
);

describe("the configuration of Flux must not hold", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});
