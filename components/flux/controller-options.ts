import type {
  ControllerOptions,
  DecryptionConfig,
  FluxConfig,
  ProxyConfig,
  Texts,
} from "../config/flux-types.ts";
import { apiServerVariables, networkTolerations } from "./before-network.ts";

type Options = Partial<ControllerOptions>;

/** effectiveOptions is what is set of a controller: what other settings ask for, then `all`, then its own. */
export function effectiveOptions(
  component: string,
  flux: FluxConfig,
  decryption: DecryptionConfig,
): ControllerOptions {
  const { controllers, beforeNetwork } = flux;
  const network: Options =
    beforeNetwork === undefined
      ? {}
      : { env: apiServerVariables(beforeNetwork), tolerations: networkTolerations };
  const asked: readonly (Options | undefined)[] = [
    network,
    { env: proxyVariables(flux) },
    component === "kustomize-controller" ? identityOptions(decryption) : {},
    controllers["all"],
    controllers[component],
  ];
  return asked.reduce<ControllerOptions>((merged, more) => merge(merged, more ?? {}), nothing);
}

const nothing: ControllerOptions = {
  env: {},
  nodeSelector: {},
  tolerations: [],
  affinity: undefined,
  priorityClassName: undefined,
  resources: {},
  podLabels: {},
  serviceAccountAnnotations: {},
};

function merge(first: ControllerOptions, second: Options): ControllerOptions {
  const texts = (key: "env" | "nodeSelector" | "podLabels" | "serviceAccountAnnotations") => ({
    ...first[key],
    ...second[key],
  });
  const amounts = (key: "requests" | "limits") => {
    const merged = { ...first.resources[key], ...second.resources?.[key] };
    return Object.keys(merged).length === 0 ? {} : { [key]: merged };
  };
  return {
    env: texts("env"),
    nodeSelector: texts("nodeSelector"),
    tolerations: [...first.tolerations, ...(second.tolerations ?? [])],
    affinity: second.affinity ?? first.affinity,
    priorityClassName: second.priorityClassName ?? first.priorityClassName,
    resources: { ...amounts("requests"), ...amounts("limits") },
    podLabels: texts("podLabels"),
    serviceAccountAnnotations: texts("serviceAccountAnnotations"),
  };
}

/**
 * proxyVariables lead what Flux fetches through the proxy, and past it what is in the cluster: the kubelet puts the
 * address of the API server in, which the client of Kubernetes would ask the proxy for.
 */
export function proxyVariables({ proxy, domain }: Pick<FluxConfig, "proxy" | "domain">): Texts {
  if (proxy === undefined) return {};
  const { http, https, noProxy }: ProxyConfig = proxy;
  const inside = [".svc", `.${domain}`, `.${domain}.`, "$(KUBERNETES_SERVICE_HOST)"];
  return {
    ...(http !== undefined && { HTTP_PROXY: http }),
    ...(https !== undefined && { HTTPS_PROXY: https }),
    NO_PROXY: [...inside, ...noProxy].join(","),
  };
}

/** What ties the controller that decrypts to its identity in the cloud. */
function identityOptions(decryption: DecryptionConfig): Options {
  if (!("annotations" in decryption)) return {};
  const { annotations } = decryption;
  const isAzure = "azure.workload.identity/client-id" in annotations;
  return {
    serviceAccountAnnotations: annotations,
    ...(isAzure && { podLabels: { "azure.workload.identity/use": "true" } }),
  };
}
