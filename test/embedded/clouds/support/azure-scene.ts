import { azure } from "../../../../embedded/clouds/azure/definition.ts";
import { textOf } from "../../../../embedded/clouds/resource-type.ts";
import type { Properties } from "../../../../embedded/plugin/properties.ts";
import { TestCloud } from "./test-cloud.ts";

export const subscription = "/subscriptions/11111111-2222-4333-8444-555555555555";
export const cloud = new TestCloud(azure, { subscriptionId: subscription.split("/")[2] ?? "" });
export const types = {
  group: "azure-native:resources:ResourceGroup",
  network: "azure-native:network:VirtualNetwork",
  subnet: "azure-native:network:Subnet",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  assignment: "azure-native:authorization:RoleAssignment",
  cluster: "azure-native:containerservice:ManagedCluster",
  pool: "azure-native:containerservice:AgentPool",
  setting: "azure-native:monitor:DiagnosticSetting",
} as const;

export const location = "westeurope";
export const here = { resourceGroupName: "rg-dev", location };
export const make = (type: keyof typeof types, inputs: Properties) =>
  cloud.create(types[type], inputs);
export const remove = (type: keyof typeof types, id: string) => cloud.remove(types[type], id);
const definition = (role: string) =>
  `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
const contributor = definition("4d97b98b-1d4f-4787-a291-c67834d212e7");
export const clusterAdmin = definition("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b");
export const uuid = (digit: number) => `${digit}1111111-1111-4111-8111-111111111111`;

export async function makeSubnet(): Promise<string> {
  await make("group", here);
  const addressSpace = { addressPrefixes: ["10.0.0.0/16"] };
  await make("network", { ...here, virtualNetworkName: "vnet-dev", addressSpace });
  return (await make("subnet", subnetInputs("snet-nodes", "10.0.0.0/17"))).id;
}

export function subnetInputs(subnetName: string, addressPrefix: string) {
  return { resourceGroupName: "rg-dev", virtualNetworkName: "vnet-dev", subnetName, addressPrefix };
}

/** A cluster as the program makes it, and what it stands on. */
export async function makeCluster() {
  const subnetId = await makeSubnet();
  const identity = await make("identity", { ...here, resourceName: "id-dev" });
  const inputs: Properties = {
    ...here,
    resourceName: "dev",
    dnsPrefix: "dev",
    nodeResourceGroup: "rg-dev-nodes",
    kubernetesVersion: "1.34",
    disableLocalAccounts: true,
    aadProfile: { managed: true },
    identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
    agentPoolProfiles: [{ name: "system", vnetSubnetID: subnetId }],
    apiServerAccessProfile: { enablePrivateCluster: true },
  };
  const principalId = textOf(identity.state, "principalId");
  const grant = () =>
    make("assignment", {
      roleAssignmentName: uuid(1),
      ...{ principalId, roleDefinitionId: contributor, scope: subnetId },
      principalType: "ServicePrincipal",
    });
  return { subnetId, inputs, grant };
}
