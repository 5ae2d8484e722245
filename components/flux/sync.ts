import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../cluster/contract.ts";
import { digest } from "../digest.ts";
import type { Drain } from "../drain.ts";
import { fluxInstanceName, inUseLabel } from "../names.ts";
import { script } from "../script.ts";
import { settled } from "../settled.ts";
import { type FluxSyncSpec, operatorApiVersion } from "./api.ts";

export interface FluxSyncArgs {
  readonly cluster: Cluster;
  readonly namespace: pulumi.Input<string>;
  readonly sync: FluxSyncSpec;
  /** What opens the source: another credential is tried before it is relied on. */
  readonly credential: unknown;
  /** What removes again what the sync brings. */
  readonly drain: Pick<Drain, "id">;
}

/** The owner of `spec.sync`, for ever: another name would detach the sync, and that prunes. */
export const syncFieldManager = "flux-bootstrap-sync";

const probeTimeout = "60s";

/**
 * FluxSync is true when a probe of the source got an artifact and `spec.sync` is attached to the FluxInstance. Only
 * Drain detaches: this resource, whatever becomes of it, leaves the sync where it is. While its mark stands in the
 * cluster, Drain does not even then: a destroy deletes the mark before it comes to Drain, and nothing else does.
 */
export class FluxSync extends pulumi.ComponentResource {
  constructor(
    name: string,
    { cluster, namespace, sync, credential, drain }: FluxSyncArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:flux:FluxSync", name, {}, opts);
    const probe = script(
      `${name}-probe`,
      {
        cluster,
        create: "scripts/probe.ts",
        environment: { PROBE_SOURCE: JSON.stringify(probed(sync)), PROBE_TIMEOUT: probeTimeout },
        triggers: [cluster.identity, digest(probed(sync)), pulumi.secret(digest(credential ?? ""))],
      },
      { parent: this },
    );
    const inUse = new ConfigMap(
      `${name}-in-use`,
      {
        metadata: {
          // As a promise: an output of this component depends on all its children, and so on this one.
          name: settled(this.urn).then(markName),
          namespace,
          labels: inUseLabel,
        },
        data: { drain: drain.id },
      },
      { parent: this },
    );
    new CustomResourcePatch(
      `${name}-patch`,
      {
        apiVersion: operatorApiVersion,
        kind: "FluxInstance",
        metadata: {
          name: fluxInstanceName,
          namespace,
          annotations: {
            "pulumi.com/patchFieldManager": syncFieldManager,
            // Ready now includes the repository's health, which PostBootstrap judges and explains.
            "pulumi.com/skipAwait": "true",
          },
        },
        spec: { sync },
      },
      { parent: this, dependsOn: [probe.resource, inUse], retainOnDelete: true },
    );
    this.registerOutputs();
  }
}

/**
 * A component that is renamed has a mark of its own, so that the end of the old one does not take the new one along. A stack
 * that is renamed keeps its mark: stack and project, which stand first in a URN, do not count.
 */
function markName(urn = ""): string {
  const [, , ...component] = urn.split("::");
  return `flux-sync-in-use-${digest(component.join("::"))}`;
}

/** What the probe's source shares with the real one: where it is applied from is no part of that. */
function probed({ kind, url, ref, interval, pullSecret, provider }: FluxSyncSpec) {
  return { kind, url, ref, interval, pullSecret, provider };
}
