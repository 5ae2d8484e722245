import { deleteControlPlane } from "../cluster-host.ts";
import { readAccount, withAccount } from "../account.ts";
import { type ResourceType, textOf } from "../resource-type.ts";
import {
  azureError,
  checkName,
  commonOutputs,
  idIn,
  isWithin,
  newUuid,
  subscriptionOf,
  tenantId,
} from "./words.ts";

/** It takes along everything in it, whoever made that. */
export const resourceGroup: ResourceType = {
  replaceOn: ["resourceGroupName", "location"],
  nameInput: "resourceGroupName",
  outputs: ["name", "type", "azureApiVersion", "properties"],
  check: (inputs) => checkName(inputs, "resourceGroupName", /^[-\w._()]{1,89}[-\w_()]$/),
  create: (call) => {
    const name = textOf(call.inputs, "resourceGroupName");
    const id = `/subscriptions/${subscriptionOf(call)}/resourceGroups/${name}`;
    return { id, outputs: commonOutputs(call, name, "Microsoft.Resources/resourceGroups") };
  },
  released: async ({ cloud, resource }) => {
    const inside = readAccount(cloud)
      .all()
      .filter(({ id }) => isWithin(id, resource.id));
    for (const { type, properties } of inside) {
      if (type.endsWith(":ManagedCluster")) await deleteControlPlane(textOf(properties, "name"));
    }
    await withAccount(cloud, (account) => {
      for (const { type, id } of inside) account.remove(type, id);
    });
  },
};

const identityType = "azure-native:managedidentity:UserAssignedIdentity";

export const userAssignedIdentity: ResourceType = {
  replaceOn: ["resourceGroupName", "resourceName", "location"],
  nameInput: "resourceName",
  outputs: ["name", "type", "azureApiVersion", "principalId", "clientId", "tenantId"],
  check: (inputs) => checkName(inputs, "resourceName", /^[a-zA-Z0-9][\w-]{2,127}$/),
  create: (call) => {
    const name = textOf(call.inputs, "resourceName");
    const type = "Microsoft.ManagedIdentity/userAssignedIdentities";
    const ids = { principalId: newUuid(call), clientId: newUuid(call), tenantId };
    return {
      id: idIn(call, `${type}/${name}`),
      outputs: { ...commonOutputs(call, name, type), ...ids },
    };
  },
};

/** Which token of which issuer stands for the identity: one of a kind for each identity. */
export const federatedIdentityCredential: ResourceType = {
  replaceOn: ["resourceGroupName", "resourceName", "federatedIdentityCredentialResourceName"],
  nameInput: "federatedIdentityCredentialResourceName",
  outputs: ["name", "type", "azureApiVersion"],
  check: (inputs) =>
    checkName(inputs, "federatedIdentityCredentialResourceName", /^[a-zA-Z0-9][\w-]{2,119}$/),
  create: (call) => {
    const { account, inputs } = call;
    const parent = idIn(
      call,
      `Microsoft.ManagedIdentity/userAssignedIdentities/${textOf(inputs, "resourceName")}`,
    );
    if (account.get(identityType, parent) === undefined) {
      throw azureError(404, "ResourceNotFound", `The Resource '${parent}' was not found.`);
    }
    const { issuer = "", subject = "" } = inputs;
    const same = account
      .find("azure-native:managedidentity:FederatedIdentityCredential", { issuer, subject })
      .filter(({ id }) => isWithin(id, parent));
    if (same.length > 0) {
      const message = "Issuer and subject combination already exists for this Managed Identity.";
      throw azureError(409, "Conflict", message);
    }
    const name = textOf(inputs, "federatedIdentityCredentialResourceName");
    const type = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";
    const id = `${parent}/federatedIdentityCredentials/${name}`;
    return { id, outputs: commonOutputs(call, name, type) };
  },
};
