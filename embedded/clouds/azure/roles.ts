import { setTimeout as delay } from "node:timers/promises";

import type { Grant } from "../access.ts";
import { type Account, type CloudResource, readAccount } from "../account.ts";
import { hasControlPlane } from "../cluster-host.ts";
import { later } from "../later.ts";
import { type Call, type ResourceType, type Standing, textOf } from "../resource-type.ts";
import { readSettings } from "../settings.ts";
import { tokensIssued } from "../tokens.ts";
import { azureError, checkName, commonOutputs, isWithin } from "./words.ts";

const assignmentType = "azure-native:authorization:RoleAssignment";
const clusterType = "azure-native:containerservice:ManagedCluster";
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The built-in roles for the data of an AKS cluster, and the ClusterRoles to which they come down. */
const roles: Readonly<Record<string, string>> = {
  "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": "cluster-admin",
  "3498e952-d568-435e-9b2c-8d77e338d7f7": "admin",
  "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb": "edit",
  "7f6c6a51-bcf8-42ba-9220-52d62157d7db": "view",
};

/** One assignment of a role to a principal at a scope. It counts some time after somebody first logged in with it. */
export const roleAssignment: ResourceType = {
  replaceOn: ["roleAssignmentName", "roleDefinitionId", "principalId", "scope"],
  nameInput: "roleAssignmentName",
  outputs: ["name", "type", "azureApiVersion", "createdOn", "createdBy"],
  check: (inputs) => checkName(inputs, "roleAssignmentName", uuid),
  create: (call) => {
    const { account, inputs } = call;
    const { scope = "", principalId = "", roleDefinitionId = "" } = inputs;
    requirePrincipal(call);
    if (account.find(assignmentType, { scope, principalId, roleDefinitionId }).length > 0) {
      throw azureError(409, "RoleAssignmentExists", "The role assignment already exists.");
    }
    const name = textOf(inputs, "roleAssignmentName");
    const type = "Microsoft.Authorization/roleAssignments";
    const id = `${textOf(inputs, "scope")}/providers/${type}/${name}`;
    return { id, outputs: commonOutputs(call, name, type) };
  },
  provision: async (standing) => {
    await syncWhenItCounts(standing);
    return {};
  },
  released: async ({ settings: { propagation } }) => {
    if (propagation === 0) await syncAccess();
    else later(propagation, syncAccess);
  },
};

/** Entra does not know a new identity at once; who says of which type it is need not wait for that. */
function requirePrincipal({ account, inputs, settings }: Call): void {
  const { principalId = "", principalType } = inputs;
  if (principalType !== undefined) return;
  const [identity] = account.find("azure-native:managedidentity:UserAssignedIdentity", {
    principalId,
  });
  if (identity === undefined || Date.now() - identity.made >= settings.propagation) return;
  const message = `Principal ${textOf(inputs, "principalId")} does not exist in the directory.`;
  throw azureError(400, "PrincipalNotFound", message);
}

/** Whether the principal has the role at the scope, or further out. */
export function hasRole(
  account: Account,
  { principalId, role, scope }: Readonly<Record<"principalId" | "role" | "scope", string>>,
): boolean {
  return account.find(assignmentType, { principalId }).some(({ properties }) => {
    const definition = textOf(properties, "roleDefinitionId");
    return definition.endsWith(`/${role}`) && isWithin(scope, textOf(properties, "scope"));
  });
}

/** How long an assignment that nobody uses is watched. */
const watchMilliseconds = 600_000;

async function syncWhenItCounts({ settings, resource }: Standing): Promise<void> {
  const { propagation } = settings;
  if (propagation === 0) {
    await syncAccess();
    return;
  }
  later(propagation, async () => {
    const deadline = Date.now() + watchMilliseconds;
    while (!counts(resource, propagation) && Date.now() < deadline) await delay(50);
    await syncAccess();
  });
}

/** Counted from the first login that comes after it: so that one is refused, however slow the machine is. */
function counts({ made }: Pick<CloudResource, "made">, propagation: number): boolean {
  if (propagation === 0) return true;
  const first = tokensIssued("azure").find(({ at }) => at >= made);
  return first !== undefined && Date.now() - first.at >= propagation;
}

/** Makes every cluster know who is logged in, and let that one do what its assignments that count say. */
export async function syncAccess(): Promise<void> {
  const account = readAccount("azure");
  for (const cluster of account.all(clusterType)) {
    const name = textOf(cluster.properties, "name");
    if (!hasControlPlane(name)) continue;
    const { syncAccess: sync } = await import("../access.ts");
    await sync(name, () => grantsIn(readAccount("azure"), cluster.id));
  }
}

/** What the one who is logged in may do in the cluster of that id. */
export function grantsIn(account: Account, clusterId: string): Grant[] {
  const { login, propagation } = readSettings("azure");
  if (login === undefined) return [];
  const principals = [login.principal, ...login.groups];
  const counting = account.all(assignmentType).filter((assignment) => {
    const { properties } = assignment;
    const isTheirs = principals.includes(textOf(properties, "principalId"));
    const reaches = isWithin(clusterId, textOf(properties, "scope"));
    return isTheirs && reaches && counts(assignment, propagation);
  });
  const held = counting.map(({ properties }) => textOf(properties, "roleDefinitionId"));
  const strongest = Object.keys(roles).find((role) => held.some((id) => id.endsWith(`/${role}`)));
  const role = strongest === undefined ? undefined : roles[strongest];
  return [{ principal: login.principal, role }];
}
