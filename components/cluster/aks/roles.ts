import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import * as pulumi from "@pulumi/pulumi";

import { uuidOf } from "./uuid.ts";

/**
 * The built-in roles that this program gives, none of which lets its holder give roles
 * (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles).
 */
const roles = {
  /** Azure Kubernetes Service RBAC Cluster Admin. */
  clusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  privateDnsZoneContributor: "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  keyVaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  keyVaultCryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
  monitoringMetricsPublisher: "3913510d-42f4-4e42-8a64-420c390055eb",
} as const;

export type Role = keyof typeof roles;

export interface Grant {
  readonly role: Role;
  readonly principalId: pulumi.Input<string>;
  readonly principalType: "Group" | "ServicePrincipal" | "User";
  /** The id of the one resource that it is for. */
  readonly scope: pulumi.Input<string>;
}

/**
 * grant assigns a role. Its name follows from what it says, so that an `up` that was cut off finds what it made. The
 * type of the principal is named, because Entra may not know one yet that was just made, and would refuse it.
 */
export function grant(
  name: string,
  { role, principalId, principalType, scope }: Grant,
  opts: pulumi.CustomResourceOptions,
): RoleAssignment {
  const named = pulumi.all([scope, principalId]);
  return new RoleAssignment(
    name,
    {
      roleAssignmentName: named.apply(([at, whom]) => uuidOf(at, whom, roles[role])),
      roleDefinitionId: pulumi.output(scope).apply((at) => definitionOf(at, role)),
      ...{ principalId, principalType, scope },
    },
    // Azure knows one assignment of a role to a principal at a scope.
    { ...opts, deleteBeforeReplace: true },
  );
}

/** The role as the subscription of the resource knows it. */
function definitionOf(scope: string, role: Role): string {
  const [, , subscription = ""] = scope.split("/");
  const definitions = "providers/Microsoft.Authorization/roleDefinitions";
  return `/subscriptions/${subscription}/${definitions}/${roles[role]}`;
}
