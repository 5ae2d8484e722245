import type { ControllerOptions, DecryptionConfig, FluxConfig } from "../config/flux-types.ts";
import type { KustomizePatch } from "./api.ts";
import { hostNetworkPatch } from "./before-network.ts";
import { effectiveOptions } from "./controller-options.ts";

/** The container of every controller. */
const containerName = "manager";

/** controllerPatches is what is set of the installed controllers, as patches; shards get those of their controller. */
export function controllerPatches(
  flux: FluxConfig,
  decryption: DecryptionConfig,
): KustomizePatch[] {
  return flux.components.flatMap((component) => {
    const options = effectiveOptions(component, flux, decryption);
    return [
      ...deploymentPatch(component, options),
      ...accountPatch(component, options),
      ...(flux.beforeNetwork === undefined ? [] : [hostNetworkPatch(component)]),
    ];
  });
}

function deploymentPatch(component: string, options: ControllerOptions): KustomizePatch[] {
  const { affinity, priorityClassName } = options;
  const spec = filled({
    nodeSelector: options.nodeSelector,
    tolerations: options.tolerations,
    affinity,
    priorityClassName,
    containers: containersOf(options),
  });
  const template = filled({ metadata: filled({ labels: options.podLabels }), spec });
  if (Object.keys(template).length === 0) return [];
  return [strategic("apps/v1", "Deployment", component, { spec: { template } })];
}

function containersOf({ env, resources }: ControllerOptions): object[] {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  const container = filled({ env: variables, resources });
  return Object.keys(container).length === 0 ? [] : [{ name: containerName, ...container }];
}

function accountPatch(component: string, options: ControllerOptions): KustomizePatch[] {
  const annotations = options.serviceAccountAnnotations;
  if (Object.keys(annotations).length === 0) return [];
  return [strategic("v1", "ServiceAccount", component, { metadata: { annotations } })];
}

/** A strategic merge patch: maps and named lists are merged, whatever they hold already. */
export function strategic(
  apiVersion: string,
  kind: string,
  name: string,
  { metadata, ...rest }: { readonly metadata?: object; readonly spec?: object },
): KustomizePatch {
  const patch = { apiVersion, kind, metadata: { name, ...metadata }, ...rest };
  return { target: { kind, name }, patch: JSON.stringify(patch) };
}

/** The fields that say something: an empty list would replace what is there. */
function filled(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
