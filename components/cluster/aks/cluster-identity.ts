import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import * as pulumi from "@pulumi/pulumi";

import type { Place } from "./place.ts";
import { grant, type Role } from "./roles.ts";

export interface ClusterIdentityArgs {
  readonly place: Place;
  readonly subnetId: pulumi.Input<string>;
  /** Undefined: AKS makes a zone of its own. */
  readonly privateDnsZoneId: string | undefined;
}

/**
 * ClusterIdentity is who the cluster is in Azure: it joins nodes and internal load balancers to the subnet, and its name to
 * the private DNS zone. It has no rights besides (https://learn.microsoft.com/azure/aks/use-managed-identity).
 */
export class ClusterIdentity extends pulumi.ComponentResource {
  /** Known once the identity has its rights. */
  readonly id: pulumi.Output<string>;

  constructor(
    name: string,
    { place, subnetId, privateDnsZoneId }: ClusterIdentityArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:aks:ClusterIdentity", name, {}, opts);
    const { cluster, ...located } = place;
    const identity = new UserAssignedIdentity(
      `${name}-account`,
      { ...located, resourceName: `id-${cluster}` },
      { parent: this, deleteBeforeReplace: true },
    );
    const { principalId } = identity;
    const give = (noun: string, role: Role, scope: pulumi.Input<string>) =>
      grant(
        `${name}-${noun}`,
        { role, principalId, principalType: "ServicePrincipal", scope },
        { parent: this },
      );
    const grants = [
      give("subnet", "networkContributor", subnetId),
      ...(privateDnsZoneId === undefined
        ? []
        : [give("zone", "privateDnsZoneContributor", privateDnsZoneId)]),
    ];
    const granted = pulumi.all(grants.map(({ id }) => id));
    this.id = pulumi.all([identity.id, granted]).apply(([id]) => id);
    this.registerOutputs();
  }
}
