import { Provider } from "@pulumi/kubernetes/provider.js";

import type { Config } from "../config/types.ts";
import { goingWith, transformationsOf } from "./claim.ts";
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
  const source = await sourceOf(config);
  const { own, context, access, supplies } = source;
  const { kubeconfig, identity, claim } = await identify(source, {
    ...{ stackLabel, adopt, fluxVersion: flux.version },
    sync: { url: sync.url ?? supplies.gitUrl, path: sync.path },
  });
  const provider = new Provider(
    "kubernetes",
    {
      kubeconfig,
      ...(context !== undefined && { context }),
      // A changed or unknown kubeconfig would else replace the provider and every object with it.
      clusterIdentifier: `${cluster.kind}/${cluster.name}`,
      // A changed value updates its object: a replacement would leave Flux without any for a moment.
      enableSecretMutable: true,
      enableConfigMapMutable: true,
      suppressDeprecationWarnings: true,
      suppressHelmHookWarnings: true,
    },
    {
      // Which cluster it is says its UID. Another identifier, as after a change of its name, replaces every object.
      ignoreChanges: ["clusterIdentifier"],
      ...(own !== undefined && { dependsOn: [...own.before] }),
    },
  );
  return {
    ...{ name: cluster.name, kubeconfig, context, provider, identity, access, claim, supplies },
    incarnation: own?.incarnation,
    transformations: [...transformationsOf(claim), ...(own === undefined ? [] : [goingWith(own)])],
  };
}

/** What is known of the cluster before anybody looked at it. Only the chosen cloud's SDK is loaded. */
async function sourceOf({ cluster, protect }: Config): Promise<ClusterSource> {
  switch (cluster.kind) {
    case "embedded":
      return embeddedSource(cluster);
    case "existing":
      return existingSource(cluster);
    case "aks": {
      const { aksSource } = await import("./aks/source.ts");
      return aksSource(cluster, { protect });
    }
    case "eks": {
      const { eksSource } = await import("./eks/source.ts");
      return eksSource(cluster, { protect });
    }
  }
}
