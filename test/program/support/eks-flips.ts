import type { Values } from "../../support/settings.ts";
import type { Effects } from "./effects.ts";

/** One change of one setting of `cluster.eks`: the values before and after it, besides the least that is needed. */
export interface EksFlip {
  /** Below `cluster.eks`; `[]` stands for each item of a list. */
  readonly key: string;
  /** Which change of it, where there are several. */
  readonly what?: string;
  readonly from: Values;
  readonly to: Values;
  /** By the resource's name, in which `*` stands for anything. */
  readonly effects: Effects;
  /** What a person has to know, where the effects do not say it. */
  readonly but?: string;
}

const flip = (key: string, [from, to]: readonly [Values, Values], effects: Effects): EksFlip => ({
  key,
  from,
  to,
  effects,
});

const set = (key: string, value: unknown, effects: Effects): EksFlip =>
  flip(key, [{}, { [key]: value }], effects);

const ofNetwork = (key: string, value: unknown, effects: Effects): EksFlip =>
  flip(`network.${key}`, [{}, { network: { [key]: value } }], effects);

const pool = { name: "default" };
const ofPool = (key: string, value: unknown, effects: Effects): EksFlip =>
  flip(
    `nodes.pools[].${key}`,
    [{ nodes: { pools: [pool] } }, { nodes: { pools: [{ ...pool, [key]: value }] } }],
    effects,
  );

const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret";
const identity = { name: "eso", grant: "secrets", resources: [`${secret}:prod/*`] };
const ofIdentity = (key: string, value: unknown, effects: Effects): EksFlip =>
  flip(
    `identities[].${key}`,
    [{ identities: [identity] }, { identities: [{ ...identity, [key]: value }] }],
    effects,
  );

const cluster = "cluster-control-plane-cluster";
const there = {
  vpcId: "vpc-0123456789abcdef0",
  subnetIds: ["subnet-01234567", "subnet-12345678"],
};
const platform = "arn:aws:iam::111122223333:role/platform";

/** Every setting, flipped at least once. */
export const eksFlips: readonly EksFlip[] = [
  set("region", "eu-west-1", {
    aws: "update",
    "cluster-ready": "update",
    [cluster]: "replace",
    "cluster-control-plane-service-*": "replace",
    "cluster-encryption-key": "update",
    "cluster-endpoints-s3": "replace",
    "cluster-leftovers-script": "update",
    "cluster-addons*-identity-*": "replace",
    "cluster-addons-vpc-cni": "update",
    "cluster-addons-on-nodes-aws-ebs-csi-driver": "update",
    "cluster-network-*-eu-central-1*": "delete",
    "cluster-network-*-eu-west-1*": "create",
    "cluster-node-*": "replace",
    "cluster-nodes-default-group": "replace",
  }),
  set("account", "111122223333", { aws: "update" }),
  set("profile", "work", {
    aws: "update",
    "cluster-leftovers-script": "update",
    "cluster-ready": "update",
  }),
  set("roleArn", platform, { aws: "update", "cluster-ready": "update" }),
  {
    ...set("version", "1.35", { [cluster]: "update", "cluster-nodes-default-group": "update" }),
    but: "upgrades the control plane, then rolls the nodes",
  },
  ofNetwork("cidr", "10.1.0.0/16", {
    [cluster]: "replace",
    "cluster-network-*-eu-central-1*": "replace",
    "cluster-network-vpc": "replace",
  }),
  flip("network.zones", [{ network: { zones: ["eu-central-1a", "eu-central-1b"] } }, {}], {
    [cluster]: "update",
    "cluster-endpoints-s3": "update",
    "cluster-network-*-eu-central-1c*": "create",
    "cluster-nodes-default-group": "replace",
  }),
  ofNetwork("nat", "single", {
    "cluster-network-address-*": "delete",
    "cluster-network-nat-*": "delete",
    "cluster-network-private-*-out": "update",
  }),
  flip("network.vpcId", [{}, { network: there }], {
    [cluster]: "replace",
    "cluster-endpoints-s3": "delete",
    "cluster-network-*": "delete",
    "cluster-nodes-default-group": "replace",
  }),
  flip(
    "network.subnetIds",
    [
      { network: there },
      { network: { ...there, subnetIds: [...there.subnetIds, "subnet-23456789"] } },
    ],
    { [cluster]: "update", "cluster-nodes-default-group": "replace" },
  ),
  set("publicCidrs", ["203.0.113.0/24"], { [cluster]: "update" }),
  set("admins", [platform, "arn:aws:iam::111122223333:role/ada"], {
    "cluster-access-111122223333-role-ada-*": "create",
  }),
  set("kmsKeyArn", "arn:aws:kms:eu-central-1:111122223333:key/3-4", {
    [cluster]: "replace",
    "cluster-control-plane-logs": "update",
    "cluster-encryption-alias": "delete",
    "cluster-encryption-key": "delete",
  }),
  set("logRetentionDays", 365, { "cluster-control-plane-logs": "update" }),
  {
    ...flip("nodes.mode", [{}, { nodes: { mode: "auto" } }], {
      "cluster-addons-*": "delete",
      [cluster]: "update",
      "cluster-control-plane-service-AmazonEKS*": "create",
      "cluster-control-plane-service-role": "update",
      "cluster-node-AmazonEKSWorkerNodeMinimalPolicy": "create",
      "cluster-node-AmazonEKSWorkerNodePolicy": "delete",
      "cluster-nodes-*": "delete",
    }),
    but: "AWS takes over the nodes, then the old ones go",
  },
  {
    ...flip("nodes.pools", [{}, { nodes: { pools: [pool, { name: "more" }] } }], {
      "cluster-nodes-more-*": "create",
    }),
    what: "added",
  },
  {
    ...flip("nodes.pools", [{ nodes: { pools: [pool, { name: "more" }] } }, {}], {
      "cluster-nodes-more-*": "delete",
    }),
    what: "removed",
  },
  ofPool("name", "renamed", {
    "cluster-nodes-default-*": "delete",
    "cluster-nodes-renamed-*": "create",
  }),
  ofPool("os", "Bottlerocket", {
    "cluster-nodes-default-group": "replace",
    "cluster-nodes-default-template": "update",
  }),
  ofPool("instanceTypes", ["m7i.xlarge"], { "cluster-nodes-default-group": "replace" }),
  ofPool("capacity", "spot", { "cluster-nodes-default-group": "replace" }),
  ofPool("min", 4, { "cluster-nodes-default-group": "update" }),
  ofPool("max", 9, { "cluster-nodes-default-group": "update" }),
  ofPool("diskGiB", 80, { "cluster-nodes-default-template": "update" }),
  ofPool("labels", { tier: "one" }, { "cluster-nodes-default-group": "update" }),
  flip(
    "nodes.pools[].taints",
    [
      { nodes: { pools: [pool, { name: "more" }] } },
      { nodes: { pools: [pool, { name: "more", taints: [{ key: "a", effect: "NoSchedule" }] }] } },
    ],
    { "cluster-nodes-more-group": "update" },
  ),
  set(
    "addonVersions",
    { coredns: "v1.12.4-eksbuild.1" },
    { "cluster-addons-on-nodes-coredns": "update" },
  ),
  {
    ...flip("identities", [{}, { identities: [identity] }], {
      "cluster-identities-eso-*": "create",
    }),
    what: "added",
  },
  {
    ...flip("identities", [{ identities: [identity] }, {}], {
      "cluster-identities-eso-*": "delete",
    }),
    what: "removed",
  },
  ofIdentity("name", "secrets", {
    "cluster-identities-eso-*": "delete",
    "cluster-identities-secrets-*": "create",
  }),
  ofIdentity("grant", "parameters", { "cluster-identities-eso-policy": "update" }),
  ofIdentity("namespace", "secrets", {
    "cluster-identities-eso-association": "replace",
    "cluster-identities-eso-role": "update",
  }),
  ofIdentity("serviceAccount", "secrets", {
    "cluster-identities-eso-association": "replace",
    "cluster-identities-eso-role": "update",
  }),
  ofIdentity("resources", [`${secret}:staging/*`], { "cluster-identities-eso-policy": "update" }),
  {
    ...ofIdentity("by", "irsa", {
      "cluster-identities-eso-association": "delete",
      "cluster-identities-eso-role": "update",
      "cluster-identities-issuer": "create",
    }),
    but: "changes who may take the role; restart the pods",
  },
  set("tags", { team: "platform" }, { aws: "update", "cluster-nodes-default-template": "update" }),
];
