type Inputs = Readonly<Record<string, unknown>>;

/** What Azure says to mocks. */
export interface AzureAnswers {
  /** The address of the API server of every cluster. */
  readonly server: string;
  /** The authority of its certificate, base64. */
  readonly authority: string;
  /** The object id of who runs the program. */
  readonly objectId: string;
  /** Why it does not say where a cluster answers. */
  readonly refuses: string | undefined;
}

const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
const tenantId = "99999999-9999-9999-9999-999999999999";

/** The types with the input that names one, and where in a resource group Azure has them. */
const types: Readonly<Record<string, readonly [nameInput: string, path: string]>> = {
  "containerservice:ManagedCluster": ["resourceName", "Microsoft.ContainerService/managedClusters"],
  "managedidentity:UserAssignedIdentity": [
    "resourceName",
    "Microsoft.ManagedIdentity/userAssignedIdentities",
  ],
  "network:NatGateway": ["natGatewayName", "Microsoft.Network/natGateways"],
  "network:PublicIPAddress": ["publicIpAddressName", "Microsoft.Network/publicIPAddresses"],
  "network:VirtualNetwork": ["virtualNetworkName", "Microsoft.Network/virtualNetworks"],
  "operationalinsights:Workspace": ["workspaceName", "Microsoft.OperationalInsights/workspaces"],
};

/** The id that Azure gives to a resource; undefined where none of ours depends on it. */
export function azureIdOf(type: string, inputs: Inputs): string | undefined {
  const group = `${subscription}/resourceGroups/${String(inputs["resourceGroupName"])}`;
  const short = type.replace("azure-native:", "");
  if (short === "resources:ResourceGroup") return group;
  if (short === "network:Subnet") {
    const network = `Microsoft.Network/virtualNetworks/${String(inputs["virtualNetworkName"])}`;
    return `${group}/providers/${network}/subnets/${String(inputs["subnetName"])}`;
  }
  if (short === "authorization:RoleAssignment") {
    const name = String(inputs["roleAssignmentName"]);
    return `${String(inputs["scope"])}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  }
  const [nameInput, path] = types[short] ?? [];
  if (nameInput === undefined || path === undefined) return undefined;
  return `${group}/providers/${path}/${String(inputs[nameInput])}`;
}

/** What a resource of Azure says of itself once it is made, besides its inputs. */
export function azureOutputsOf(type: string, inputs: Inputs): Record<string, unknown> {
  const short = type.replace("azure-native:", "");
  const [nameInput] = types[short] ?? [];
  const name = nameInput === undefined ? {} : { name: inputs[nameInput] };
  switch (short) {
    case "resources:ResourceGroup":
      return { name: inputs["resourceGroupName"] };
    case "managedidentity:UserAssignedIdentity": {
      const own = String(inputs["resourceName"]);
      return {
        ...name,
        tenantId,
        principalId: `principal-of-${own}`,
        clientId: `client-of-${own}`,
      };
    }
    case "network:PublicIPAddress":
      return { ...name, ipAddress: "198.51.100.7" };
    case "containerservice:ManagedCluster":
      return { ...name, ...clusterOutputs };
    default:
      return name;
  }
}

const clusterOutputs = {
  resourceUID: "uid-of-the-cluster",
  identity: { type: "UserAssigned", tenantId },
  oidcIssuerProfile: { enabled: true, issuerURL: "https://oidc.example.com/1/" },
  identityProfile: { kubeletidentity: { objectId: "principal-of-the-nodes" } },
};

/** What Azure answers to a question of the program; undefined to one that is not for Azure. */
export function azureAnswerOf(
  token: string,
  { server, authority, objectId, refuses }: AzureAnswers,
): Record<string, unknown> | undefined {
  if (token === "azure-native:authorization:getClientConfig") {
    return { clientId: "client", objectId, subscriptionId: subscription.slice(15), tenantId };
  }
  if (token !== "azure-native:containerservice:listManagedClusterUserCredentials") return undefined;
  // As gRPC has it, which is where Pulumi looks for words.
  if (refuses !== undefined) throw Object.assign(new Error(refuses), { details: refuses });
  const kubeconfig = {
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": authority } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    "current-context": "c",
    users: [{ name: "u", user: { token: "planted-token" } }],
  };
  const value = Buffer.from(JSON.stringify(kubeconfig)).toString("base64");
  return { kubeconfigs: [{ name: "clusterUser", value }] };
}
