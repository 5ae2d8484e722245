import type { Rule } from "../fields.ts";
import { isObject } from "../fields.ts";
import { network } from "../networks.ts";
import { listOf, pattern } from "../rules.ts";

const uuidText = String.raw`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`;

export const uuid = pattern(
  new RegExp(`^${uuidText}$`, "i"),
  "be a UUID",
  "00000000-0000-0000-0000-000000000000",
);

/** Object ids of Entra. */
export const objectIds = distinct(uuid, "different object ids of Entra, which are UUIDs");

export const location = pattern(
  /^[a-z]+\d*$/,
  "be a region of Azure such as westeurope, in one word",
  "westeurope",
);

export const resourceGroup = pattern(
  /^[\w().-]{0,89}[\w()-]$/,
  "be the name of a resource group",
  "platform",
);

/** A list of texts of which no two are the same to Azure, where case does not count. */
export function distinct(rule: Rule<string>, items: string): Rule<readonly string[]> {
  const list = listOf(rule, items);
  return {
    ...list,
    parse: (value) => {
      const parsed = list.parse(value);
      const different = new Set(parsed?.map((item) => item.toLowerCase()));
      return different.size === parsed?.length ? parsed : undefined;
    },
  };
}

/** The id of a resource of the type, such as `Microsoft.Network/virtualNetworks/subnets`. */
export function resourceId(type: string, what: string): Rule<string> {
  const [namespace = "", ...types] = type.split("/");
  const path = types.map((segment) => `/${segment}/[^/\\s]+`).join("");
  const before = `^/subscriptions/${uuidText}/resourceGroups/[^/\\s]+/providers/`;
  const matches = new RegExp(`${before}${namespace.replaceAll(".", String.raw`\.`)}${path}$`, "i");
  const nouns = types.map((segment) => `/${segment}/NAME`).join("");
  const example = `/subscriptions/ID/resourceGroups/GROUP/providers/${namespace}${nouns}`;
  return pattern(matches, `be the id of ${what}`, example);
}

/** A virtual network from /16 to /22, whose half is a subnet. */
export const networkCidr = network(16, 22);

/** Each node takes a /24 of it. */
export const podCidr = network(8, 20);

export const serviceCidr = network(12, 24);

/** Ten of the fifty that a resource takes are left to AKS and to this program. */
const mostTags = 40;

export const tags: Rule<Readonly<Record<string, string>>> = {
  must: `be a map of at most ${mostTags} tags to texts`,
  parse: (value) => {
    if (!isObject(value)) return undefined;
    const entries = Object.entries(value);
    const good = entries.every(
      ([key, text]) =>
        typeof text === "string" && text.length <= 256 && /^[^<>%&\\?/]{1,512}$/.test(key),
    );
    return good && entries.length <= mostTags ? (value as Record<string, string>) : undefined;
  },
};
