import { clientIdVariable } from "./aks/identities.ts";
import { roleVariable } from "./eks/identities.ts";
import type { Fields } from "./fields.ts";
import { mapOf } from "./rules.ts";
import type { ClusterConfig } from "./types.ts";

const rule = mapOf(/^[A-Za-z_]\w*$/, "be a map of variable names to texts");

/** programVariables are the keys that the program itself puts into the ConfigMap flux-runtime-info. */
export function programVariables(cluster: ClusterConfig): readonly string[] {
  return ["CLUSTER_NAME", "ENVIRONMENT", "CLUSTER_KIND", ...suppliedBy(cluster)];
}

/** The variables that a cluster brings along. */
function suppliedBy(cluster: ClusterConfig): readonly string[] {
  switch (cluster.kind) {
    case "embedded":
      return ["CHART_REGISTRY"];
    case "existing":
      return [];
    case "aks":
      return [
        "AZURE_SUBSCRIPTION_ID",
        "AZURE_LOCATION",
        "AZURE_RESOURCE_GROUP",
        "AZURE_TENANT_ID",
        "AZURE_LOG_WORKSPACE_ID",
        ...cluster.aks.identities.map(({ name }) => clientIdVariable(name)),
      ];
    case "eks":
      return [
        ...["AWS_REGION", "AWS_ACCOUNT_ID", "AWS_VPC_ID"],
        ...cluster.eks.identities.map(({ name }) => roleVariable(name)),
      ];
  }
}

/** Reads what the ConfigMap holds besides. */
export function readRuntimeInfo(
  root: Fields,
  cluster: ClusterConfig,
): Readonly<Record<string, string>> {
  const own = root.object("runtimeInfo");
  for (const key of programVariables(cluster)) {
    if (own.has(key)) own.absent(key, "because the program sets it");
  }
  return root.value("runtimeInfo", rule, {});
}

/** knownVariables are the keys of that ConfigMap, with the values that are known before there is a cluster. */
export function knownVariables(
  cluster: ClusterConfig,
  environment: string,
  runtimeInfo: Readonly<Record<string, string>>,
): ReadonlyMap<string, string | undefined> {
  const known = {
    CLUSTER_NAME: cluster.name,
    ENVIRONMENT: environment,
    CLUSTER_KIND: cluster.kind,
  };
  const names = programVariables(cluster).map((name) => [name, undefined] as const);
  return new Map<string, string | undefined>([
    ...names,
    ...Object.entries({ ...known, ...runtimeInfo }),
  ]);
}
