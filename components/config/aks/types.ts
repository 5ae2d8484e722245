/** A cluster in Azure, which this stack makes and destroys. */
export interface AksClusterConfig {
  readonly kind: "aks";
  readonly name: string;
  readonly aks: AksConfig;
}

export interface AksConfig {
  /** The only subscription in which anything is made. */
  readonly subscriptionId: string;
  /** The tenant of the login. Undefined: what the login says. */
  readonly tenantId: string | undefined;
  /** Such as `westeurope`. */
  readonly location: string;
  /** A resource group that is there. Undefined: one of this stack. */
  readonly resourceGroup: string | undefined;
  /** Of Kubernetes, such as `1.34`. */
  readonly version: string;
  readonly network: AksNetworkConfig;
  /** From where the public endpoint answers. Empty: the API server has a private address only. */
  readonly publicCidrs: readonly string[];
  /** The private DNS zone that gets the name of the API server. Undefined: one that AKS makes. */
  readonly privateDnsZoneId: string | undefined;
  /** Who administrates the cluster; who runs `up` is one of them. */
  readonly admins: AksAdmins;
  /** How kubelogin gets a token. */
  readonly login: AksLogin;
  readonly nodes: AksNodesConfig;
  readonly upgrades: AksUpgradesConfig;
  /** Where logs go. Undefined: a workspace of this stack. */
  readonly logWorkspaceId: string | undefined;
  readonly logRetentionDays: number;
  /** The container registries from which nodes pull. */
  readonly registryIds: readonly string[];
  readonly identities: readonly AksIdentityConfig[];
  /** On everything that takes tags. */
  readonly tags: Readonly<Record<string, string>>;
}

export type AksLogin = "azurecli" | "workloadidentity" | "spn" | "msi";

/** Object ids of Entra. */
export interface AksAdmins {
  readonly groups: readonly string[];
  readonly servicePrincipals: readonly string[];
  readonly users: readonly string[];
}

export type AksNetworkConfig = AksOwnNetworkConfig | AksExistingNetworkConfig;

interface Overlay {
  /** The addresses of pods, which exist in the cluster only. */
  readonly podCidr: string;
  /** The addresses of Services, which exist in the cluster only. */
  readonly serviceCidr: string;
}

/** A virtual network of this stack. */
export interface AksOwnNetworkConfig extends Overlay {
  readonly subnetId?: undefined;
  /** From /16 to /22. Its first half is for nodes. */
  readonly cidr: string;
  readonly outbound: Extract<AksOutbound, "loadBalancer" | "natGateway">;
}

/** A subnet that was made elsewhere and stays. */
export interface AksExistingNetworkConfig extends Overlay {
  readonly subnetId: string;
  /** What leads out of it; a NAT gateway or a route table is there already. */
  readonly outbound: AksOutbound;
}

export type AksOutbound = "loadBalancer" | "natGateway" | "userDefinedRouting";

export interface AksNodesConfig {
  /** Who makes nodes: the autoscaler in pools of this stack, or node auto-provisioning. */
  readonly mode: "managed" | "auto";
  /** The availability zones, such as `1`. Empty: the region has none. */
  readonly zones: readonly string[];
  /** Whether temporary disks and caches are encrypted on the host. */
  readonly encryptionAtHost: boolean;
  /** Nodes that take only what is critical to the cluster. */
  readonly system: AksPoolSize;
  /** None where nodes make themselves. */
  readonly pools: readonly AksPoolConfig[];
}

export interface AksPoolSize {
  readonly vmSize: string;
  readonly min: number;
  /** As `min`: the number of nodes is fixed. */
  readonly max: number;
  /** Of the ephemeral OS disk, which has to fit into the cache or the temporary disk of the size. */
  readonly diskGiB: number;
}

export interface AksPoolConfig extends AksPoolSize {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Such as `dedicated=batch:NoSchedule`. */
  readonly taints: readonly string[];
}

export interface AksUpgradesConfig {
  /** What AKS upgrades to by itself: patches of the version, or another minor version too. */
  readonly channel: "patch" | "stable" | "rapid";
  /** When it may, every week. */
  readonly day: string;
  /** In UTC, such as `02:00`. */
  readonly start: string;
  readonly hours: number;
}

/** What an identity may do. */
export type AksGrant = "secrets" | "metrics" | "decrypt" | "pull";

/** A managed identity for one ServiceAccount of what Flux runs. */
export interface AksIdentityConfig {
  readonly name: string;
  readonly grant: AksGrant;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The ids of what the grant applies to. */
  readonly resources: readonly string[];
}
