import { standIns } from "../install.ts";
import type { InvokeFunction } from "../resource-type.ts";
import type { CloudDefinition } from "../service.ts";
import { managedCluster, userCredentials } from "./cluster.ts";
import {
  agentPool,
  diagnosticSetting,
  maintenanceConfiguration,
  workspace,
} from "./cluster-parts.ts";
import { federatedIdentityCredential, resourceGroup, userAssignedIdentity } from "./groups.ts";
import { natGateway, publicIpAddress, subnet, virtualNetwork } from "./network.ts";
import { roleAssignment } from "./roles.ts";
import { subscriptionOf, tenantId } from "./words.ts";

/** Who is logged in. */
const getClientConfig: InvokeFunction = (call) => {
  const { login } = call.settings;
  if (login === undefined) throw new Error("ERROR: Please run 'az login' to setup account.");
  const subscriptionId = subscriptionOf(call);
  return { clientId: login.principal, objectId: login.principal, subscriptionId, tenantId };
};

/** What stands in for the plugin `azure-native`: the types that an AKS stack of this project registers. */
export const azure: CloudDefinition = {
  cloud: "azure",
  standIn: standIns.azure,
  functions: {
    "azure-native:authorization:getClientConfig": getClientConfig,
    "azure-native:containerservice:listManagedClusterUserCredentials": userCredentials,
  },
  types: {
    "azure-native:resources:ResourceGroup": resourceGroup,
    "azure-native:network:VirtualNetwork": virtualNetwork,
    "azure-native:network:Subnet": subnet,
    "azure-native:network:PublicIPAddress": publicIpAddress,
    "azure-native:network:NatGateway": natGateway,
    "azure-native:managedidentity:UserAssignedIdentity": userAssignedIdentity,
    "azure-native:managedidentity:FederatedIdentityCredential": federatedIdentityCredential,
    "azure-native:authorization:RoleAssignment": roleAssignment,
    "azure-native:containerservice:ManagedCluster": managedCluster,
    "azure-native:containerservice:AgentPool": agentPool,
    "azure-native:containerservice:MaintenanceConfiguration": maintenanceConfiguration,
    "azure-native:operationalinsights:Workspace": workspace,
    "azure-native:monitor:DiagnosticSetting": diagnosticSetting,
  },
};
