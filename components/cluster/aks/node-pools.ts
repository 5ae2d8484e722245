import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool.js";
import type { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster.js";
import * as pulumi from "@pulumi/pulumi";

import type { AksConfig } from "../../config/aks/types.ts";
import type { Place } from "./place.ts";
import { unmanaged, userPool } from "./pool-profile.ts";

export interface NodePoolsArgs {
  readonly aks: AksConfig;
  readonly place: Place;
  readonly cluster: ManagedCluster;
  readonly subnetId: pulumi.Input<string>;
}

/**
 * NodePools are the nodes on which Flux and everything else runs. They go with the cluster. They come one after the other:
 * of two that join one subnet at the same time Azure refuses one (https://github.com/Azure/AKS/issues/4522).
 */
export class NodePools extends pulumi.ComponentResource {
  constructor(
    name: string,
    { aks, place, cluster, subnetId }: NodePoolsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:aks:NodePools", name, {}, opts);
    const made: AgentPool[] = [];
    for (const pool of aks.nodes.pools) {
      const next = new AgentPool(
        `${name}-${pool.name}`,
        {
          ...userPool(pool, aks, subnetId),
          resourceGroupName: place.resourceGroupName,
          resourceName: cluster.name,
          agentPoolName: pool.name,
          tags: place.tags,
        },
        {
          parent: this,
          dependsOn: made.slice(-1),
          deletedWith: cluster,
          deleteBeforeReplace: true,
          ignoreChanges: unmanaged(aks, { version: "orchestratorVersion", pool: "", size: pool }),
          customTimeouts: { create: "30m", update: "90m", delete: "30m" },
        },
      );
      made.push(next);
    }
    this.registerOutputs();
  }
}
