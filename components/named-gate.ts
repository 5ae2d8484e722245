import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "./cluster/contract.ts";
import type { GateConfig } from "./config/gates.ts";
import { digest } from "./digest.ts";
import type { FluxSyncSpec } from "./flux/api.ts";
import type { ReconcileGate } from "./flux/gate.ts";
import { script } from "./script.ts";

export interface NamedGateArgs {
  readonly cluster: Cluster;
  readonly gate: GateConfig;
  readonly sync: FluxSyncSpec;
  /** The proof of the controllers: what came after an older one is watched again. */
  readonly proof: Pick<ReconcileGate, "occasion">;
}

/**
 * NamedGate is true when the object that it names is as the gate wants it. It only watches: what brings the object, Flux
 * or a person, owns it. It watches again when PostBootstrap looks again.
 */
export class NamedGate extends pulumi.ComponentResource {
  constructor(
    name: string,
    { cluster, gate: { timeout, ...gate }, sync, proof }: NamedGateArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:gates:NamedGate", name, {}, opts);
    script(
      `${name}-script`,
      {
        cluster,
        create: "scripts/named-gate.ts",
        environment: { NAMED_GATE: JSON.stringify(gate), GATE_TIMEOUT: timeout },
        triggers: [proof.occasion, digest(sync), digest(gate)],
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
