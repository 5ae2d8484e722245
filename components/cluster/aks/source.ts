import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig.js";
import { Provider } from "@pulumi/azure-native/provider.js";
import * as pulumi from "@pulumi/pulumi";

import type { AksClusterConfig, AksConfig } from "../../config/aks/types.ts";
import { runError } from "../../run-error.ts";
import { placeholderKubeconfig } from "../placeholder.ts";
import { onceReady } from "../ready.ts";
import type { ClusterSource } from "../source.ts";
import { AksCluster } from "./aks-cluster.ts";
import { callerProblem, kubeloginProblem } from "./caller.ts";
import { endpointOf } from "./endpoint-of.ts";
import { kubeconfigOf, loginArguments } from "./kubeconfig.ts";
import { accounts, runtimeInfo } from "./supplies.ts";

/**
 * Azure takes up to ten minutes until a role assignment counts
 * (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting).
 */
const readyTimeout = "15m";

/**
 * aksSource makes the cluster, or finds it as it is recorded. Before an `up` makes anything, kubelogin has to be there and
 * whoever runs it has to be one who may log in to the cluster. A preview does without both.
 */
export async function aksSource(
  { name, aks }: AksClusterConfig,
  { protect }: { readonly protect: boolean },
): Promise<ClusterSource> {
  const provider = azureProvider(aks);
  if (!pulumi.runtime.isDryRun()) await check(aks, provider);
  const cluster = new AksCluster("cluster", { name, aks, protect }, { provider });
  const { resource } = cluster;
  const incarnation = resource.resourceUID;
  const group = aks.resourceGroup ?? `rg-${name}`;
  const where = `--subscription ${aks.subscriptionId} --resource-group ${group} --name ${name}`;
  const show = `az aks show ${where} --output table`;
  const kubeconfig = kubeconfigFor({ name, aks }, cluster, provider);
  return {
    kubeconfig: onceReady({ kubeconfig, incarnation, timeout: readyTimeout, next: show }),
    context: undefined,
    access: `az aks get-credentials ${where} && kubelogin convert-kubeconfig --login ${aks.login}`,
    unreachableFix: unreachableFix(aks, show),
    loginFix: loginFix(aks),
    previewNote: "the cluster does not answer: this preview compares with the state only",
    supplies: { runtimeInfo: runtimeInfo(cluster, aks), accounts: accounts(cluster) },
    own: { resource, incarnation, before: cluster.before },
  };
}

/** Nothing of the machine's own configuration decides in which subscription anything is made. */
function azureProvider({ subscriptionId, tenantId, location }: AksConfig): Provider {
  return new Provider("azure", {
    ...{ subscriptionId, location },
    ...(tenantId !== undefined && { tenantId }),
  });
}

async function check({ admins }: AksConfig, provider: Provider): Promise<void> {
  const absent = kubeloginProblem();
  if (absent !== undefined) throw runError(absent);
  const { objectId } = await getClientConfig({ provider });
  const stranger = callerProblem(objectId, admins);
  if (stranger !== undefined) throw runError(stranger);
}

/** It waits for the assignments by which somebody logs in, so that a destroy removes these only after its last login. */
function kubeconfigFor(
  { name, aks }: Pick<AksClusterConfig, "name" | "aks">,
  { resource, resourceGroupName, admins }: AksCluster,
  provider: Provider,
): pulumi.Output<string> {
  return pulumi
    .all([resource.name, resourceGroupName, resource.resourceUID, admins])
    .apply(async ([cluster, group]) => {
      const query = { resourceGroupName: group, resourceName: cluster };
      const endpoint = await endpointOf(query, { provider });
      return endpoint === undefined ? placeholderKubeconfig() : kubeconfigOf(name, endpoint, aks);
    });
}

function unreachableFix({ publicCidrs }: AksConfig, show: string): string {
  const from =
    publicCidrs.length === 0
      ? "It answers in its network only: run this from there."
      : `It answers from ${publicCidrs.join(", ")}.`;
  return `${from} Run: ${show}`;
}

function loginFix({ login, tenantId }: AksConfig): string {
  if (login === "azurecli") {
    return `Run: az login${tenantId === undefined ? "" : ` --tenant ${tenantId}`}`;
  }
  return `Log in to Azure again, then try: kubelogin ${loginArguments(login, tenantId).join(" ")}`;
}
