import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { madeAks, sharedId, subscription } from "../../../support/aks.ts";
import { type MockEngine, visible } from "../../../support/mocks.ts";
import type { Values } from "../../../support/settings.ts";

const vault = sharedId("KeyVault/vaults/staging");
const registry = sharedId("ContainerRegistry/registries/contoso");
const rule = sharedId("Insights/dataCollectionRules/staging");
const identities = [
  { name: "eso", grant: "secrets", resources: [vault] },
  { name: "metrics", grant: "metrics", resources: [rule] },
  { name: "sops", grant: "decrypt", resources: [`${vault}/keys/sops`] },
  { name: "images", grant: "pull", resources: [registry] },
];

let engine: MockEngine;

const ofType = (type: string, from = engine) =>
  from.registered
    .filter(({ type: own }) => own === `azure-native:${type}`)
    .map(({ inputs }) => inputs);
const clusterOf = (from = engine) => from.get("cluster-control-plane-cluster").inputs;
const definition = (id: string) =>
  `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;

describe("what is registered for a cluster in Azure", () => {
  before(async () => {
    engine = await madeAks({ identities, registryIds: [registry] });
  });

  it("has an API server without a public address, nor a public name", () => {
    assert.deepEqual(clusterOf()["apiServerAccessProfile"], {
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      privateDNSZone: "system",
      disableRunCommand: true,
    });
  });

  it("opens it for listed networks only, and for the nodes behind a NAT gateway", async () => {
    const publicCidrs = ["203.0.113.0/24"];
    const opened = await madeAks({ publicCidrs });
    const profile = { enablePrivateCluster: false, disableRunCommand: true };
    const { apiServerAccessProfile } = clusterOf(opened);
    assert.deepEqual(apiServerAccessProfile, { ...profile, authorizedIPRanges: publicCidrs });
    const behind = await madeAks({ publicCidrs, network: { outbound: "natGateway" } });
    assert.deepEqual(clusterOf(behind)["apiServerAccessProfile"], {
      ...profile,
      authorizedIPRanges: [...publicCidrs, "198.51.100.7/32"],
    });
  });

  it("knows accounts of Entra only, and lets Azure say what they may", () => {
    const { disableLocalAccounts, aadProfile, enableRBAC } = clusterOf();
    assert.equal(disableLocalAccounts, true);
    assert.equal(enableRBAC, true);
    // Groups that are named in the profile would be administrators past the roles of Azure.
    assert.deepEqual(aadProfile, { managed: true, enableAzureRBAC: true });
  });

  it("gives pods identities by tokens of their own", () => {
    const { oidcIssuerProfile, securityProfile } = clusterOf();
    assert.deepEqual(oidcIssuerProfile, { enabled: true });
    assert.deepEqual((securityProfile as Values)["workloadIdentity"], { enabled: true });
  });

  it("filters what pods send", () => {
    const { networkPlugin, networkPluginMode, networkDataplane, networkPolicy } = clusterOf()[
      "networkProfile"
    ] as Values;
    assert.deepEqual(
      [networkPlugin, networkPluginMode, networkDataplane, networkPolicy],
      ["azure", "overlay", "cilium", "cilium"],
    );
  });

  it("encrypts the disks of nodes where they are, lets nobody log in, and gives none an address", () => {
    const [system] = clusterOf()["agentPoolProfiles"] as readonly [Values];
    const nodes: readonly Values[] = [system, ...ofType("containerservice:AgentPool")];
    assert.equal(nodes.length, 2);
    for (const pool of nodes) {
      assert.equal(pool["enableEncryptionAtHost"], true);
      assert.equal(pool["enableNodePublicIP"], false);
      assert.deepEqual(pool["securityProfile"], { sshAccess: "Disabled" });
    }
  });

  it("has no way out of the subnet but the one that is meant", () => {
    assert.equal(engine.get("cluster-network-nodes").inputs["defaultOutboundAccess"], false);
  });

  it("writes down who changed what, and keeps it for 90 days", () => {
    const { logs } = engine.get("cluster-logs-setting").inputs as {
      logs: readonly { category: string; enabled: boolean }[];
    };
    const on = logs.filter(({ enabled }) => enabled).map(({ category }) => category);
    assert.ok(on.includes("kube-audit-admin") && on.includes("guard"));
    const { retentionInDays, features } = engine.get("cluster-logs-workspace").inputs;
    assert.equal(retentionInDays, 90);
    assert.deepEqual(features, { disableLocalAuth: true });
  });

  it("upgrades itself, in the window", () => {
    assert.deepEqual(clusterOf()["autoUpgradeProfile"], {
      upgradeChannel: "patch",
      nodeOSUpgradeChannel: "NodeImage",
    });
    const windows = ofType("containerservice:MaintenanceConfiguration");
    assert.deepEqual(windows.map(({ configName }) => configName).toSorted(), [
      "aksManagedAutoUpgradeSchedule",
      "aksManagedNodeOSUpgradeSchedule",
    ]);
  });

  it("gives each role to one principal, for one resource", () => {
    const cluster = `${subscription}/resourceGroups/rg-staging/providers/Microsoft.ContainerService/managedClusters/staging`;
    const subnet = `${subscription}/resourceGroups/rg-staging/providers/Microsoft.Network/virtualNetworks/vnet-staging/subnets/snet-nodes`;
    const given = ofType("authorization:RoleAssignment").map(
      ({ principalId, principalType, roleDefinitionId, scope }) =>
        [principalId, principalType, roleDefinitionId, scope].join(" "),
    );
    const to = (whom: string, role: string, scope: string) =>
      `${whom} ServicePrincipal ${definition(role)} ${scope}`;
    const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    assert.deepEqual(
      given.toSorted(),
      [
        `22222222-2222-2222-2222-222222222222 Group ${definition("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b")} ${cluster}`,
        to("principal-of-id-staging", "4d97b98b-1d4f-4787-a291-c67834d212e7", subnet),
        to("principal-of-id-staging-eso", "4633458b-17de-408a-b874-0445c86b69e6", vault),
        to("principal-of-id-staging-images", acrPull, registry),
        to("principal-of-id-staging-metrics", "3913510d-42f4-4e42-8a64-420c390055eb", rule),
        to(
          "principal-of-id-staging-sops",
          "12338af0-0e69-4776-bea7-57ae8d297424",
          `${vault}/keys/sops`,
        ),
        to("principal-of-the-nodes", acrPull, registry),
      ].toSorted(),
    );
  });

  it("trusts one ServiceAccount of this cluster for each identity", () => {
    const trusts = ofType("managedidentity:FederatedIdentityCredential").map(
      ({ resourceName, issuer, subject, audiences }) => ({
        ...{ resourceName, issuer, subject, audiences },
      }),
    );
    const trust = (name: string, account: string) => ({
      resourceName: `id-staging-${name}`,
      issuer: "https://oidc.example.com/1/",
      subject: `system:serviceaccount:${account}`,
      audiences: ["api://AzureADTokenExchange"],
    });
    assert.deepEqual(trusts, [
      trust("eso", "external-secrets:external-secrets"),
      trust("metrics", "azure-monitor:azure-monitor"),
      trust("sops", "flux-system:kustomize-controller"),
      trust("images", "flux-system:source-controller"),
    ]);
  });

  it("holds no credential", () => {
    const text = JSON.stringify(visible(engine.registered));
    assert.doesNotMatch(text, /planted|token"|clientSecret|adminPassword|sshPublicKey/i);
  });
});
