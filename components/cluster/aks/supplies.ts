import type * as pulumi from "@pulumi/pulumi";

import { clientIdVariable } from "../../config/aks/identities.ts";
import type { AksConfig } from "../../config/aks/types.ts";
import type { AccountMarks } from "../../flux/account-patches.ts";
import { fluxNamespace } from "../../names.ts";
import type { AksCluster } from "./aks-cluster.ts";

/** runtimeInfo is what manifests in Git have to know of the cloud: where they are, and by which identities. */
export function runtimeInfo(
  { resource, resourceGroupName, workspaceId, identities }: AksCluster,
  { subscriptionId, location }: AksConfig,
): Readonly<Record<string, pulumi.Input<string>>> {
  const clientIds = identities.map(
    ({ identity: { name }, clientId }) => [clientIdVariable(name), clientId] as const,
  );
  return {
    AZURE_SUBSCRIPTION_ID: subscriptionId,
    AZURE_LOCATION: location,
    AZURE_RESOURCE_GROUP: resourceGroupName,
    AZURE_TENANT_ID: resource.identity.apply((identity) => identity?.tenantId ?? ""),
    AZURE_LOG_WORKSPACE_ID: workspaceId,
    ...Object.fromEntries(clientIds),
  };
}

/**
 * accounts ties the controllers of Flux to their identities. A pod of a ServiceAccount with an identity has to ask for it
 * as well (https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-labels-and-annotations).
 */
export function accounts({ identities }: AksCluster): Readonly<Record<string, AccountMarks>> {
  const ofFlux = identities.filter(({ identity }) => identity.namespace === fluxNamespace);
  return Object.fromEntries(
    ofFlux.map(({ identity, clientId }) => [identity.serviceAccount, marks(clientId)]),
  );
}

function marks(clientId: pulumi.Input<string>): AccountMarks {
  return {
    annotations: { "azure.workload.identity/client-id": clientId },
    podLabels: { "azure.workload.identity/use": "true" },
  };
}
