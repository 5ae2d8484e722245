import { fluxRegistry, fluxVersion } from "../versions.ts";
import { readControllers } from "./controllers.ts";
import { type Fields, isObject, type Rule } from "./fields.ts";
import { readBeforeNetwork, readProxy } from "./flux-network.ts";
import { namespaceLabels, readSharding, readStorage, readTenantAccount } from "./flux-options.ts";
import { secretName } from "./names.ts";
import { flag, listOf, oneOf, pattern, text, version } from "./rules.ts";
import type { ControllerPatch, FluxConfig } from "./flux-types.ts";

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

export function readFlux(root: Fields): FluxConfig {
  const fields = root.object("flux");
  const managedBy = fields.value("managedBy", oneOf("pulumi", "flux"), "pulumi");
  if (managedBy === "flux") {
    const fix = "Leave the FluxInstance out of the fleet, and remove the key.";
    fields.note("managedBy", 'be "pulumi"', fix);
  }
  const installed = fields.value("components", components, defaultComponents);
  const flux = {
    version: fields.value("version", version(fluxVersion), fluxVersion),
    registry: fields.value("registry", registry, fluxRegistry),
    imagePullSecret: fields.optional("imagePullSecret", secretName),
    components: installed,
    size: fields.value("size", oneOf("medium", "small", "large"), "medium"),
    ...readTenancy(fields),
    networkPolicy: fields.value("networkPolicy", flag, true),
    domain: fields.value("domain", domain, "cluster.local"),
    namespaceLabels: fields.value("namespaceLabels", namespaceLabels, {}),
    controllers: readControllers(fields, installed),
    beforeNetwork: readBeforeNetwork(fields),
    proxy: readProxy(fields),
    sharding: readSharding(fields),
    storage: readStorage(fields),
    controllerPatches: fields.value("controllerPatches", controllerPatches, []),
  };
  if (flux.beforeNetwork !== undefined) {
    fields.absent("shards", "when flux.beforeNetwork is set: their ports would collide");
  }
  fields.finish();
  return flux;
}

function readTenancy(fields: Fields) {
  const multitenant = fields.value("multitenant", flag, false);
  return {
    multitenant,
    tenantServiceAccount: readTenantAccount(fields, multitenant),
    objectLevelWorkloadIdentity: fields.value("objectLevelWorkloadIdentity", flag, false),
  };
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
