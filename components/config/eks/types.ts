/** A cluster in AWS, which this stack makes and destroys. */
export interface EksClusterConfig {
  readonly kind: "eks";
  readonly name: string;
  readonly eks: EksConfig;
}

export interface EksConfig {
  /** Such as `eu-central-1`. */
  readonly region: string;
  /** The only account in which anything is made. Undefined: that of the login. */
  readonly account: string | undefined;
  /** A profile of the machine's AWS configuration. Undefined: what the environment says. */
  readonly profile: string | undefined;
  /** The role that makes the cluster and logs in to it. Undefined: the login itself. */
  readonly roleArn: string | undefined;
  /** Of Kubernetes, such as `1.34`. */
  readonly version: string;
  readonly network: EksNetworkConfig;
  /** From where the public endpoint answers. Empty: there is none. */
  readonly publicCidrs: readonly string[];
  /** The IAM roles and users that administrate the cluster; the one that runs `up` is one of them. */
  readonly admins: readonly string[];
  /** What encrypts Secrets and logs. Undefined: a key of this stack. */
  readonly kmsKeyArn: string | undefined;
  readonly logRetentionDays: number;
  readonly nodes: EksNodesConfig;
  /** Without one EKS chooses when the add-on is made, and nothing upgrades it. */
  readonly addonVersions: Readonly<Partial<Record<EksAddonName, string>>>;
  readonly identities: readonly EksIdentityConfig[];
  /** On everything that takes tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What EKS installs and watches; in Auto Mode it needs none. */
export const eksAddons = [
  "vpc-cni",
  "kube-proxy",
  "eks-pod-identity-agent",
  "coredns",
  "aws-ebs-csi-driver",
] as const;

export type EksAddonName = (typeof eksAddons)[number];

export type EksNetworkConfig = EksOwnNetworkConfig | EksExistingNetworkConfig;

/** A VPC of this stack. */
export interface EksOwnNetworkConfig {
  readonly vpcId?: undefined;
  /** From /16 to /20. */
  readonly cidr: string;
  /** The full names of two or three availability zones. */
  readonly zones: readonly string[];
  readonly nat: Nat;
}

/** What leads out of the private subnets; without one the VPC has endpoints for what nodes need of AWS. */
export type Nat = "none" | "single" | "perZone";

/** A VPC that was made elsewhere and stays. */
export interface EksExistingNetworkConfig {
  readonly vpcId: string;
  /** Private subnets in at least two zones. */
  readonly subnetIds: readonly string[];
}

export type EksNodesConfig = EksManagedNodesConfig | EksAutoNodesConfig;

export interface EksManagedNodesConfig {
  readonly mode: "managed";
  readonly pools: readonly EksPoolConfig[];
}

/** Auto Mode: AWS runs nodes, volumes and load balancers. */
export interface EksAutoNodesConfig {
  readonly mode: "auto";
}

export type EksOs = "AL2023" | "Bottlerocket";

/** A managed node group. */
export interface EksPoolConfig {
  readonly name: string;
  readonly os: EksOs;
  readonly architecture: "x86_64" | "arm64";
  /** All of one architecture. */
  readonly instanceTypes: readonly string[];
  readonly capacity: "onDemand" | "spot";
  readonly min: number;
  readonly max: number;
  readonly diskGiB: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly EksTaint[];
}

export interface EksTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "NoExecute" | "PreferNoSchedule";
}

/** What an identity may do. */
export type EksGrant = "secrets" | "parameters" | "logs" | "decrypt" | "pull";

/** A role for one ServiceAccount of what Flux runs. */
export interface EksIdentityConfig {
  readonly name: string;
  readonly grant: EksGrant;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The ARNs to which the grant applies; empty for a grant that has none. */
  readonly resources: readonly string[];
  /** How the pods get it: by Pod Identity, or by the OIDC issuer and an annotation (IRSA). */
  readonly by: "podIdentity" | "irsa";
}
