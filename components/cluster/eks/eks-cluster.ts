import * as pulumi from "@pulumi/pulumi";

import type { EksClusterConfig, EksConfig } from "../../config/eks/types.ts";
import { Access } from "./access.ts";
import { Addons } from "./addons.ts";
import { ControlPlane } from "./control-plane.ts";
import { Encryption } from "./encryption.ts";
import { Endpoints } from "./endpoints.ts";
import { Identities } from "./identities.ts";
import { Leftovers } from "./leftovers.ts";
import { Network } from "./network.ts";
import { NodePool } from "./node-pool.ts";
import { managedNodePolicies, autoNodePolicies, nodeTrust } from "./node-role.ts";
import { ServiceRole } from "./service-role.ts";

export interface EksClusterArgs extends Pick<EksClusterConfig, "name" | "eks"> {
  /** The account in which it is made. */
  readonly account: pulumi.Input<string>;
  /** Whether Pulumi and AWS refuse to delete what cannot be made again. */
  readonly protect: boolean;
}

/** By these everything of the stack is found, and told from what the cluster itself makes. */
export function tagsOf({ name, eks }: Pick<EksClusterArgs, "name" | "eks">) {
  return { ...eks.tags, "flux-bootstrap.dev/cluster": name };
}

/** The subnets of the nodes, and what has to be there before they reach anything. */
interface Place {
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly ways: readonly pulumi.Resource[];
}

/**
 * EksCluster is an EKS cluster with its network, its nodes and the identities of what runs there, in this order: network,
 * control plane, who gets in, add-ons, nodes, add-ons that need nodes. It goes in the reverse order. Pulumi owns it all;
 * what the cluster itself makes in AWS (load balancers, their security groups, volumes) the destroy has to remove before.
 */
export class EksCluster extends pulumi.ComponentResource {
  readonly controlPlane: ControlPlane;
  readonly vpcId: pulumi.Output<string>;
  /** `<NAME>_ROLE_ARN` -> ARN of what Flux runs. */
  readonly identityArns: Readonly<Record<string, pulumi.Output<string>>>;
  /** What has to be there before a login is accepted. */
  readonly access: readonly pulumi.Resource[];
  /** What has to be there before a pod can run. */
  readonly before: readonly pulumi.Resource[];
  readonly #name: string;
  readonly #args: EksClusterArgs;

  constructor(name: string, args: EksClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:EksCluster", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { eks } = args;
    const place = this.#place(eks);
    const nodeRole = this.#nodeRole(eks);
    this.controlPlane = this.#controlPlane(place, nodeRole);
    const { cluster } = this.controlPlane;
    const access = new Access(
      `${name}-access`,
      { clusterName: cluster.name, region: eks.region, admins: eks.admins },
      { parent: this },
    );
    const identities = new Identities(
      `${name}-identities`,
      {
        clusterName: cluster.name,
        cluster: { name: args.name, region: eks.region },
        issuer: cluster.identities.apply(([identity]) => identity?.oidcs[0]?.issuer ?? ""),
        identities: eks.identities,
      },
      { parent: this },
    );
    this.vpcId = pulumi.output(place.vpcId);
    this.identityArns = identities.arns;
    this.access = access.grants;
    this.before = [...access.grants, ...identities.associations, ...this.#nodes(place, nodeRole)];
    this.registerOutputs();
  }

  #place({ network, region }: EksConfig): Place {
    if (network.vpcId !== undefined) return { ...network, ways: [] };
    const { name: clusterName, protect } = this.#args;
    const own = new Network(
      `${this.#name}-network`,
      { clusterName, protect, ...network },
      { parent: this },
    );
    const endpoints = new Endpoints(
      `${this.#name}-endpoints`,
      {
        ...{ clusterName, region, cidr: network.cidr, isOnlyWay: network.nat === "none" },
        ...{ vpcId: own.vpcId, subnetIds: own.subnetIds, routeTableIds: own.routeTableIds },
      },
      { parent: this },
    );
    const { vpcId, subnetIds } = own;
    return { vpcId, subnetIds, ways: [...own.ways, ...endpoints.ways] };
  }

  #nodeRole({ region, nodes }: EksConfig): ServiceRole {
    const { name: clusterName } = this.#args;
    return new ServiceRole(
      `${this.#name}-node`,
      {
        ...{ clusterName, region, noun: "node", trust: nodeTrust },
        description: `Nodes of the EKS cluster ${clusterName}`,
        policies: nodes.mode === "auto" ? autoNodePolicies : managedNodePolicies,
      },
      { parent: this },
    );
  }

  #controlPlane({ subnetIds, ways }: Place, nodeRole: ServiceRole): ControlPlane {
    const { name: clusterName, eks, account, protect } = this.#args;
    const { region, version, publicCidrs, logRetentionDays } = eks;
    const logGroup = `/aws/eks/${clusterName}/cluster`;
    const own =
      eks.kmsKeyArn === undefined
        ? new Encryption(
            `${this.#name}-encryption`,
            { clusterName, region, account, logGroup, protect },
            { parent: this },
          )
        : undefined;
    const leftovers = new Leftovers(
      `${this.#name}-leftovers`,
      { clusterName, region, profile: eks.profile },
      { parent: this, dependsOn: [...ways] },
    );
    return new ControlPlane(
      `${this.#name}-control-plane`,
      {
        ...{ clusterName, region, version, subnetIds, publicCidrs },
        ...{ logGroup, logRetentionDays, protect },
        network: eks.network.vpcId ?? eks.network.cidr,
        keyArn: own?.keyArn ?? eks.kmsKeyArn ?? "",
        logKeyArn: own?.keyArn,
        autoNodeRoleArn: eks.nodes.mode === "auto" ? nodeRole.arn : undefined,
      },
      { parent: this, dependsOn: [leftovers.record, ...ways, ...nodeRole.rights] },
    );
  }

  /** The nodes with the add-ons before and after them; AWS itself runs those of Auto Mode. */
  #nodes({ subnetIds, ways }: Place, role: ServiceRole): pulumi.Resource[] {
    const { name, eks } = this.#args;
    if (eks.nodes.mode === "auto") return [];
    const { cluster } = this.controlPlane;
    const shared = {
      clusterName: cluster.name,
      cluster: { name, region: eks.region },
      versions: eks.addonVersions,
    };
    const first = new Addons(
      `${this.#name}-addons`,
      { ...shared, addons: ["eks-pod-identity-agent", "vpc-cni", "kube-proxy"] },
      { parent: this },
    );
    const pools = eks.nodes.pools.map(
      (pool) =>
        new NodePool(
          `${this.#name}-nodes-${pool.name}`,
          {
            ...pool,
            ...{ clusterName: cluster.name, version: eks.version, roleArn: role.arn, subnetIds },
            tags: { ...tagsOf(this.#args), Name: `${name}-${pool.name}` },
          },
          { parent: this, dependsOn: [...first.installed, ...role.rights, ...ways] },
        ),
    );
    const groups = pools.map(({ group }) => group);
    const last = new Addons(
      `${this.#name}-addons-on-nodes`,
      { ...shared, addons: ["coredns", "aws-ebs-csi-driver"] },
      { parent: this, dependsOn: groups },
    );
    return [...groups, ...last.installed];
  }
}
