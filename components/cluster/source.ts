import type * as pulumi from "@pulumi/pulumi";

import type { ClusterSupplies } from "./contract.ts";

/** ClusterSource is what one kind of cluster knows, before anybody looked at the cluster. */
export interface ClusterSource {
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  readonly context: string | undefined;
  readonly access: string;
  /** The one command that helps when the API server does not answer. */
  readonly unreachableFix: string;
  /** What helps when the API server does not accept the login. */
  readonly loginFix: string;
  /** What a preview says when it goes on without an answer. */
  readonly previewNote: string;
  readonly supplies: ClusterSupplies;
  /** Undefined for a cluster that was made elsewhere and stays when the stack goes. */
  readonly own?: OwnCluster;
}

/** OwnCluster is a cluster that this stack makes, replaces and destroys. */
export interface OwnCluster {
  /** With it goes everything that is in the cluster. */
  readonly resource: pulumi.Resource;
  /** What no other cluster has, one of the same name neither, such as the host of its API server. */
  readonly incarnation: pulumi.Output<string>;
  /** What pods need before they run: nodes, DNS, identities. Nothing is made in the cluster before these are there. */
  readonly before: readonly pulumi.Resource[];
}
