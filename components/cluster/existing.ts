import * as pulumi from "@pulumi/pulumi";

import type { ExistingClusterConfig } from "../config/types.ts";
import type { ClusterSource } from "./source.ts";

/** existingSource is a cluster that was made elsewhere, reached by the kubeconfig of the stack's configuration. */
export function existingSource({ kubeconfig, context }: ExistingClusterConfig): ClusterSource {
  return {
    kubeconfig: pulumi.secret(kubeconfig),
    context,
    access: `kubectl --context ${context} get namespaces`,
    unreachableFix: `Run: kubectl --context ${context} cluster-info`,
    previewNote: "the cluster does not answer: this preview compares with the state only",
    supplies: { runtimeInfo: {} },
  };
}
