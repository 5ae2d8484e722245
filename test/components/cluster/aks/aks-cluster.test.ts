import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { azureTypes, madeAks, sharedId } from "../../../support/aks.ts";
import { allBefore, namesOf } from "../../../support/eks.ts";
import { type MockEngine, optionsOf } from "../../../support/mocks.ts";

const clusterName = "cluster-control-plane-cluster";
const identities = [
  { name: "eso", grant: "secrets", resources: [sharedId("KeyVault/vaults/staging")] },
];
const pools = [{ name: "apps" }, { name: "batch" }, { name: "gpu" }];

let engine: MockEngine;

describe("a cluster in Azure of which little is said", () => {
  before(async () => {
    engine = await madeAks({ identities, nodes: { pools } });
  });

  it("is made of these resources and no others", async () => {
    assert.deepEqual(azureTypes(await madeAks()), {
      "authorization:RoleAssignment": 2,
      "containerservice:AgentPool": 1,
      "containerservice:MaintenanceConfiguration": 2,
      "containerservice:ManagedCluster": 1,
      "managedidentity:UserAssignedIdentity": 1,
      "monitor:DiagnosticSetting": 1,
      "network:Subnet": 1,
      "network:VirtualNetwork": 1,
      "operationalinsights:Workspace": 1,
      "resources:ResourceGroup": 1,
    });
  });

  it("has a component of its own for each part", () => {
    const components = engine.registered.filter(({ type }) => type.startsWith("flux-bootstrap:"));
    assert.deepEqual(
      components.map(({ type, name }) => [type, name]),
      [
        ["flux-bootstrap:aks:AksCluster", "cluster"],
        ["flux-bootstrap:aks:Network", "cluster-network"],
        ["flux-bootstrap:aks:ClusterIdentity", "cluster-managed-identity"],
        ["flux-bootstrap:aks:ControlPlane", "cluster-control-plane"],
        ["flux-bootstrap:aks:NodePools", "cluster-pools"],
        ["flux-bootstrap:aks:Access", "cluster-access"],
        ["flux-bootstrap:aks:Logs", "cluster-logs"],
        ["flux-bootstrap:aks:WorkloadIdentity", "cluster-eso"],
      ],
    );
  });

  it("gives no two resources one name", () => {
    const names = engine.names();
    assert.equal(new Set(names).size, names.length);
  });

  it("gives no resource the types of other API versions for former names", () => {
    const aliased = namesOf(engine, (name) => (optionsOf(name)?.aliases ?? 0) > 0);
    assert.deepEqual(aliased, []);
  });

  it("names each resource after the cluster, as others look for it", async () => {
    const named = await madeAks({ network: { outbound: "natGateway" } });
    const nameOf = (resource: string, key: string) => named.get(resource).inputs[key];
    assert.deepEqual(
      [
        nameOf("cluster-group", "resourceGroupName"),
        nameOf("cluster-network-virtual", "virtualNetworkName"),
        nameOf("cluster-network-nodes", "subnetName"),
        nameOf("cluster-network-nat", "natGatewayName"),
        nameOf("cluster-network-egress", "publicIpAddressName"),
        nameOf("cluster-managed-identity-account", "resourceName"),
        nameOf("cluster-logs-workspace", "workspaceName"),
        nameOf(clusterName, "resourceName"),
        nameOf(clusterName, "nodeResourceGroup"),
      ],
      [
        ...["rg-staging", "vnet-staging", "snet-nodes", "ng-staging", "pip-staging-egress"],
        ...["id-staging", "log-staging", "staging", "rg-staging-nodes"],
      ],
    );
  });

  it("bears its tags wherever Azure takes them, so that it is found", async () => {
    const tagged = await madeAks({ tags: { owner: "platform" }, identities });
    const untagged = [
      ...["cluster-network-nodes", "cluster-logs-setting", "cluster-eso-credential"],
      ...namesOf(tagged, (name) => /-window$/.test(name)),
      ...namesOf(tagged, (name) => tagged.get(name).type.endsWith(":RoleAssignment")),
    ];
    for (const { type, name, inputs } of tagged.registered) {
      if (!type.startsWith("azure-native:") || untagged.includes(name)) continue;
      const tags = { owner: "platform", "flux-bootstrap-cluster": "staging" };
      assert.deepEqual(inputs["tags"], tags, name);
    }
  });

  const comesAfter: readonly (readonly [later: string, earlier: readonly string[]])[] = [
    [clusterName, ["cluster-managed-identity-subnet", "cluster-network-nodes", "cluster-group"]],
    ["cluster-pools-apps", [clusterName]],
    ["cluster-pools-batch", ["cluster-pools-apps"]],
    ["cluster-pools-gpu", ["cluster-pools-batch"]],
    ["cluster-access-22222222-2222-2222-2222-222222222222", [clusterName]],
    ["cluster-logs-setting", [clusterName, "cluster-logs-workspace"]],
    ["cluster-eso-credential", [clusterName, "cluster-eso-identity"]],
  ];
  for (const [later, earlier] of comesAfter) {
    it(`makes ${later} after what it needs, and removes it before`, () => {
      const all = allBefore(later);
      assert.deepEqual(
        earlier.filter((name) => !all.has(name)),
        [],
      );
    });
  }

  it("lets nodes and windows go with the cluster, and nothing that Azure keeps without it", () => {
    assert.deepEqual(
      namesOf(engine, (name) => optionsOf(name)?.deletedWith === clusterName),
      [
        ...["cluster-control-plane-cluster-window", "cluster-control-plane-node-os-window"],
        ...["cluster-pools-apps", "cluster-pools-batch", "cluster-pools-gpu"],
      ],
    );
  });

  it("makes nothing anew while the old one has its name", () => {
    const kept = engine.registered
      .filter(({ type }) => type.startsWith("azure-native:"))
      .filter(({ name }) => optionsOf(name)?.deleteBeforeReplace !== true);
    assert.deepEqual(kept, []);
  });

  it("protects nothing unasked", () => {
    assert.deepEqual(
      namesOf(engine, (name) => optionsOf(name)?.protect === true),
      [],
    );
  });
});

describe("a protected cluster in Azure", () => {
  it("keeps the cluster, its network and the group that would take both along", async () => {
    const guarded = await madeAks({}, { protect: true });
    assert.deepEqual(
      namesOf(guarded, (name) => optionsOf(name)?.protect === true),
      [clusterName, "cluster-group", "cluster-network-nodes", "cluster-network-virtual"],
    );
  });
});

describe("a preview of a cluster in Azure that is not made", () => {
  it("shows all of its resources", async () => {
    const previewed = await madeAks({ identities, nodes: { pools } }, { preview: true });
    assert.deepEqual(azureTypes(previewed), azureTypes(engine));
  });
});

describe("a cluster among what is there", () => {
  const subnetId = sharedId("Network/virtualNetworks/hub/subnets/aks");
  const logWorkspaceId = sharedId("OperationalInsights/workspaces/platform");

  it("makes neither a group nor a network nor a workspace", async () => {
    const found = await madeAks({
      resourceGroup: "platform",
      network: { subnetId },
      logWorkspaceId,
    });
    const types = azureTypes(found);
    const absent = ["network:VirtualNetwork", "network:Subnet", "resources:ResourceGroup"];
    for (const type of [...absent, "operationalinsights:Workspace"]) {
      assert.equal(types[type], undefined, type);
    }
    const { resourceGroupName, agentPoolProfiles } = found.get(clusterName).inputs;
    assert.equal(resourceGroupName, "platform");
    const [system] = agentPoolProfiles as readonly [{ vnetSubnetID: string }];
    assert.equal(system.vnetSubnetID, subnetId);
    assert.equal(found.get("cluster-pools-apps").inputs["vnetSubnetID"], subnetId);
    assert.equal(found.get("cluster-managed-identity-subnet").inputs["scope"], subnetId);
    assert.equal(found.get("cluster-logs-setting").inputs["workspaceId"], logWorkspaceId);
  });

  it("may put its name into a private zone of others", async () => {
    const privateDnsZoneId = sharedId("Network/privateDnsZones/privatelink.westeurope.azmk8s.io");
    const found = await madeAks({ privateDnsZoneId });
    assert.equal(found.get("cluster-managed-identity-zone").inputs["scope"], privateDnsZoneId);
    assert.ok(allBefore(clusterName).has("cluster-managed-identity-zone"));
    const { apiServerAccessProfile } = found.get(clusterName).inputs;
    assert.equal(
      (apiServerAccessProfile as { privateDNSZone: string }).privateDNSZone,
      privateDnsZoneId,
    );
  });
});
