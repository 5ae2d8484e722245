import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../cluster/contract.ts";
import { expiryAnnotation, fluxNamespace, operatorName, stackLabel } from "../names.ts";
import { script } from "../script.ts";
import { operatorChart as publishedChart } from "../versions.ts";
import { operatorCrds } from "./api.ts";
import { chartDigest } from "./local-chart.ts";
import { afterRecovery } from "./release-recovery.ts";

export interface FluxOperatorArgs {
  readonly cluster: Cluster;
  /** An OCI address or a path. @default what the cluster supplies, else the published chart */
  readonly chart: string | undefined;
  readonly version: string;
  /** The value of the label `flux-bootstrap.dev/stack`. */
  readonly stackLabel: string;
  /** The value of the annotation `flux-bootstrap.dev/expires-at`; undefined: none. */
  readonly expiresAt: string | undefined;
}

/** How long Helm waits for the operator, and how long a lock of a Helm action counts as held. */
const timeoutSeconds = 300;

/**
 * FluxOperator is true when flux-operator is Available and its four CRDs are Established. Pulumi owns the namespace and
 * the Helm release; the CRDs outlive the release by their own policy.
 */
export class FluxOperator extends pulumi.ComponentResource {
  /** The namespace of flux-operator and Flux. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: FluxOperatorArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:flux:FluxOperator", name, {}, opts);
    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: namespaceMetadata(args) },
      { parent: this },
    );
    const recovered = afterRecovery(args.cluster, namespace.metadata.name, timeoutSeconds);
    const release = new Release(`${name}-release`, releaseArgs(args, recovered), { parent: this });
    script(
      `${name}-crds`,
      {
        cluster: args.cluster,
        create: "scripts/crds.ts",
        environment: { CRDS: operatorCrds.join(","), CRDS_TIMEOUT: "2m" },
        triggers: [args.cluster.identity, release.status.appVersion],
      },
      { parent: this },
    );
    this.namespace = namespace.metadata.name;
    this.registerOutputs({ namespace: this.namespace });
  }
}

function namespaceMetadata({ stackLabel: stack, expiresAt }: FluxOperatorArgs) {
  return {
    name: fluxNamespace,
    labels: namespaceLabels(stack),
    ...(expiresAt !== undefined && { annotations: { [expiryAnnotation]: expiresAt } }),
  };
}

/** The controllers of Flux and the operator run under the strictest profile. */
function namespaceLabels(stack: string): Record<string, string> {
  const modes = ["enforce", "warn", "audit"];
  const security = modes.map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]);
  return { ...(Object.fromEntries(security) as Record<string, string>), [stackLabel]: stack };
}

function releaseArgs(
  { cluster, chart, version }: FluxOperatorArgs,
  namespace: pulumi.Input<string>,
) {
  const source = chart ?? cluster.supplies.operatorChart ?? publishedChart;
  return {
    // The CRDs that a release leaves behind belong to a release of this name.
    name: operatorName,
    namespace,
    chart: source,
    // A chart on disk has the version that it says, and the provider does not look at its content again.
    ...(source.startsWith("oci://")
      ? { version }
      : { description: `chart ${chartDigest(source)}` }),
    values: { web: { enabled: false } },
    timeout: timeoutSeconds,
    maxHistory: 5,
    // A failed release stays, to be looked at and upgraded by the next `up`.
    atomic: false,
    skipCrds: false,
    skipAwait: false,
    // Lets a release that an interrupted `up` left behind be installed over, once it counts as failed.
    replace: true,
  };
}
