import type { Fields, Rule } from "./fields.ts";
import { readPodFixes } from "./pod-fixes.ts";
import { duration, type Duration, flag, listOf, mapOf, namespacedName, oneOf } from "./rules.ts";
import type { ClusterConfig, PostBootstrapConfig } from "./types.ts";

type Required = PostBootstrapConfig["required"];

const layers = oneOf("all", "infrastructure", "none");
const names = listOf(namespacedName, "namespace/name");

const required: Rule<Required> = {
  must: `${layers.must} or a list of namespace/name`,
  example: "infrastructure",
  parse: (value) => layers.parse(value) ?? names.parse(value),
};

/** The variables that the program itself puts into the ConfigMap. */
export const ownRuntimeInfo = ["CLUSTER_NAME", "ENVIRONMENT", "CLUSTER_KIND"];

const runtimeInfo = mapOf(/^[A-Za-z_]\w*$/, "be a map of variable names to texts");

export function readGateTimeout(root: Fields): Duration {
  return root.value("gateTimeout", duration, "2m");
}

export function readPostBootstrap(root: Fields): PostBootstrapConfig {
  const fields = root.object("postBootstrap");
  const postBootstrap = {
    required: fields.value("required", required, "infrastructure"),
    expectKustomizations: fields.value("expectKustomizations", names, []),
    timeout: fields.value("timeout", duration, "10m"),
    repair: fields.value("repair", flag, true),
    autoFixPods: readPodFixes(fields),
  };
  fields.finish();
  return postBootstrap;
}

export function readRuntimeInfo(
  root: Fields,
  { kind }: ClusterConfig,
): Readonly<Record<string, string>> {
  const own = root.object("runtimeInfo");
  // Only an embedded cluster brings a registry.
  for (const key of kind === "embedded" ? [...ownRuntimeInfo, "CHART_REGISTRY"] : ownRuntimeInfo) {
    if (own.has(key)) own.absent(key, "because the program sets it");
  }
  return root.value("runtimeInfo", runtimeInfo, {});
}
