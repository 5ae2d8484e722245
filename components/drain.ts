import * as pulumi from "@pulumi/pulumi";

import type { Claim } from "./cluster/claim.ts";
import type { Cluster } from "./cluster/contract.ts";
import type { ClusterConfig, DrainConfig } from "./config/types.ts";
import { firstDrain } from "../scripts/lib/drain/drain-id.ts";
import { script } from "./script.ts";

export interface DrainArgs extends DrainConfig {
  readonly cluster: Cluster;
  readonly kind: ClusterConfig["kind"];
  /** Where the report of the destroy goes, relative to the project. */
  readonly reportDirectory: string;
}

/**
 * Drain does nothing until it is destroyed; then it detaches the sync and waits until nothing is left that Flux made.
 * It stands before FluxSync, so that whatever can hold a sync holds a Drain. Nothing triggers it but
 * another cluster of this stack's making: a replacement runs the old delete, which empties a cluster that is in use.
 */
export class Drain extends pulumi.ComponentResource {
  /** Another after every replacement. */
  readonly id: pulumi.Output<string>;

  constructor(
    name: string,
    { cluster, kind, timeout, volumes, hooks, reportDirectory }: DrainArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:drain:Drain", name, {}, opts);
    const { result } = script<{ readonly id?: string }>(
      `${name}-script`,
      {
        cluster,
        create: "scripts/drain-record.ts",
        delete: "scripts/drain.ts",
        environment: {
          CLUSTER_NAME: cluster.name,
          CLUSTER_KIND: kind,
          DRAIN_TIMEOUT: timeout,
          DRAIN_VOLUMES: volumes,
          // A person may have put a token into a command.
          DRAIN_HOOKS: pulumi.secret(JSON.stringify(hooks)),
          REPORT_DIRECTORY: reportDirectory,
          ...claimVariables(cluster.claim),
        },
        ...(cluster.incarnation !== undefined && { triggers: [cluster.incarnation] }),
      },
      { parent: this },
    );
    this.id = result.apply(({ id }) => id ?? firstDrain);
    this.registerOutputs();
  }
}

/** What the destroy has to know of who holds the cluster, and of what was there before. */
function claimVariables({ owner, adopts }: Claim): Readonly<Record<string, string>> {
  return {
    ...(owner !== undefined && { CLUSTER_OWNER: owner.id }),
    ...(adopts.objects.length > 0 && { ADOPTS: JSON.stringify(adopts) }),
  };
}
