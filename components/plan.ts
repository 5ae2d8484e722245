import { readFileSync } from "node:fs";

import type * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "./cluster/contract.ts";
import type { ClusterConfig, Config, DrainConfig, SyncConfig } from "./config/types.ts";
import { demoKeyFile } from "./demo-key.ts";
import { withAccounts } from "./flux/account-patches.ts";
import type { FluxInstanceInputs, FluxSyncSpec } from "./flux/api.ts";
import { instanceSpec } from "./flux/instance-spec.ts";
import { type OperatorOptions, operatorOptions } from "./flux/operator-values.ts";
import { sourceFields } from "./flux/source-fields.ts";
import { type SourceSecret, sourceSecret } from "./flux/source-secret.ts";

/** Plan is what the steps get: what is configured, joined with what the cluster supplies. */
export interface Plan {
  /** File name ending in `.agekey` -> private key (secret). */
  readonly ageKeys: Readonly<Record<string, string>>;
  /** What opens the source; undefined: nothing, or what is made elsewhere. */
  readonly source: SourceSecret | undefined;
  readonly runtimeInfo: Readonly<Record<string, pulumi.Input<string>>>;
  readonly operator: OperatorOptions;
  readonly spec: FluxInstanceInputs;
  readonly sync: FluxSyncSpec;
  /** What the source has besides. */
  readonly sourceFields: Readonly<Record<string, object>>;
  readonly drain: DrainConfig & {
    readonly kind: ClusterConfig["kind"];
    readonly reportDirectory: string;
  };
  /** Where reports go, relative to the project. */
  readonly reportDirectory: string;
}

export function plan(config: Config, cluster: Pick<Cluster, "name" | "supplies">): Plan {
  const ageKeys = ageKeysOf(config);
  const url = config.sync.url ?? cluster.supplies.gitUrl ?? "";
  const { credentials } = config;
  const source = credentials === undefined ? undefined : sourceSecret(credentials, url);
  const reportDirectory = `.flux-bootstrap/${config.environment}`;
  return {
    ageKeys,
    source,
    runtimeInfo: {
      CLUSTER_NAME: cluster.name,
      ENVIRONMENT: config.environment,
      CLUSTER_KIND: config.cluster.kind,
      ...cluster.supplies.runtimeInfo,
      ...config.runtimeInfo,
    },
    operator: operatorOptions(config),
    spec: withAccounts(instanceSpec(config), cluster.supplies.accounts),
    sync: syncSpec(config.sync, url, source),
    sourceFields: sourceFields(config.sync),
    drain: { ...config.drain, kind: config.cluster.kind, reportDirectory },
    reportDirectory,
  };
}

/** The example fleet is encrypted with a key that everybody has; only an embedded cluster takes it. */
function ageKeysOf({ ageKeys, cluster, decryption }: Config): Readonly<Record<string, string>> {
  const isDemo = cluster.kind === "embedded" && decryption.provider === "age";
  if (!isDemo || Object.keys(ageKeys).length > 0) return ageKeys;
  return { "demo.agekey": readFileSync(new URL(`../${demoKeyFile}`, import.meta.url), "utf8") };
}

function syncSpec(
  { kind, ref, path, interval, provider, ...sync }: SyncConfig,
  url: string,
  source: SourceSecret | undefined,
): FluxSyncSpec {
  const pullSecret = sync.pullSecret ?? source?.name;
  return {
    kind,
    url,
    ref,
    path,
    interval,
    ...(pullSecret !== undefined && { pullSecret }),
    ...(provider !== undefined && { provider }),
  };
}
