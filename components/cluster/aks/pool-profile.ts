import type * as pulumi from "@pulumi/pulumi";

import type {
  AksConfig,
  AksNodesConfig,
  AksPoolConfig,
  AksPoolSize,
} from "../../config/aks/types.ts";

type Nodes = Pick<AksNodesConfig, "zones" | "encryptionAtHost">;

/** What every pool has. The OS disk is ephemeral: faster, free, and nothing on it outlives its node. */
function profile(
  size: AksPoolSize,
  { zones, encryptionAtHost }: Nodes,
  subnetId: pulumi.Input<string>,
) {
  const { vmSize, min, max, diskGiB } = size;
  return {
    vmSize,
    count: min,
    ...(isScaled(size)
      ? { enableAutoScaling: true, minCount: min, maxCount: max }
      : { enableAutoScaling: false }),
    type: "VirtualMachineScaleSets",
    osType: "Linux",
    osSKU: "AzureLinux",
    osDiskType: "Ephemeral",
    osDiskSizeGB: diskGiB,
    vnetSubnetID: subnetId,
    enableNodePublicIP: false,
    enableEncryptionAtHost: encryptionAtHost,
    // Nobody logs in to a node: what is to be seen of one `kubectl debug` shows.
    securityProfile: { sshAccess: "Disabled" },
    upgradeSettings: { maxSurge: "33%" },
    ...(zones.length > 0 && { availabilityZones: [...zones] }),
  };
}

/** systemPool runs what the cluster itself is made of, and nothing else. */
export function systemPool(
  { version, nodes }: Pick<AksConfig, "version" | "nodes">,
  subnetId: pulumi.Input<string>,
) {
  return {
    ...profile(nodes.system, nodes, subnetId),
    name: "system",
    mode: "System",
    orchestratorVersion: version,
    nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
  };
}

/** userPool runs everything else. */
export function userPool(
  pool: AksPoolConfig,
  { version, nodes }: Pick<AksConfig, "version" | "nodes">,
  subnetId: pulumi.Input<string>,
) {
  return {
    ...profile(pool, nodes, subnetId),
    mode: "User",
    orchestratorVersion: version,
    nodeLabels: { ...pool.labels },
    nodeTaints: [...pool.taints],
  };
}

export interface Unmanaged {
  /** The property with the version of Kubernetes. */
  readonly version: string;
  /** What stands before the properties of the pool. */
  readonly pool: string;
  readonly size: AksPoolSize;
}

/**
 * unmanaged are the properties that Azure changes by itself: the number of nodes under the autoscaler, and the version
 * where the channel moves on to other minor versions. Under `patch` a version without its patch stays what it says, and
 * setting it again changes nothing (https://learn.microsoft.com/azure/aks/supported-kubernetes-versions).
 */
export function unmanaged(
  { upgrades }: Pick<AksConfig, "upgrades">,
  { version, pool, size }: Unmanaged,
): string[] {
  const versions = [version, `${pool}orchestratorVersion`];
  return [
    ...(upgrades.channel === "patch" ? [] : new Set(versions)),
    ...(isScaled(size) ? [`${pool}count`] : []),
  ];
}

function isScaled({ min, max }: AksPoolSize): boolean {
  return max > min;
}
