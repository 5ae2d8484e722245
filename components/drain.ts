import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "./cluster/contract.ts";
import type { DrainConfig } from "./config/types.ts";
import { script } from "./script.ts";

export interface DrainArgs extends DrainConfig {
  readonly cluster: Cluster;
}

/**
 * Drain does nothing until it is destroyed; then it detaches the sync and waits until nothing is left that Flux made.
 * It stands before FluxSync, so that whatever can hold a sync holds a Drain. It has no trigger: a replacement would
 * run the old delete and empty a cluster in use.
 */
export class Drain extends pulumi.ComponentResource {
  constructor(
    name: string,
    { cluster, timeout, volumes }: DrainArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:drain:Drain", name, {}, opts);
    script(
      `${name}-script`,
      {
        cluster,
        create: "scripts/drain-record.ts",
        delete: "scripts/drain.ts",
        environment: { DRAIN_TIMEOUT: timeout, DRAIN_VOLUMES: volumes },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
