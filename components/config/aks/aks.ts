import type { Fields } from "../fields.ts";
import { publicCidrs } from "../networks.ts";
import { setCommand } from "../problem.ts";
import { count, kubernetesVersion, oneOf } from "../rules.ts";
import { readIdentities } from "./identities.ts";
import { readNetwork } from "./network.ts";
import { readNodes } from "./nodes.ts";
import { distinct, location, objectIds, resourceGroup, resourceId, tags, uuid } from "./rules.ts";
import type { AksAdmins, AksClusterConfig } from "./types.ts";
import { readUpgrades } from "./upgrades.ts";

const zone = resourceId("Microsoft.Network/privateDnsZones", "a private DNS zone");
const workspace = resourceId("Microsoft.OperationalInsights/workspaces", "a workspace");
const registries = distinct(
  resourceId("Microsoft.ContainerRegistry/registries", ""),
  "different ids of container registries",
);

/** Reads the object `cluster.aks`. */
export function readAks(cluster: Fields, name: string): AksClusterConfig {
  const fields = cluster.object("aks");
  checkName(cluster, name);
  const ranges = fields.value("publicCidrs", publicCidrs, []);
  if (ranges.length > 0) {
    fields.absent("privateDnsZoneId", "when publicCidrs is set: the API server is public");
  }
  const aks = {
    subscriptionId: fields.required("subscriptionId", uuid) ?? "",
    tenantId: fields.optional("tenantId", uuid),
    location: fields.required("location", location) ?? "",
    resourceGroup: fields.optional("resourceGroup", resourceGroup),
    version: fields.required("version", kubernetesVersion) ?? "",
    network: readNetwork(fields),
    publicCidrs: ranges,
    privateDnsZoneId: fields.optional("privateDnsZoneId", zone),
    admins: readAdmins(fields),
    login: fields.value("login", oneOf("azurecli", "workloadidentity", "spn", "msi"), "azurecli"),
    nodes: readNodes(fields),
    upgrades: readUpgrades(fields),
    ...readLogs(fields),
    registryIds: fields.value("registryIds", registries, []),
    identities: readIdentities(fields, name),
    tags: fields.value("tags", tags, {}),
  };
  fields.finish();
  return { kind: "aks", name, aks };
}

/** Azure names the address of the API server after it, in no more than 54 characters. */
const longestName = 54;

function checkName(cluster: Fields, name: string): void {
  const over = name.length - longestName;
  if (over <= 0) return;
  cluster.note("name", `be ${over} shorter: it names the API server`, "Choose a shorter one.");
}

function readAdmins(aks: Fields): AksAdmins {
  const fields = aks.object("admins");
  const admins = {
    groups: fields.value("groups", objectIds, []),
    servicePrincipals: fields.value("servicePrincipals", objectIds, []),
    users: fields.value("users", objectIds, []),
  };
  fields.finish();
  // Local accounts are off: without one of them nobody could ever log in.
  if (Object.values(admins).every((ids) => ids.length === 0) && !isBroken(fields)) {
    const fix = setCommand(`${fields.path("groups")}[0]`, uuid.example ?? "");
    aks.note("admins", "name a group, a service principal or a user", fix);
  }
  return admins;
}

/** Whether what is wrong with it was said already. */
function isBroken(fields: Fields): boolean {
  const { path, problems } = fields.place;
  return problems.some((problem) => problem.startsWith(path));
}

function readLogs(fields: Fields) {
  const logWorkspaceId = fields.optional("logWorkspaceId", workspace);
  if (logWorkspaceId !== undefined) {
    fields.absent("logRetentionDays", "when logWorkspaceId is set: that workspace says it");
  }
  const logRetentionDays = fields.value("logRetentionDays", count(30, 730), 90);
  return { logWorkspaceId, logRetentionDays };
}
