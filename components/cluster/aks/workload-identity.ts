import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential.js";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import * as pulumi from "@pulumi/pulumi";

import type { AksGrant, AksIdentityConfig } from "../../config/aks/types.ts";
import type { Place } from "./place.ts";
import { grant, type Role } from "./roles.ts";
import { uuidOf } from "./uuid.ts";

export interface WorkloadIdentityArgs {
  readonly identity: AksIdentityConfig;
  readonly place: Place;
  /** The URL of the cluster's issuer of tokens. */
  readonly issuer: pulumi.Input<string>;
}

const roleOf: Readonly<Record<AksGrant, Role>> = {
  secrets: "keyVaultSecretsUser",
  metrics: "monitoringMetricsPublisher",
  decrypt: "keyVaultCryptoUser",
  pull: "acrPull",
};

/**
 * WorkloadIdentity is a managed identity that one ServiceAccount of the cluster can take, by a token of its own and
 * without a secret, with one role on the resources that are named
 * (https://learn.microsoft.com/azure/aks/workload-identity-overview).
 */
export class WorkloadIdentity extends pulumi.ComponentResource {
  readonly identity: AksIdentityConfig;
  /** What the ServiceAccount bears as `azure.workload.identity/client-id`. */
  readonly clientId: pulumi.Output<string>;

  constructor(
    name: string,
    { identity, place, issuer }: WorkloadIdentityArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:aks:WorkloadIdentity", name, {}, opts);
    this.identity = identity;
    const { cluster, ...located } = place;
    const { namespace, serviceAccount, resources } = identity;
    const managed = new UserAssignedIdentity(
      `${name}-identity`,
      { ...located, resourceName: `id-${cluster}-${identity.name}` },
      { parent: this, deleteBeforeReplace: true },
    );
    const { principalId } = managed;
    const credential = new FederatedIdentityCredential(
      `${name}-credential`,
      {
        resourceGroupName: place.resourceGroupName,
        resourceName: managed.name,
        federatedIdentityCredentialResourceName: `${namespace}-${serviceAccount}`,
        issuer,
        subject: `system:serviceaccount:${namespace}:${serviceAccount}`,
        audiences: ["api://AzureADTokenExchange"],
      },
      { parent: this, deleteBeforeReplace: true },
    );
    const role = roleOf[identity.grant];
    const grants = resources.map((scope) =>
      grant(
        `${name}-${nounOf(scope)}`,
        { role, principalId, principalType: "ServicePrincipal", scope },
        { parent: this },
      ),
    );
    // Whoever learns the id can use the identity.
    const ready = pulumi.all([credential.id, ...grants.map(({ id }) => id)]);
    this.clientId = pulumi.all([managed.clientId, ready]).apply(([id]) => id);
    this.registerOutputs();
  }
}

/** Names of resources repeat in other resource groups. */
function nounOf(id: string): string {
  const [last = ""] = id.toLowerCase().split("/").toReversed();
  return `${last}-${uuidOf(id).slice(0, 8)}`;
}
