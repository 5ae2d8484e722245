import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";

import { fluxInstanceName } from "../names.ts";
import { type FluxInstanceInputs, operatorApiVersion } from "./api.ts";

export interface FluxInstanceArgs {
  readonly namespace: pulumi.Input<string>;
  readonly spec: FluxInstanceInputs;
}

/**
 * FluxInstance is true when flux-operator says Ready of this generation: the controllers are installed. It has no
 * `spec.sync`; FluxSync attaches that, as another owner of fields, after the gate. Pulumi owns the rest.
 */
export class FluxInstance extends pulumi.ComponentResource {
  constructor(
    name: string,
    { namespace, spec }: FluxInstanceArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:flux:FluxInstance", name, {}, opts);
    new CustomResource(
      `${name}-object`,
      {
        apiVersion: operatorApiVersion,
        kind: "FluxInstance",
        metadata: {
          name: fluxInstanceName,
          namespace,
          annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec,
      },
      {
        parent: this,
        // Deleting waits for the controllers, which may still finish Helm actions of ten minutes.
        customTimeouts: { create: "10m", update: "10m", delete: "20m" },
      },
    );
    this.registerOutputs();
  }
}
