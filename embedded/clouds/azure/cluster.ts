import type { Properties } from "../../plugin/properties.ts";
import { deleteControlPlane, endpointOf, startControlPlane } from "../cluster-host.ts";
import {
  type Call,
  type InvokeFunction,
  objectOf,
  type ResourceType,
  type Standing,
  textOf,
  textsOf,
} from "../resource-type.ts";
import { hasRole, syncAccess } from "./roles.ts";
import {
  azureError,
  checkName,
  commonOutputs,
  groupType,
  idIn,
  isWithin,
  newUuid,
  subscriptionOf,
  tenantId,
} from "./words.ts";

export const clusterType = "azure-native:containerservice:ManagedCluster";
const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";

/** The cluster's identity joins nodes to the subnet, so that it has to be allowed there before. */
function requireSubnetRights({ account, inputs }: Call): void {
  const [identityId] = identitiesOf(inputs);
  const identity = account.get(
    "azure-native:managedidentity:UserAssignedIdentity",
    identityId ?? "",
  );
  const principalId = textOf(identity?.properties ?? {}, "principalId");
  const scope = textOf(objectOf(inputs["agentPoolProfiles"]), "vnetSubnetID");
  if (scope === "" || hasRole(account, { principalId, role: networkContributor, scope })) return;
  const message =
    `The client '${principalId}' does not have authorization to perform action ` +
    `'Microsoft.Network/virtualNetworks/subnets/join/action' over scope '${scope}'.`;
  throw azureError(403, "LinkedAuthorizationFailed", message);
}

function identitiesOf(inputs: Properties): string[] {
  const given = objectOf(inputs["identity"])["userAssignedIdentities"];
  return Array.isArray(given) ? textsOf(given) : Object.keys(objectOf(given));
}

/** Without Entra nobody could log in. */
function requireLogin(inputs: Properties): void {
  if (inputs["disableLocalAccounts"] !== true || inputs["aadProfile"] !== undefined) return;
  const message = "Disabling local accounts is not supported on clusters that are not AAD enabled.";
  throw azureError(400, "BadRequest", message);
}

function outputsOf(call: Call, name: string): Properties {
  const { inputs } = call;
  const kubelet = { clientId: newUuid(call), objectId: newUuid(call), resourceId: "" };
  const uid = newUuid(call);
  const location = textOf(inputs, "location");
  const userAssignedIdentities = Object.fromEntries(identitiesOf(inputs).map((id) => [id, {}]));
  return {
    ...commonOutputs(call, name, "Microsoft.ContainerService/ManagedClusters"),
    resourceUID: uid,
    currentKubernetesVersion: `${textOf(inputs, "kubernetesVersion")}.0`,
    fqdn: `${textOf(inputs, "dnsPrefix")}-${uid.slice(0, 8)}.hcp.${location}.azmk8s.io`,
    powerState: { code: "Running" },
    identityProfile: { kubeletidentity: kubelet },
    identity: { ...objectOf(inputs["identity"]), tenantId, userAssignedIdentities },
    oidcIssuerProfile: {
      ...objectOf(inputs["oidcIssuerProfile"]),
      issuerURL: `https://${location}.oic.prod-aks.azure.com/${tenantId}/${uid}/`,
    },
  };
}

/** What Azure refuses to change afterwards. */
function requireChangeable(old: Properties, inputs: Properties): void {
  const [from, to] = [old, inputs].map((of) => Number(textOf(of, "kubernetesVersion") || "0"));
  if (from !== undefined && to !== undefined && to < from) {
    const message = `Downgrading control plane from version ${from} to ${to} is not allowed.`;
    throw azureError(400, "OperationNotAllowed", message);
  }
  const isPrivate = (of: Properties) =>
    objectOf(of["apiServerAccessProfile"])["enablePrivateCluster"] === true;
  if (isPrivate(old) === isPrivate(inputs)) return;
  const message = "Changing property 'apiServerAccessProfile.enablePrivateCluster' is not allowed.";
  throw azureError(400, "PropertyChangeNotAllowed", message);
}

async function runControlPlane({ resource }: Standing): Promise<Properties> {
  await startControlPlane(textOf(resource.properties, "name"));
  await syncAccess();
  return {};
}

/** Its nodes, load balancers and disks are in a group of its own, which goes with it. */
export const managedCluster: ResourceType = {
  replaceOn: [
    ...["resourceGroupName", "resourceName", "location", "dnsPrefix", "nodeResourceGroup"],
    ...["networkProfile.podCidr", "networkProfile.podCidrs", "networkProfile.serviceCidr"],
    ...["networkProfile.serviceCidrs", "networkProfile.dnsServiceIP", "enableRBAC"],
    ...["networkProfile.networkPlugin", "networkProfile.loadBalancerSku"],
  ],
  nameInput: "resourceName",
  outputs: [
    ...[
      "name",
      "type",
      "azureApiVersion",
      "provisioningState",
      "resourceUID",
      "fqdn",
      "privateFQDN",
    ],
    ...["currentKubernetesVersion", "powerState", "identityProfile", "identity"],
    ...["oidcIssuerProfile", "maxAgentPools"],
  ],
  check: (inputs) => [
    ...checkName(inputs, "resourceName", /^[a-zA-Z0-9]([\w-]{0,61}[a-zA-Z0-9])?$/),
    ...checkName(inputs, "dnsPrefix", /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/),
  ],
  create: (call) => {
    const { account, inputs } = call;
    const name = textOf(inputs, "resourceName");
    requireLogin(inputs);
    requireSubnetRights(call);
    const group = textOf(inputs, "nodeResourceGroup");
    const groupId = `/subscriptions/${subscriptionOf(call)}/resourceGroups/${group}`;
    if (account.get(groupType, groupId) !== undefined) {
      const message = `The specified node resource group '${group}' already exists.`;
      throw azureError(400, "NodeResourceGroupAlreadyExists", message);
    }
    const id = idIn(call, `Microsoft.ContainerService/managedClusters/${name}`);
    account.put(groupType, groupId, { name: group, managedBy: id });
    return { id, outputs: outputsOf(call, name) };
  },
  provision: runControlPlane,
  // One that could not start at first starts now.
  reprovision: runControlPlane,
  update: ({ inputs }, { properties }) => {
    requireChangeable(properties, inputs);
    return { currentKubernetesVersion: `${textOf(inputs, "kubernetesVersion")}.0` };
  },
  remove: ({ account }, { id }) => {
    const inside = account.all().filter((other) => isWithin(other.id, id));
    const nodes = account.find(groupType, { managedBy: id });
    for (const gone of [...inside, ...nodes]) account.remove(gone.type, gone.id);
  },
  released: async ({ resource }) => {
    await deleteControlPlane(textOf(resource.properties, "name"));
  },
};

/** The kubeconfig for people: it says where the cluster answers, and holds no credential. */
export const userCredentials: InvokeFunction = (call) => {
  const name = textOf(call.inputs, "resourceName");
  const id = idIn(call, `Microsoft.ContainerService/managedClusters/${name}`);
  if (call.account.get(clusterType, id) === undefined) {
    const message = `The Resource 'Microsoft.ContainerService/managedClusters/${name}' was not found.`;
    throw azureError(404, "ResourceNotFound", message);
  }
  const { server, authority } = endpointOf(name);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: "user", user: { exec: { command: "kubelogin", args: ["get-token"] } } }],
    contexts: [{ name, context: { cluster: name, user: "user" } }],
    "current-context": name,
  };
  const value = Buffer.from(JSON.stringify(kubeconfig)).toString("base64");
  return { kubeconfigs: [{ name: "clusterUser", value }] };
};
