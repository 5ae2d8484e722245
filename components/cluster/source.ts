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
}
