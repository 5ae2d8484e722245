import { type Call, type ResourceType, textOf } from "../resource-type.ts";
import { clusterType } from "./cluster.ts";
import { azureError, checkName, commonOutputs, idIn, tenantId } from "./words.ts";

/** The id of the cluster that the inputs name, which has to be there. */
function clusterOf(call: Call): string {
  const id = idIn(
    call,
    `Microsoft.ContainerService/managedClusters/${textOf(call.inputs, "resourceName")}`,
  );
  if (call.account.get(clusterType, id) !== undefined) return id;
  const message = `The Resource '${id}' was not found.`;
  throw azureError(404, "ResourceNotFound", message);
}

export const agentPool: ResourceType = {
  replaceOn: [
    ...["resourceGroupName", "resourceName", "agentPoolName", "vmSize", "vnetSubnetID"],
    ...["availabilityZones", "osDiskSizeGB", "osDiskType", "osType", "enableEncryptionAtHost"],
    ...["enableNodePublicIP", "type"],
  ],
  nameInput: "agentPoolName",
  outputs: [
    "name",
    "azureApiVersion",
    "provisioningState",
    "nodeImageVersion",
    "powerState",
  ].concat("currentOrchestratorVersion"),
  check: (inputs) => checkName(inputs, "agentPoolName", /^[a-z][a-z0-9]{0,11}$/),
  create: (call) => {
    const { inputs } = call;
    const name = textOf(inputs, "agentPoolName");
    const common = { ...commonOutputs(call, name, ""), type: inputs["type"] ?? null };
    const currentOrchestratorVersion = `${textOf(inputs, "orchestratorVersion")}.0`;
    return {
      id: `${clusterOf(call)}/agentPools/${name}`,
      outputs: {
        ...common,
        currentOrchestratorVersion,
        nodeImageVersion: "AKSAzureLinux-V3-202601",
      },
    };
  },
};

export const maintenanceConfiguration: ResourceType = {
  replaceOn: ["resourceGroupName", "resourceName", "configName"],
  nameInput: "configName",
  outputs: ["name", "type", "azureApiVersion"],
  create: (call) => {
    const name = textOf(call.inputs, "configName");
    const type = "Microsoft.ContainerService/managedClusters/maintenanceConfigurations";
    const id = `${clusterOf(call)}/maintenanceConfigurations/${name}`;
    return { id, outputs: commonOutputs(call, name, type) };
  },
};

export const workspace: ResourceType = {
  replaceOn: ["resourceGroupName", "workspaceName", "location"],
  nameInput: "workspaceName",
  outputs: ["name", "type", "azureApiVersion", "provisioningState", "customerId"],
  check: (inputs) =>
    checkName(inputs, "workspaceName", /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/),
  create: (call) => {
    const name = textOf(call.inputs, "workspaceName");
    const type = "Microsoft.OperationalInsights/workspaces";
    const outputs = { ...commonOutputs(call, name, type), customerId: tenantId };
    return { id: idIn(call, `${type}/${name}`), outputs };
  },
};

/** It stays when what it is for goes, and is the next one's of that name. */
export const diagnosticSetting: ResourceType = {
  replaceOn: ["resourceUri", "name"],
  nameInput: "name",
  outputs: ["type", "azureApiVersion"],
  create: (call) => {
    const { account, inputs } = call;
    const [name, uri] = [textOf(inputs, "name"), textOf(inputs, "resourceUri")];
    const type = "Microsoft.Insights/diagnosticSettings";
    const { workspaceId = "" } = inputs;
    const setting = "azure-native:monitor:DiagnosticSetting";
    if (account.find(setting, { resourceUri: uri, workspaceId }).length > 0) {
      const message = `Data sink '${textOf(inputs, "workspaceId")}' is already used in another diagnostic setting for the same category.`;
      throw azureError(409, "Conflict", message);
    }
    return { id: `${uri}|${name}`, outputs: commonOutputs(call, name, type) };
  },
};
