import { readFileSync } from "node:fs";

import { fluxNamespace } from "../../../components/names.ts";
import type { SyncSource } from "../../../scripts/lib/probe/source.ts";
import type { CommandResult, Embedded } from "../embedded.ts";

/** What is tried, and the secret setting that a person is told to correct. */
export interface Probed {
  readonly source: Omit<SyncSource, "fields"> & { readonly fields?: object };
  readonly setting?: string;
}

/** Runs the program that tries a source before it is attached, as a stack runs it, and nothing else of an `up`. */
export async function runProbe(
  embedded: Embedded,
  { source, setting }: Probed,
  environment: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  return embedded.run(["node", "--disable-warning=ExperimentalWarning", "scripts/probe.ts"], {
    KUBECONFIG_CONTENT: readFileSync(embedded.path("kubeconfig"), "utf8"),
    CLUSTER_UID: await embedded.cluster.uid(),
    FLUX_NAMESPACE: fluxNamespace,
    PROBE_SOURCE: JSON.stringify(source),
    ...(setting !== undefined && { PROBE_SETTING: setting }),
    ...environment,
  });
}
