import { fluxNamespace } from "../names.ts";
import { Fields, isObject, type Rule } from "./fields.ts";
import { listOf, name, oneOf } from "./rules.ts";
import type { PodFixConfig } from "./types.ts";

const mode = oneOf("off", "safe", "all");

const wordOrObject: Rule<PodFixConfig["mode"] | Readonly<Record<string, unknown>>> = {
  must: `${mode.must} or an object {mode, namespaces, limit}`,
  example: "safe",
  parse: (value) => (isObject(value) ? value : mode.parse(value)),
};

const names = listOf(name, "namespaces");

const namespaces: Rule<readonly string[]> = {
  must: `be a list of one or more namespaces, ${fluxNamespace} not among them`,
  parse: (value) => {
    const list = names.parse(value) ?? [];
    return list.length === 0 || list.includes(fluxNamespace) ? undefined : list;
  },
};

const mostPods = 50;

const limit: Rule<number> = {
  must: `be a whole number from 1 to ${mostPods}`,
  example: "5",
  parse: (value) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= mostPods
      ? Number(value)
      : undefined,
};

/** Reads which pods `up` may delete: one word, or the word with the limits to it. */
export function readPodFixes(postBootstrap: Fields): PodFixConfig {
  const configured = postBootstrap.value("autoFixPods", wordOrObject, "off");
  if (typeof configured === "string") {
    return { mode: configured, namespaces: undefined, limit: undefined };
  }
  const { problems, hides } = postBootstrap.place;
  const path = postBootstrap.path("autoFixPods");
  const fields = new Fields(configured, { path, problems, hides: () => hides("autoFixPods") });
  const fixes = {
    mode: fields.required("mode", mode) ?? "off",
    namespaces: fields.optional("namespaces", namespaces),
    limit: fields.optional("limit", limit),
  };
  fields.finish();
  return fixes;
}

/** The same for the script, which fills in the defaults. */
export function podFixVariables({ mode, namespaces, limit }: PodFixConfig): Record<string, string> {
  return {
    AUTO_FIX_PODS: mode,
    ...(namespaces !== undefined && { AUTO_FIX_NAMESPACES: JSON.stringify(namespaces) }),
    ...(limit !== undefined && { AUTO_FIX_LIMIT: String(limit) }),
  };
}
