import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../cluster/contract.ts";
import { digest } from "../digest.ts";
import { script } from "../script.ts";
import type { GateResult } from "../../scripts/lib/gate/gate.ts";
import type { FluxInstanceInputs } from "./api.ts";

export interface ReconcileGateArgs {
  readonly cluster: Cluster;
  readonly spec: FluxInstanceInputs;
  readonly timeout: string;
}

/** A gate that proves something else runs again everywhere: raise this with it. */
const protocol = "1";

/**
 * ReconcileGate is true when every installed controller handled a token that was written after it became ready. It runs
 * again when the cluster, the FluxInstance or the gate itself is another.
 */
export class ReconcileGate extends pulumi.ComponentResource {
  readonly result: pulumi.Output<GateResult>;
  /** Another whenever the gate runs again; unlike the result, a preview always knows it. */
  readonly occasion: pulumi.Output<string>;

  constructor(
    name: string,
    { cluster, spec, timeout }: ReconcileGateArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:flux:ReconcileGate", name, {}, opts);
    this.occasion = pulumi
      .all([cluster.identity, spec])
      .apply(([uid, known]) => digest([uid, known, protocol]));
    const { result } = script<GateResult>(
      `${name}-script`,
      {
        cluster,
        create: "scripts/gate.ts",
        environment: {
          GATE_COMPONENTS: spec.components.join(","),
          ...(spec.sharding !== undefined && {
            GATE_SHARDS: spec.sharding.shards.join(","),
            GATE_SHARD_KEY: spec.sharding.key,
          }),
          GATE_TIMEOUT: timeout,
        },
        triggers: [this.occasion],
      },
      { parent: this },
    );
    this.result = result;
    this.registerOutputs({ result });
  }
}
