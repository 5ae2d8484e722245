import { createHash } from "node:crypto";

import type { Properties } from "../../plugin/properties.ts";
import { type Call, type CheckFailure, type Surroundings, textOf } from "../resource-type.ts";

export const tenantId = "72f988bf-0000-4000-8000-2d7cd011db47";
export const groupType = "azure-native:resources:ResourceGroup";

/** azureError is how Azure's resource manager refuses. */
export function azureError(status: number, code: string, message: string): Error {
  return new Error(`Status=${status} Code="${code}" Message="${message}"`);
}

/** The subscription of the provider. */
export function subscriptionOf({ config }: Pick<Surroundings, "config">): string {
  return textOf(config, "subscriptionId") || "00000000-0000-0000-0000-000000000000";
}

/** A UUID that follows from words, so that a stand-in needs no memory of it. */
export function uuidOf(...words: readonly string[]): string {
  const digits = createHash("sha256").update(words.join(" ")).digest("hex");
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}

/** A UUID that the account has not handed out before. */
export function newUuid({ account }: Pick<Call, "account">): string {
  return uuidOf(account.hex(32));
}

/** The id of what lies in the resource group that the inputs name, which has to be there. */
export function idIn(call: Call, path: string): string {
  const { account, inputs } = call;
  const group = textOf(inputs, "resourceGroupName");
  const id = `/subscriptions/${subscriptionOf(call)}/resourceGroups/${group}`;
  if (account.get(groupType, id) === undefined) {
    const message = `Resource group '${group}' could not be found.`;
    throw azureError(404, "ResourceGroupNotFound", message);
  }
  return `${id}/providers/${path}`;
}

/** What every resource of Azure answers with besides its inputs. */
export function commonOutputs(call: Call, name: string, type: string): Properties {
  const { location = null, tags = null } = call.inputs;
  return {
    name,
    type,
    location,
    tags,
    azureApiVersion: "2025-09-01",
    provisioningState: "Succeeded",
  };
}

/** Refuses a name that Azure does not take. */
export function checkName(inputs: Properties, property: string, pattern: RegExp): CheckFailure[] {
  const name = inputs[property];
  // One that a preview does not know yet is not looked at.
  if (typeof name !== "string" || name === "04da6b54-80e4-46f7-96ec-b56ff0331ba9") return [];
  if (pattern.test(name)) return [];
  return [{ property, reason: `'${name}' does not match expression '${pattern.source}'` }];
}

/** Whether an id lies in the other, or is it. Azure does not tell upper from lower case in ids. */
export function isWithin(id: string, scope: string): boolean {
  const [inner, outer] = [id.toLowerCase(), scope.toLowerCase()];
  return inner === outer || inner.startsWith(`${outer}/`);
}
