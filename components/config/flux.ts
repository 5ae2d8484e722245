import { fluxRegistry, fluxVersion, operatorVersion } from "../versions.ts";
import { type Fields, isObject, type Rule } from "./fields.ts";
import { flag, listOf, oneOf, pattern, text, version } from "./rules.ts";
import type { ControllerPatch, FluxConfig, OperatorConfig } from "./types.ts";

const defaultComponents = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "notification-controller",
] as const;

/** Only these: the gate has no canary for any other, and what it cannot prove it does not install. */
const component = oneOf(
  ...defaultComponents,
  "image-reflector-controller",
  "image-automation-controller",
);

const components: Rule<readonly string[]> = {
  ...listOf(component, "controllers that the gate can prove"),
  must: `be a list in which each item must ${component.must}`,
};

const chart = pattern(
  /^(oci:\/\/|\.{0,2}\/|[\w-]+\/)\S+$/,
  "be an OCI address (oci://…) or a path of a chart",
  "oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator",
);

const registry = pattern(
  /^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)*$/i,
  "be a registry without a scheme, such as ghcr.io/fluxcd",
  fluxRegistry,
);

const domain = pattern(
  /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/,
  "be a DNS domain such as cluster.local",
  "cluster.local",
);

const targetKeys = ["group", "version", "kind", "name", "namespace"];

const controllerPatches: Rule<readonly ControllerPatch[]> = listOf(
  { must: "", parse: controllerPatch },
  `patches {patch, target: {${targetKeys.join(", ")}, labelSelector, annotationSelector}}`,
);

export function readOperator(root: Fields): OperatorConfig {
  const fields = root.object("operator");
  const operator = {
    chart: fields.optional("chart", chart),
    version: fields.value("version", version(operatorVersion), operatorVersion),
  };
  fields.finish();
  return operator;
}

export function readFlux(root: Fields): FluxConfig {
  const fields = root.object("flux");
  const managedBy = fields.value("managedBy", oneOf("pulumi", "flux"), "pulumi");
  if (managedBy === "flux") {
    const fix = "Handing Flux over to its own repository is not built yet: remove the key.";
    fields.note("managedBy", 'be "pulumi"', fix);
  }
  const flux = {
    version: fields.value("version", version(fluxVersion), fluxVersion),
    registry: fields.value("registry", registry, fluxRegistry),
    components: fields.value("components", components, defaultComponents),
    size: fields.value("size", oneOf("medium", "small", "large"), "medium"),
    multitenant: fields.value("multitenant", flag, false),
    networkPolicy: fields.value("networkPolicy", flag, true),
    domain: fields.value("domain", domain, "cluster.local"),
    controllerPatches: fields.value("controllerPatches", controllerPatches, []),
  };
  fields.finish();
  return flux;
}

function controllerPatch(value: unknown): ControllerPatch | undefined {
  if (!isObject(value)) return undefined;
  const { patch, target, ...others } = value;
  if (text.parse(patch) === undefined || Object.keys(others).length > 0) return undefined;
  if (target === undefined) return { patch: patch as string };
  return isTarget(target) ? { patch: patch as string, target } : undefined;
}

function isTarget(value: unknown): value is Record<string, string> {
  const known = new Set([...targetKeys, "labelSelector", "annotationSelector"]);
  if (!isObject(value)) return false;
  return Object.entries(value).every(([key, item]) => known.has(key) && typeof item === "string");
}
