import type { Fields } from "./fields.ts";
import { readItems } from "./items.ts";
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

function readHooks(fields: Fields): readonly DrainHook[] {
  const must = "be a list of hooks {name, command, timeout}";
  return readItems(fields, { key: "hooks", must, one: "hook" }, (hook) => ({
    name: hook.required("name", name) ?? "",
    command: hook.required("command", command) ?? [],
    timeout: hook.value("timeout", duration, "5m"),
  }));
}
