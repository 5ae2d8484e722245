import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../cluster/contract.ts";
import type { DeployKey } from "../../scripts/lib/deploy-key/deploy-key.ts";
import { markOf, type Owner } from "../../scripts/lib/owner.ts";
import { digest } from "../digest.ts";
import type { Drain } from "../drain.ts";
import { fluxInstanceName, inUseLabel } from "../names.ts";
import { script } from "../script.ts";
import { settled } from "../settled.ts";
import { type FluxSyncSpec, operatorApiVersion } from "./api.ts";
import type { SourceSecret } from "./source-secret.ts";

export interface FluxSyncArgs {
  readonly cluster: Cluster;
  readonly namespace: pulumi.Input<string>;
  readonly sync: FluxSyncSpec;
  /** What the source has besides what `spec.sync` can say. */
  readonly sourceFields: Readonly<Record<string, object>>;
  /** What opens the source: another credential is tried before it is relied on. */
  readonly source: SourceSecret | undefined;
  /** The public half of a key that was made in the cluster. */
  readonly deployKey: pulumi.Output<DeployKey> | undefined;
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
    { cluster, namespace, sync, sourceFields, source, deployKey, drain }: FluxSyncArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:flux:FluxSync", name, {}, opts);
    const tried = probed(sync, sourceFields);
    const probe = script(
      `${name}-probe`,
      {
        cluster,
        create: "scripts/probe.ts",
        environment: {
          PROBE_SOURCE: JSON.stringify(tried),
          PROBE_TIMEOUT: probeTimeout,
          // What a person is told to do when the source refuses.
          ...(source?.kind === "given" && { PROBE_SETTING: source.setting }),
          ...(deployKey && { PROBE_DEPLOY_KEY: deployKey.apply(({ publicKey }) => publicKey) }),
        },
        triggers: [cluster.identity, digest(tried), pulumi.secret(digest(source ?? ""))],
      },
      { parent: this },
    );
    const inUse = new ConfigMap(
      `${name}-in-use`,
      {
        metadata: {
          // As a promise: an output of this component depends on all its children, and so on this one.
          name: settled(this.urn).then((urn) => markName(urn, cluster.claim.owner)),
          namespace,
          labels: inUseLabel,
          ...markOf(cluster.claim.owner),
        },
        data: { drain: drain.id },
      },
      {
        parent: this,
        // A Drain that goes with its cluster drains that first, and drains nothing while this stands.
        ...(cluster.incarnation !== undefined && {
          replaceOnChanges: ["data"],
          deleteBeforeReplace: true,
        }),
      },
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
 * A component that is renamed has a mark of its own, so that the end of the old one does not take the new one along. So has
 * an owner who takes the cluster over, for whom the one before must not end it. A stack that is renamed keeps its mark:
 * stack and project, which stand first in a URN, do not count.
 */
function markName(urn = "", owner?: Owner): string {
  const [, , ...component] = urn.split("::");
  const names = [component.join("::"), ...(owner === undefined ? [] : [owner.id])];
  return `flux-sync-in-use-${digest(names.join(" "))}`;
}

/** What the probe's source shares with the real one: where it is applied from is no part of that. */
function probed(
  { kind, url, ref, interval, pullSecret, provider }: FluxSyncSpec,
  fields: FluxSyncArgs["sourceFields"],
) {
  const more = Object.keys(fields).length === 0 ? {} : { fields };
  return { kind, url, ref, interval, pullSecret, provider, ...more };
}
