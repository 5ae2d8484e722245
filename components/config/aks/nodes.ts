import type { Fields, Rule } from "../fields.ts";
import { readItems } from "../items.ts";
import { count, flag, labels, listOf, oneOf, pattern } from "../rules.ts";
import type { AksNodesConfig, AksPoolConfig, AksPoolSize } from "./types.ts";

/** Four cores of the generation whose cache holds the OS disk. */
const vmSize = "Standard_D4ds_v5";

const size = pattern(/^Standard_[A-Z][\w-]+$/, `be a size of a VM such as ${vmSize}`, vmSize);

/** AKS names scale sets after it. */
const poolName = pattern(
  /^[a-z][a-z0-9]{0,11}$/,
  "be at most 12 lower-case letters and digits, a letter first",
  "apps",
);

const zones = listOf(pattern(/^[123]$/, "", ""), 'zones: "1", "2" and "3"');

const taints: Rule<readonly string[]> = listOf(
  pattern(/^[\w./-]+(=[\w.-]*)?:(NoSchedule|NoExecute|PreferNoSchedule)$/, "", ""),
  "taints such as dedicated=batch:NoSchedule",
);

const systemDefault: AksPoolSize = { vmSize, min: 3, max: 5, diskGiB: 100 };
const poolDefault: AksPoolSize = { vmSize, min: 2, max: 10, diskGiB: 100 };
const defaultPool: AksPoolConfig = { name: "apps", ...poolDefault, labels: {}, taints: [] };

/** Reads who makes nodes, and which there are. */
export function readNodes(aks: Fields): AksNodesConfig {
  const fields = aks.object("nodes");
  const mode = fields.value("mode", oneOf("managed", "auto"), "managed");
  const nodes = {
    mode,
    zones: fields.value("zones", zones, ["1", "2", "3"]),
    encryptionAtHost: fields.value("encryptionAtHost", flag, true),
    system: readSystem(fields, mode),
    pools: mode === "auto" ? readNone(fields) : readPools(fields),
  };
  fields.finish();
  return nodes;
}

/** The autoscaler and node auto-provisioning exclude each other, in this pool too. */
function readSystem(nodes: Fields, mode: AksNodesConfig["mode"]): AksPoolSize {
  const fields = nodes.object("system");
  const isAuto = mode === "auto";
  if (isAuto) fields.absent("max", 'when mode is "auto": the number of its nodes is fixed');
  const found = readSize(fields, systemDefault, 1);
  fields.finish();
  return isAuto ? { ...found, max: found.min } : found;
}

function readSize(fields: Fields, byDefault: AksPoolSize, least: number): AksPoolSize {
  const min = fields.value("min", count(least, 1000), byDefault.min);
  const max = fields.value("max", count(1, 1000), Math.max(byDefault.max, min));
  if (max < min) fields.note("max", `be at least min (${min})`, "Correct one of them.");
  return {
    vmSize: fields.value("vmSize", size, byDefault.vmSize),
    ...{ min, max },
    diskGiB: fields.value("diskGiB", count(30, 2048), byDefault.diskGiB),
  };
}

function readNone(fields: Fields): readonly AksPoolConfig[] {
  fields.absent("pools", 'when mode is "auto": AKS chooses the nodes');
  return [];
}

function readPools(fields: Fields): readonly AksPoolConfig[] {
  const list = {
    key: "pools",
    must: "be a list of pools {name, vmSize, min, max, diskGiB, labels, taints}",
    one: "pool",
  };
  const pools = readItems(fields, list, readPool);
  // The system pool takes only what is critical, so that Flux would wait for a node for ever.
  if (fields.has("pools") && pools.every(({ taints: own }) => own.length > 0)) {
    fields.note("pools", "hold a pool without taints", "Flux has to run somewhere.");
  }
  return fields.has("pools") ? pools : [defaultPool];
}

function readPool(fields: Fields): AksPoolConfig {
  const name = fields.required("name", poolName) ?? "";
  if (name === "system") {
    fields.note("name", "be another name than the system pool's", "Choose another one.");
  }
  return {
    name,
    ...readSize(fields, poolDefault, 0),
    labels: fields.value("labels", labels, {}),
    taints: fields.value("taints", taints, []),
  };
}
