import type { Texts } from "../config/flux-types.ts";
import type { Config } from "../config/types.ts";
import { apiServerVariables, networkTolerations } from "./before-network.ts";
import { proxyVariables } from "./controller-options.ts";

/** What flux-operator's chart and namespace get of the configuration. */
export interface OperatorOptions {
  /** An OCI address or a path. Undefined: what the cluster supplies, else the published chart. */
  readonly chart: string | undefined;
  readonly version: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Labels of the namespace, besides that of the stack. */
  readonly namespaceLabels: Texts;
}

export function operatorOptions({
  operator,
  flux,
}: Pick<Config, "operator" | "flux">): OperatorOptions {
  const { chart, version } = operator;
  const values = { web: { enabled: false }, ...operatorValues({ operator, flux }) };
  return { chart, version, values, namespaceLabels: labelsOf(flux) };
}

/** Under the names of the chart; what is not configured is left to it. */
function operatorValues({ operator, flux }: Pick<Config, "operator" | "flux">) {
  const { beforeNetwork, imagePullSecret } = flux;
  const isEarly = beforeNetwork !== undefined;
  const image = {
    ...(operator.image !== undefined && { repository: operator.image }),
    ...(imagePullSecret !== undefined && { pullSecrets: [{ name: imagePullSecret }] }),
  };
  const env = {
    ...(isEarly && apiServerVariables(beforeNetwork)),
    ...proxyVariables(flux),
    ...operator.env,
  };
  const tolerations = [...(isEarly ? networkTolerations : []), ...operator.tolerations];
  const extraEnvs = Object.entries(env).map(([name, value]) => ({ name, value }));
  return {
    ...(Object.keys(image).length > 0 && { image }),
    ...(isEarly && { hostNetwork: true }),
    ...(Object.keys(operator.nodeSelector).length > 0 && { nodeSelector: operator.nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(extraEnvs.length > 0 && { extraEnvs }),
  };
}

/** The operator and the controllers keep the strictest profile, which forbids the network of the node. */
function labelsOf({ beforeNetwork, namespaceLabels }: Config["flux"]): Texts {
  const modes = ["enforce", "warn", "audit"];
  const security = modes.map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]);
  return {
    ...(Object.fromEntries(security) as Texts),
    ...(beforeNetwork !== undefined && { "pod-security.kubernetes.io/enforce": "privileged" }),
    ...namespaceLabels,
  };
}
