import { Provider } from "@pulumi/kubernetes/provider.js";

import type { ClusterConfig, Config } from "../config/types.ts";
import { transformationsOf } from "./claim.ts";
import type { Cluster } from "./contract.ts";
import { embeddedSource } from "./embedded.ts";
import { existingSource } from "./existing.ts";
import { identify } from "./identity.ts";
import type { ClusterSource } from "./source.ts";

export type { Cluster, ClusterSupplies } from "./contract.ts";

/**
 * createCluster is a cluster whose API server answered with the recorded identity and in which nothing foreign stands
 * where Flux goes. Nothing reaches the cluster before that is known. Where that was adopted, the claim says so.
 */
export async function createCluster(config: Config): Promise<Cluster> {
  const { cluster, stackLabel, adopt, flux, sync } = config;
  const source = sourceOf(cluster);
  const { kubeconfig, identity, claim } = await identify(source, {
    ...{ stackLabel, adopt, fluxVersion: flux.version },
    sync: { url: sync.url ?? source.supplies.gitUrl, path: sync.path },
  });
  const provider = new Provider(
    "kubernetes",
    {
      kubeconfig,
      ...(source.context !== undefined && { context: source.context }),
      // A changed or unknown kubeconfig would else replace the provider and every object with it.
      clusterIdentifier: `${cluster.kind}/${cluster.name}`,
      // A changed value updates its object: a replacement would leave Flux without any for a moment.
      enableSecretMutable: true,
      enableConfigMapMutable: true,
      suppressDeprecationWarnings: true,
      suppressHelmHookWarnings: true,
    },
    // Which cluster it is says its UID. Another identifier, as after a change of its name, replaces every object.
    { ignoreChanges: ["clusterIdentifier"] },
  );
  const { context, access, supplies } = source;
  const { name } = cluster;
  const transformations = transformationsOf(claim);
  const reached = { name, kubeconfig, context, provider, identity, access };
  return { ...reached, claim, transformations, supplies };
}

function sourceOf(cluster: ClusterConfig): ClusterSource {
  switch (cluster.kind) {
    case "embedded":
      return embeddedSource(cluster);
    case "existing":
      return existingSource(cluster);
  }
}
