import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice/maintenanceConfiguration.js";
import {
  ManagedCluster,
  type ManagedClusterArgs,
} from "@pulumi/azure-native/containerservice/managedCluster.js";
import * as pulumi from "@pulumi/pulumi";

import type { AksConfig } from "../../config/aks/types.ts";
import { apiServerAccess, networkProfile } from "./endpoint.ts";
import type { Place } from "./place.ts";
import { systemPool, unmanaged } from "./pool-profile.ts";

export interface ControlPlaneArgs {
  readonly aks: AksConfig;
  readonly place: Place;
  /** The id of the identity that the cluster is in Azure. */
  readonly identityId: pulumi.Input<string>;
  readonly subnetId: pulumi.Input<string>;
  /** The address from which nodes reach the internet; undefined where the cluster has its own. */
  readonly egress: pulumi.Output<string> | undefined;
  /** Whether Pulumi refuses to delete the cluster, and Microsoft answers for its uptime. */
  readonly protect: boolean;
}

/**
 * ControlPlane is a cluster whose API server knows accounts of Entra only, with the pool of nodes that it cannot be
 * without. What AKS upgrades by itself it upgrades in the window. Its load balancers, disks and nodes are in a resource
 * group of its own, which goes with it: a volume that is to stay has to be made elsewhere.
 */
export class ControlPlane extends pulumi.ComponentResource {
  readonly cluster: ManagedCluster;

  constructor(name: string, args: ControlPlaneArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:aks:ControlPlane", name, {}, opts);
    const { aks, place, protect } = args;
    this.cluster = new ManagedCluster(`${name}-cluster`, clusterArgs(args), {
      parent: this,
      protect,
      // Its name is taken until it is gone.
      deleteBeforeReplace: true,
      replaceOnChanges: [...immutable],
      ignoreChanges: unmanaged(aks, {
        version: "kubernetesVersion",
        pool: "agentPoolProfiles[0].",
        size: aks.nodes.system,
      }),
      customTimeouts: { create: "40m", update: "90m", delete: "40m" },
    });
    for (const [noun, configName] of windows) {
      new MaintenanceConfiguration(
        `${name}-${noun}-window`,
        {
          resourceGroupName: place.resourceGroupName,
          resourceName: this.cluster.name,
          configName,
          maintenanceWindow: maintenanceWindow(aks),
        },
        { parent: this, deletedWith: this.cluster, deleteBeforeReplace: true },
      );
    }
    this.registerOutputs();
  }
}

/**
 * What Azure refuses to change of a cluster, and which another cluster alone can have. Of the other things that it refuses,
 * such as the size of the system pool's VMs, it says so itself: nobody loses a cluster for these.
 */
const immutable = [
  "agentPoolProfiles[0].vnetSubnetID",
  "apiServerAccessProfile.enablePrivateCluster",
  "apiServerAccessProfile.privateDNSZone",
  "networkProfile.serviceCidr",
] as const;

/** The names by which AKS knows what a window is for (https://learn.microsoft.com/azure/aks/planned-maintenance). */
const windows = [
  ["cluster", "aksManagedAutoUpgradeSchedule"],
  ["node-os", "aksManagedNodeOSUpgradeSchedule"],
] as const;

function maintenanceWindow({ upgrades: { day, start, hours } }: AksConfig) {
  return {
    schedule: { weekly: { dayOfWeek: day, intervalWeeks: 1 } },
    startTime: start,
    durationHours: hours,
    utcOffset: "+00:00",
  };
}

function clusterArgs(args: ControlPlaneArgs): ManagedClusterArgs {
  const { aks, place, identityId, subnetId, egress, protect } = args;
  const { cluster, ...located } = place;
  return {
    ...located,
    resourceName: cluster,
    dnsPrefix: cluster,
    nodeResourceGroup: `rg-${cluster}-nodes`,
    sku: { name: "Base", tier: protect ? "Standard" : "Free" },
    kubernetesVersion: aks.version,
    identity: { type: "UserAssigned", userAssignedIdentities: [identityId] },
    ...login,
    apiServerAccessProfile: apiServerAccess(aks, egress),
    networkProfile: networkProfile(aks.network),
    autoUpgradeProfile: {
      upgradeChannel: aks.upgrades.channel,
      nodeOSUpgradeChannel: "NodeImage",
    },
    nodeProvisioningProfile:
      aks.nodes.mode === "auto" ? { mode: "Auto", defaultNodePools: "Auto" } : { mode: "Manual" },
    agentPoolProfiles: [systemPool(aks, subnetId)],
  };
}

/** Who gets in, and as whom pods get out: by Entra alone, without a certificate or a password anywhere. */
const login = {
  enableRBAC: true,
  disableLocalAccounts: true,
  aadProfile: { managed: true, enableAzureRBAC: true },
  oidcIssuerProfile: { enabled: true },
  securityProfile: {
    workloadIdentity: { enabled: true },
    // Images that no pod uses any more, and their flaws, leave the nodes every week.
    imageCleaner: { enabled: true, intervalHours: 168 },
  },
};
