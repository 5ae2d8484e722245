import * as pulumi from "@pulumi/pulumi";

import { script } from "../script.ts";
import type { OwnCluster } from "./source.ts";

export interface ReadyArgs extends Pick<OwnCluster, "incarnation"> {
  /** Holds no credential. */
  readonly kubeconfig: pulumi.Output<string>;
  /** How long a cluster that was just made may take to let this login in. */
  readonly timeout: string;
  /** The command for a person when it does not. */
  readonly next: string;
}

/**
 * onceReady is the kubeconfig of a cluster that was just made, once its API server answers the login that makes it. It
 * waits once for each cluster: later a server that does not answer is a finding.
 */
export function onceReady({ kubeconfig, incarnation, timeout, next }: ReadyArgs) {
  const { result } = script(
    "cluster-ready",
    {
      cluster: { kubeconfig, context: undefined },
      create: "scripts/cluster-ready.ts",
      environment: { READY_TIMEOUT: timeout, READY_NEXT: next },
      triggers: [incarnation],
    },
    {},
  );
  return pulumi.secret(pulumi.all([kubeconfig, result]).apply(([content]) => content));
}
