import { readFileSync } from "node:fs";

import type { Cluster } from "./cluster/contract.ts";
import type { ClusterConfig, Config, DrainConfig, GitCredentials } from "./config/types.ts";
import { demoKeyFile } from "./demo-key.ts";
import type { FluxInstanceSpec, FluxSyncSpec } from "./flux/api.ts";
import { instanceSpec } from "./flux/instance-spec.ts";
import { sourceSecretName } from "./names.ts";

/** Plan is what the steps get: what is configured, joined with what the cluster supplies. */
export interface Plan {
  /** File name ending in `.agekey` -> private key (secret). */
  readonly ageKeys: Readonly<Record<string, string>>;
  readonly gitCredentials: GitCredentials | undefined;
  readonly runtimeInfo: Readonly<Record<string, string>>;
  readonly spec: FluxInstanceSpec;
  readonly sync: FluxSyncSpec;
  readonly drain: DrainConfig & {
    readonly kind: ClusterConfig["kind"];
    readonly reportDirectory: string;
  };
  /** Where reports go, relative to the project. */
  readonly reportDirectory: string;
}

export function plan(config: Config, cluster: Pick<Cluster, "name" | "supplies">): Plan {
  const ageKeys = ageKeysOf(config);
  const reportDirectory = `.flux-bootstrap/${config.environment}`;
  return {
    ageKeys,
    gitCredentials: config.gitCredentials,
    runtimeInfo: {
      CLUSTER_NAME: cluster.name,
      ENVIRONMENT: config.environment,
      CLUSTER_KIND: config.cluster.kind,
      ...cluster.supplies.runtimeInfo,
      ...config.runtimeInfo,
    },
    spec: instanceSpec(config.flux, Object.keys(ageKeys).length > 0),
    sync: syncSpec(config, cluster.supplies.gitUrl),
    drain: { ...config.drain, kind: config.cluster.kind, reportDirectory },
    reportDirectory,
  };
}

/** The example fleet is encrypted with a key that everybody has; only an embedded cluster takes it. */
function ageKeysOf({ ageKeys, cluster }: Config): Readonly<Record<string, string>> {
  if (cluster.kind !== "embedded" || Object.keys(ageKeys).length > 0) return ageKeys;
  return { "demo.agekey": readFileSync(new URL(`../${demoKeyFile}`, import.meta.url), "utf8") };
}

function syncSpec({ sync, gitCredentials }: Config, suppliedUrl: string | undefined): FluxSyncSpec {
  const { kind, ref, path, interval, provider } = sync;
  const pullSecret =
    sync.pullSecret ?? (gitCredentials === undefined ? undefined : sourceSecretName);
  return {
    kind,
    url: sync.url ?? suppliedUrl ?? "",
    ref,
    path,
    interval,
    ...(pullSecret !== undefined && { pullSecret }),
    ...(provider !== undefined && { provider }),
  };
}
