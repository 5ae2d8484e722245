import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import type { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster.js";
import * as pulumi from "@pulumi/pulumi";

import type { AksClusterConfig } from "../../config/aks/types.ts";
import { Access } from "./access.ts";
import { withoutAliases } from "./aliases.ts";
import { ClusterIdentity } from "./cluster-identity.ts";
import { ControlPlane } from "./control-plane.ts";
import { Logs } from "./logs.ts";
import { Network } from "./network.ts";
import { NodePools } from "./node-pools.ts";
import type { Place } from "./place.ts";
import { WorkloadIdentity } from "./workload-identity.ts";

export interface AksClusterArgs extends Pick<AksClusterConfig, "name" | "aks"> {
  /** Whether the cluster, its network and its resource group are to be hard to delete. */
  readonly protect: boolean;
}

/** AksCluster is a cluster with everything that it needs of Azure. Pulumi owns all of it. */
export class AksCluster extends pulumi.ComponentResource {
  readonly resource: ManagedCluster;
  readonly resourceGroupName: pulumi.Output<string>;
  /** The ids of the assignments by which somebody logs in. */
  readonly admins: pulumi.Output<readonly string[]>;
  /** What has to be there before a pod can run as it should. */
  readonly before: readonly pulumi.Resource[];
  /** The workspace with the logs. */
  readonly workspaceId: pulumi.Output<string>;
  readonly identities: readonly WorkloadIdentity[];

  constructor(
    name: string,
    { name: cluster, aks, protect }: AksClusterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(
      "flux-bootstrap:aks:AksCluster",
      name,
      {},
      {
        ...opts,
        transformations: [...(opts.transformations ?? []), withoutAliases],
      },
    );
    const place = this.#place(name, { name: cluster, aks, protect });
    const inside = { parent: this };
    const { subnetId, egress } = this.#network(name, { aks, place, protect });
    const { privateDnsZoneId } = aks;
    const { id: identityId } = new ClusterIdentity(
      `${name}-managed-identity`,
      { place, subnetId, privateDnsZoneId },
      inside,
    );
    const { cluster: resource } = new ControlPlane(
      `${name}-control-plane`,
      { aks, place, identityId, subnetId, egress, protect },
      inside,
    );
    const pools = { aks, place, cluster: resource, subnetId };
    const nodes = new NodePools(`${name}-pools`, pools, inside);
    this.admins = new Access(`${name}-access`, { ...aks, cluster: resource }, inside).admins;
    const logs = { ...aks, place, clusterId: resource.id };
    this.workspaceId = new Logs(`${name}-logs`, logs, inside).workspaceId;
    const issuer = resource.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? "");
    this.identities = aks.identities.map(
      (identity) =>
        new WorkloadIdentity(`${name}-${identity.name}`, { identity, place, issuer }, inside),
    );
    this.before = [nodes, ...this.identities];
    this.resource = resource;
    this.resourceGroupName = pulumi.output(place.resourceGroupName);
    this.registerOutputs();
  }

  /** A resource group takes everything in it along, so that one which others use has to be named. */
  #place(name: string, { name: cluster, aks, protect }: AksClusterArgs): Place {
    const { location, resourceGroup } = aks;
    const tags = { ...aks.tags, "flux-bootstrap-cluster": cluster };
    const ownGroup = () =>
      new ResourceGroup(
        `${name}-group`,
        { resourceGroupName: `rg-${cluster}`, location, tags },
        { parent: this, protect, deleteBeforeReplace: true },
      ).name;
    return { cluster, location, tags, resourceGroupName: resourceGroup ?? ownGroup() };
  }

  #network(
    name: string,
    {
      aks: { network },
      ...args
    }: Pick<AksClusterArgs, "aks" | "protect"> & { readonly place: Place },
  ): Pick<Network, "egress"> & { readonly subnetId: pulumi.Input<string> } {
    if (network.subnetId !== undefined) return { subnetId: network.subnetId, egress: undefined };
    return new Network(`${name}-network`, { ...network, ...args }, { parent: this });
  }
}
