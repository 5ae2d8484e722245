import type { Fields, Rule } from "../fields.ts";
import { isObject } from "../fields.ts";
import { readItems } from "../items.ts";
import { count, labels, listOf, oneOf, pattern } from "../rules.ts";
import type { EksNodesConfig, EksPoolConfig, EksTaint } from "./types.ts";

const instanceTypes = listOf(
  pattern(/^[a-z][a-z0-9-]*\d[a-z0-9-]*\.[a-z0-9-]+$/, "", ""),
  "instance types such as m7i.large",
);

/** EKS completes the name with 26 characters, of 63. */
const poolName = pattern(
  /^[a-z0-9]([-a-z0-9]{0,34}[a-z0-9])?$/,
  "be a name of at most 36 lower-case letters, digits and dashes",
  "default",
);

const effects = ["NoSchedule", "NoExecute", "PreferNoSchedule"];

const taints: Rule<readonly EksTaint[]> = {
  must: `be a list of taints {key, value, effect}, the effect one of ${effects.join(", ")}`,
  parse: (value) => {
    if (!Array.isArray(value)) return undefined;
    const parsed = value.map(taintOf);
    return parsed.every((taint) => taint !== undefined) ? parsed : undefined;
  },
};

function taintOf(value: unknown): EksTaint | undefined {
  if (!isObject(value)) return undefined;
  const { key, value: text = "", effect, ...more } = value;
  const good =
    typeof key === "string" && typeof text === "string" && effects.includes(effect as string);
  if (!good || Object.keys(more).length > 0) return undefined;
  return { key, value: text, effect: effect as EksTaint["effect"] };
}

const defaultPool: EksPoolConfig = {
  name: "default",
  os: "AL2023",
  architecture: "x86_64",
  instanceTypes: ["m7i.large"],
  capacity: "onDemand",
  min: 3,
  max: 6,
  diskGiB: 50,
  labels: {},
  taints: [],
};

/** Reads who runs the nodes, and which there are. */
export function readNodes(eks: Fields): EksNodesConfig {
  const fields = eks.object("nodes");
  const mode = fields.value("mode", oneOf("managed", "auto"), "managed");
  const nodes = mode === "auto" ? readAuto(fields) : readManaged(fields);
  fields.finish();
  return nodes;
}

function readAuto(fields: Fields): EksNodesConfig {
  fields.absent("pools", 'when mode is "auto": AWS chooses the nodes');
  return { mode: "auto" };
}

function readManaged(fields: Fields): EksNodesConfig {
  const list = {
    key: "pools",
    must: "be a list of pools {name, os, instanceTypes, capacity, min, max, diskGiB, labels, taints}",
    one: "pool",
  };
  const pools = readItems(fields, list, readPool);
  // No autoscaler is there yet that would bring a node for the system pods.
  const takesAll = pools.some(({ taints: own, min }) => own.length === 0 && min > 0);
  if (fields.has("pools") && !takesAll) {
    const must = "hold a pool without taints that always has a node";
    fields.note("pools", must, "Flux and coredns have to run somewhere.");
  }
  return { mode: "managed", pools: fields.has("pools") ? pools : [defaultPool] };
}

function readPool(fields: Fields): EksPoolConfig {
  const types = fields.value("instanceTypes", instanceTypes, defaultPool.instanceTypes);
  const architectures = new Set(types.map(architectureOf));
  if (types.length === 0 || architectures.size > 1) {
    const fix = "Make a pool of each architecture.";
    fields.note("instanceTypes", "be instance types of one architecture", fix);
  }
  const [architecture = "x86_64"] = architectures;
  const min = fields.value("min", count(0, 450), defaultPool.min);
  const max = fields.value("max", count(1, 450), Math.max(defaultPool.max, min));
  if (max < min) fields.note("max", `be at least min (${min})`, "Correct one of them.");
  return {
    name: fields.required("name", poolName) ?? "",
    os: fields.value("os", oneOf("AL2023", "Bottlerocket"), defaultPool.os),
    architecture,
    instanceTypes: types,
    capacity: fields.value("capacity", oneOf("onDemand", "spot"), defaultPool.capacity),
    min,
    max,
    diskGiB: fields.value("diskGiB", count(20, 16_384), defaultPool.diskGiB),
    labels: fields.value("labels", labels, {}),
    taints: fields.value("taints", taints, []),
  };
}

/** Graviton has a g behind the generation, as in m7g or c7gn; a1 was the first. */
function architectureOf(type: string): EksPoolConfig["architecture"] {
  return /^([a-z]+\d+g[a-z]*|a1)\./.test(type) ? "arm64" : "x86_64";
}
