import { Fields, isObject, type Rule } from "./fields.ts";
import { removeCommand } from "./problem.ts";
import { command, duration, name, oneOf } from "./rules.ts";
import type { ClusterConfig, DrainConfig, DrainHook } from "./types.ts";

/** Reads what a destroy does to what Flux made. A cloud takes its time to release addresses and disks. */
export function readDrain(root: Fields, cluster: ClusterConfig): DrainConfig {
  const fields = root.object("drain");
  const isEmbedded = cluster.kind === "embedded";
  const drain = {
    timeout: fields.value("timeout", duration, isEmbedded ? "10m" : "30m"),
    volumes: fields.value("volumes", oneOf("keep", "delete"), isEmbedded ? "delete" : "keep"),
    hooks: readHooks(fields),
  };
  fields.finish();
  return drain;
}

const objects: Rule<readonly Readonly<Record<string, unknown>>[]> = {
  must: "be a list of hooks {name, command, timeout}",
  parse: (value) => (Array.isArray(value) && value.every(isObject) ? value : undefined),
};

function readHooks(fields: Fields): readonly DrainHook[] {
  const { problems, hides } = fields.place;
  const seen = new Set<string>();
  return fields.value("hooks", objects, []).map((item, index) => {
    const path = `${fields.path("hooks")}[${index}]`;
    const hook = new Fields(item, { path, problems, hides: () => hides("hooks") });
    const own = {
      name: hook.required("name", name) ?? "",
      command: hook.required("command", command) ?? [],
      timeout: hook.value("timeout", duration, "5m"),
    };
    hook.finish();
    if (own.name !== "" && seen.has(own.name)) {
      hook.note("name", "be a name that no other hook has", removeCommand(path));
    }
    seen.add(own.name);
    return own;
  });
}
