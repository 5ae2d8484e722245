import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { embedded, problems, type Values } from "../../support/settings.ts";

const set = (path: string, value: string) =>
  `Run: pulumi config set ${path.includes(".") ? "--path " : ""}${path} ${value}`;
const operatorAddress = "oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator";
const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
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
    'flux.managedBy must be "pulumi", got "flux". Handing Flux over to its own repository is not built yet: remove the key.',
  ],
];

describe("the configuration of Flux must not hold", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});
