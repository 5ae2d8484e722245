import { sharedId } from "../../support/aks.ts";
import type { Values } from "../../support/settings.ts";
import type { Effects } from "./effects.ts";

/** One change of one setting of `cluster.aks`: the values before and after it, besides the least that is needed. */
export interface AksFlip {
  /** Below `cluster.aks`; `[]` stands for each item of a list. */
  readonly key: string;
  /** Which change of it, where there are several. */
  readonly what?: string;
  readonly from: Values;
  readonly to: Values;
  readonly effects: Effects;
  /** What Azure does instead, which only Azure knows. */
  readonly instead?: string;
}

const flip = (key: string, [from, to]: readonly [Values, Values], effects: Effects): AksFlip => ({
  ...{ key, from, to, effects },
});

const set = (key: string, value: unknown, effects: Effects): AksFlip =>
  flip(key, [{}, { [key]: value }], effects);

const within = (object: string) => (key: string, value: unknown, effects: Effects) =>
  flip(`${object}.${key}`, [{}, { [object]: { [key]: value } }], effects);

const ofNetwork = within("network");
const ofNodes = within("nodes");
const ofUpgrades = within("upgrades");

const ofSystem = (key: string, value: unknown, effects: Effects): AksFlip =>
  flip(`nodes.system.${key}`, [{}, { nodes: { system: { [key]: value } } }], effects);

/** What Azure refuses to change of the system pool. */
const refused = (own: AksFlip): AksFlip => ({ ...own, instead: "refused by Azure" });

const group = "22222222-2222-2222-2222-222222222222";
const somebody = "33333333-3333-3333-3333-333333333333";
const ofAdmins = (key: string, ids: readonly string[]): AksFlip =>
  flip(`admins.${key}`, [{}, { admins: { groups: [group], [key]: ids } }], {
    [`cluster-access-${somebody}`]: "create",
  });

const two = [{ name: "apps" }, { name: "more" }];
const ofPool = (key: string, value: unknown, effects: Effects): AksFlip =>
  flip(
    `nodes.pools[].${key}`,
    [{ nodes: { pools: two } }, { nodes: { pools: [two[0], { ...two[1], [key]: value }] } }],
    effects,
  );

const vault = sharedId("KeyVault/vaults/staging");
const registry = sharedId("ContainerRegistry/registries/contoso");
const identity = { name: "eso", grant: "secrets", resources: [vault] };
const ofIdentity = (key: string, value: unknown, effects: Effects, more: Values = {}): AksFlip =>
  flip(
    `identities[].${key}`,
    [{ identities: [identity] }, { identities: [{ ...identity, ...more, [key]: value }] }],
    effects,
  );

const subnetId = sharedId("Network/virtualNetworks/hub/subnets/aks");
const zoneId = sharedId("Network/privateDnsZones/privatelink.westeurope.azmk8s.io");
const workspaceId = sharedId("OperationalInsights/workspaces/platform");

/** Every setting, flipped at least once. */
export const aksFlips: readonly AksFlip[] = [
  set("subscriptionId", somebody, { azure: "update", "cluster-ready": "update" }),
  set("tenantId", somebody, { azure: "update", "cluster-ready": "update" }),
  set("location", "northeurope", {
    azure: "update",
    "cluster-control-plane-cluster": "replace",
    "cluster-group": "replace",
    "cluster-logs-workspace": "replace",
    "cluster-managed-identity-account": "replace",
    "cluster-network-virtual": "replace",
  }),
  set("resourceGroup", "platform", {
    "cluster-access-22222222-2222-2222-2222-222222222222": "replace",
    "cluster-control-plane-cluster": "replace",
    "cluster-control-plane-cluster-window": "replace",
    "cluster-control-plane-node-os-window": "replace",
    "cluster-group": "delete",
    "cluster-logs-setting": "replace",
    "cluster-logs-workspace": "replace",
    "cluster-managed-identity-account": "replace",
    "cluster-managed-identity-subnet": "replace",
    "cluster-network-nodes": "replace",
    "cluster-network-virtual": "replace",
    "cluster-pools-apps": "replace",
    "cluster-ready": "update",
  }),
  set("version", "1.35", {
    "cluster-control-plane-cluster": "update",
    "cluster-pools-apps": "update",
  }),
  {
    ...set("publicCidrs", ["203.0.113.0/24"], { "cluster-control-plane-cluster": "replace" }),
    what: "the first",
  },
  {
    ...flip(
      "publicCidrs",
      [{ publicCidrs: ["203.0.113.0/24"] }, { publicCidrs: ["198.51.100.0/24"] }],
      { "cluster-control-plane-cluster": "update" },
    ),
    what: "another",
  },
  set("privateDnsZoneId", zoneId, {
    "cluster-control-plane-cluster": "replace",
    "cluster-managed-identity-zone": "create",
  }),
  set("login", "spn", { "cluster-ready": "update" }),
  flip("admins.groups", [{}, { admins: { groups: [group, somebody] } }], {
    "cluster-access-33333333-3333-3333-3333-333333333333": "create",
  }),
  ofAdmins("servicePrincipals", [somebody]),
  ofAdmins("users", [somebody]),
  ofNetwork("cidr", "10.225.0.0/16", {
    "cluster-network-nodes": "replace",
    "cluster-network-virtual": "replace",
  }),
  ofNetwork("subnetId", subnetId, {
    "cluster-control-plane-cluster": "replace",
    "cluster-managed-identity-subnet": "replace",
    "cluster-network-nodes": "delete",
    "cluster-network-virtual": "delete",
    "cluster-pools-apps": "replace",
  }),
  ofNetwork("outbound", "natGateway", {
    "cluster-control-plane-cluster": "update",
    "cluster-network-egress": "create",
    "cluster-network-nat": "create",
    "cluster-network-nodes": "update",
  }),
  ofNetwork("podCidr", "10.240.0.0/14", { "cluster-control-plane-cluster": "replace" }),
  ofNetwork("serviceCidr", "172.16.0.0/16", { "cluster-control-plane-cluster": "replace" }),
  ofNodes("mode", "auto", {
    "cluster-control-plane-cluster": "update",
    "cluster-pools-apps": "delete",
  }),
  refused(
    ofNodes("zones", ["1"], {
      "cluster-control-plane-cluster": "update",
      "cluster-pools-apps": "replace",
    }),
  ),
  refused(
    ofNodes("encryptionAtHost", false, {
      "cluster-control-plane-cluster": "update",
      "cluster-pools-apps": "replace",
    }),
  ),
  refused(ofSystem("vmSize", "Standard_D8ds_v5", { "cluster-control-plane-cluster": "update" })),
  ofSystem("min", 4, { "cluster-control-plane-cluster": "update" }),
  ofSystem("max", 9, { "cluster-control-plane-cluster": "update" }),
  refused(ofSystem("diskGiB", 80, { "cluster-control-plane-cluster": "update" })),
  {
    ...flip("nodes.pools", [{}, { nodes: { pools: two } }], { "cluster-pools-more": "create" }),
    what: "added",
  },
  {
    ...flip("nodes.pools", [{ nodes: { pools: two } }, {}], { "cluster-pools-more": "delete" }),
    what: "removed",
  },
  ofPool("name", "other", { "cluster-pools-more": "delete", "cluster-pools-other": "create" }),
  ofPool("vmSize", "Standard_D8ds_v5", { "cluster-pools-more": "replace" }),
  ofPool("min", 3, { "cluster-pools-more": "update" }),
  ofPool("max", 20, { "cluster-pools-more": "update" }),
  ofPool("diskGiB", 80, { "cluster-pools-more": "replace" }),
  ofPool("labels", { tier: "one" }, { "cluster-pools-more": "update" }),
  ofPool("taints", ["a=b:NoSchedule"], { "cluster-pools-more": "update" }),
  ofUpgrades("channel", "stable", { "cluster-control-plane-cluster": "update" }),
  ofUpgrades("day", "Monday", {
    "cluster-control-plane-cluster-window": "update",
    "cluster-control-plane-node-os-window": "update",
  }),
  ofUpgrades("start", "03:00", {
    "cluster-control-plane-cluster-window": "update",
    "cluster-control-plane-node-os-window": "update",
  }),
  ofUpgrades("hours", 6, {
    "cluster-control-plane-cluster-window": "update",
    "cluster-control-plane-node-os-window": "update",
  }),
  set("logWorkspaceId", workspaceId, {
    "cluster-logs-setting": "update",
    "cluster-logs-workspace": "delete",
  }),
  set("logRetentionDays", 30, { "cluster-logs-workspace": "update" }),
  set("registryIds", [registry], { "cluster-access-contoso-pull": "create" }),
  {
    ...flip("identities", [{}, { identities: [identity] }], {
      "cluster-eso-credential": "create",
      "cluster-eso-identity": "create",
      "cluster-eso-staging-23f3e646": "create",
    }),
    what: "added",
  },
  {
    ...flip("identities", [{ identities: [identity] }, {}], {
      "cluster-eso-credential": "delete",
      "cluster-eso-identity": "delete",
      "cluster-eso-staging-23f3e646": "delete",
    }),
    what: "removed",
  },
  ofIdentity("name", "secrets", {
    "cluster-eso-credential": "delete",
    "cluster-eso-identity": "delete",
    "cluster-eso-staging-23f3e646": "delete",
    "cluster-secrets-credential": "create",
    "cluster-secrets-identity": "create",
    "cluster-secrets-staging-23f3e646": "create",
  }),
  ofIdentity(
    "grant",
    "pull",
    {
      "cluster-eso-contoso-ee9c21a8": "create",
      "cluster-eso-credential": "replace",
      "cluster-eso-staging-23f3e646": "delete",
    },
    { resources: [registry] },
  ),
  ofIdentity("namespace", "secrets", { "cluster-eso-credential": "replace" }),
  ofIdentity("serviceAccount", "secrets", { "cluster-eso-credential": "replace" }),
  ofIdentity("resources", [sharedId("KeyVault/vaults/other")], {
    "cluster-eso-other-1ef24b6a": "create",
    "cluster-eso-staging-23f3e646": "delete",
  }),
  set(
    "tags",
    { owner: "platform" },
    {
      "cluster-control-plane-cluster": "update",
      "cluster-group": "update",
      "cluster-logs-workspace": "update",
      "cluster-managed-identity-account": "update",
      "cluster-network-virtual": "update",
      "cluster-pools-apps": "update",
    },
  ),
];
