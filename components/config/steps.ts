import type { Fields, Rule } from "./fields.ts";
import { readPodFixes } from "./pod-fixes.ts";
import { duration, type Duration, flag, listOf, namespacedName, oneOf } from "./rules.ts";
import type { PostBootstrapConfig } from "./types.ts";

type Required = PostBootstrapConfig["required"];

const layers = oneOf("all", "infrastructure", "none");
const names = listOf(namespacedName, "namespace/name");

const required: Rule<Required> = {
  must: `${layers.must} or a list of namespace/name`,
  example: "infrastructure",
  parse: (value) => layers.parse(value) ?? names.parse(value),
};

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
