import type { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster.js";
import * as pulumi from "@pulumi/pulumi";

import type { AksAdmins, AksConfig } from "../../config/aks/types.ts";
import { grant, type Grant } from "./roles.ts";

export interface AccessArgs extends Pick<AksConfig, "admins" | "registryIds"> {
  readonly cluster: ManagedCluster;
}

/**
 * Access is who may administrate the cluster, and what its nodes may pull. There is no other way in: the cluster has no
 * local accounts, and whoever made it has no rights in it by that. Azure takes minutes until an assignment counts.
 */
export class Access extends pulumi.ComponentResource {
  /** The ids of the assignments by which somebody logs in. */
  readonly admins: pulumi.Output<readonly string[]>;

  constructor(
    name: string,
    { admins, registryIds, cluster }: AccessArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:aks:Access", name, {}, opts);
    const grants = principals(admins).map(([principalId, principalType]) =>
      grant(
        `${name}-${principalId.toLowerCase()}`,
        { role: "clusterAdmin", principalId, principalType, scope: cluster.id },
        { parent: this },
      ),
    );
    const kubelet = cluster.identityProfile.apply(
      (identities) => identities?.["kubeletidentity"]?.objectId ?? "",
    );
    for (const scope of registryIds) {
      grant(
        `${name}-${registryName(scope)}-pull`,
        { role: "acrPull", principalId: kubelet, principalType: "ServicePrincipal", scope },
        { parent: this },
      );
    }
    this.admins = pulumi.all(grants.map(({ id }) => id));
    this.registerOutputs();
  }
}

function principals(admins: AksAdmins): (readonly [id: string, type: Grant["principalType"]])[] {
  return [
    ...admins.groups.map((id) => [id, "Group"] as const),
    ...admins.servicePrincipals.map((id) => [id, "ServicePrincipal"] as const),
    ...admins.users.map((id) => [id, "User"] as const),
  ];
}

/** The names of container registries are unique in the world. */
function registryName(id: string): string {
  return id.split("/").at(-1)?.toLowerCase() ?? id;
}
