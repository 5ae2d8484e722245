import { readFileSync } from "node:fs";

import { freePorts } from "../../../embedded/cluster/ports.ts";
import type { Embedded } from "../embedded.ts";
import type { DrainVariables } from "./drain-run.ts";

/** Refusal is a drain that must not touch anything, how it ends and what it says. */
export interface Refusal {
  readonly name: string;
  readonly variables: (embedded: Embedded) => Promise<DrainVariables> | DrainVariables;
  readonly code: number;
  readonly says: RegExp;
}

/** The cluster's own kubeconfig, but for a port at which nothing answers. */
async function unreachable(embedded: Embedded): Promise<DrainVariables> {
  const [port = 0] = await freePorts(1);
  const kubeconfig = readFileSync(embedded.path("kubeconfig"), "utf8");
  const { apiServer } = embedded.record.ports;
  return { KUBECONFIG_CONTENT: kubeconfig.replace(`127.0.0.1:${apiServer}`, `127.0.0.1:${port}`) };
}

async function gone(embedded: Embedded, name: string): Promise<DrainVariables> {
  return { ...(await unreachable(embedded)), FLUX_BOOTSTRAP_GONE: name };
}

export const refusals: readonly Refusal[] = [
  {
    name: "the cluster is another than the recorded one",
    variables: () => ({ CLUSTER_UID: "00000000-0000-4000-8000-000000000000" }),
    code: 1,
    says: /must be the recorded one, got another/,
  },
  {
    name: "mode skip",
    variables: () => ({ FLUX_BOOTSTRAP_DESTROY_MODE: "skip" }),
    code: 0,
    says: /nothing was touched/,
  },
  {
    name: "the cluster is said to be gone, by its name",
    variables: (embedded) => gone(embedded, embedded.name),
    code: 0,
    says: /FLUX_BOOTSTRAP_GONE: the cluster is gone/,
  },
  {
    name: "another cluster is said to be gone",
    variables: (embedded) => gone(embedded, "other"),
    code: 2,
    says: /FLUX_BOOTSTRAP_GONE must .*"other"/,
  },
  {
    name: "an outage is no word that the cluster is gone",
    variables: unreachable,
    code: 1,
    says: /does not answer[^]*FLUX_BOOTSTRAP_GONE=drain/,
  },
];
