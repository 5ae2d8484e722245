import type { Fields, Rule } from "./fields.ts";
import { serviceAccountName } from "./names.ts";
import { labels } from "./pod-rules.ts";
import { listOf, name, pattern } from "./rules.ts";
import type { ShardingConfig, StorageConfig, Texts } from "./flux-types.ts";

/** What this program and flux-operator write on the namespace themselves. */
const taken =
  /^(flux-bootstrap\.dev\/|fluxcd\.controlplane\.io\/|kubernetes\.io\/metadata\.name$|app\.kubernetes\.io\/(managed-by|instance|version|part-of)$|pod-security\.kubernetes\.io\/warn(-version)?$)/;

export const namespaceLabels: Rule<Texts> = {
  must: "be a map of labels that neither this program nor flux-operator sets",
  parse: (value) => {
    const parsed = labels.parse(value);
    return parsed !== undefined && Object.keys(parsed).every((key) => !taken.test(key))
      ? parsed
      : undefined;
  },
};

export function readTenantAccount(flux: Fields, multitenant: boolean): string | undefined {
  if (!multitenant) flux.absent("tenantServiceAccount", "when flux.multitenant is false");
  return flux.optional("tenantServiceAccount", serviceAccountName);
}

const defaultKey = "sharding.fluxcd.io/key";

const labelKey = pattern(
  /^([a-z0-9]([-.a-z0-9]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/,
  "be the key of a label",
  defaultKey,
);

const shardNames = listOf(name, "Kubernetes names");

const shards: Rule<readonly string[]> = {
  must: "be a list of one or more different Kubernetes names",
  parse: (value) => {
    const list = shardNames.parse(value) ?? [];
    return list.length > 0 && new Set(list).size === list.length ? list : undefined;
  },
};

/** Reads the shards; undefined: one controller of each kind does it all. */
export function readSharding(flux: Fields): ShardingConfig | undefined {
  const found = flux.optional("shards", shards);
  if (!flux.has("shards")) flux.absent("shardKey", "without flux.shards");
  const key = flux.value("shardKey", labelKey, defaultKey);
  return found === undefined ? undefined : { key, shards: found };
}

const storageClass = pattern(
  /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
  "be the name of a StorageClass",
  "standard",
);

const size = pattern(/^[1-9]\d*([KMGTP]i|[kMGTP])?$/, "be a size such as 10Gi", "10Gi");

/** Reads the volume of source-controller; undefined: it fetches everything again after a restart. */
export function readStorage(flux: Fields): StorageConfig | undefined {
  const fields = flux.object("storage");
  if (fields.keys().length === 0) return undefined;
  const storage = {
    class: fields.required("class", storageClass) ?? "",
    size: fields.required("size", size) ?? "",
  };
  fields.finish();
  return storage;
}
