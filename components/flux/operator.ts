import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { NamespacePatch } from "@pulumi/kubernetes/core/v1/namespacePatch.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";

import { adoptedMark, annotationsOf } from "../../scripts/lib/owner.ts";
import type { Cluster } from "../cluster/contract.ts";
import type { PrerequisiteConfig } from "../config/prerequisites.ts";
import { expiryAnnotation, fluxNamespace, operatorName, stackLabel } from "../names.ts";
import { adoptsNamespace } from "../preflight/adopts.ts";
import { script } from "../script.ts";
import { operatorChart as publishedChart } from "../versions.ts";
import { operatorCrds } from "./api.ts";
import { chartDigest } from "./local-chart.ts";
import type { OperatorOptions } from "./operator-values.ts";
import { Prerequisite } from "./prerequisite.ts";
import { afterRecovery } from "./release-recovery.ts";

export interface FluxOperatorArgs extends OperatorOptions {
  readonly cluster: Cluster;
  /** What has to be Ready first. Its objects may be in the namespace of Flux. */
  readonly prerequisites: readonly PrerequisiteConfig[];
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
    // A namespace that was there before keeps what it is, and is rid of what is put on it when the stack goes.
    const Kind = adoptsNamespace(args.cluster.claim.adopts) ? NamespacePatch : Namespace;
    const namespace = new Kind(
      `${name}-namespace`,
      { metadata: namespaceMetadata(args) },
      { parent: this },
    );
    const ready = args.prerequisites.reduce<pulumi.Resource>((before, prerequisite) => {
      const options = { parent: this, dependsOn: before };
      return new Prerequisite(`prerequisite-${prerequisite.name}`, prerequisite, options);
    }, namespace);
    const recovered = afterRecovery(args.cluster, namespace.metadata.name, timeoutSeconds);
    const release = new Release(`${name}-release`, releaseArgs(args, recovered), {
      parent: this,
      dependsOn: ready,
    });
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

function namespaceMetadata(args: FluxOperatorArgs) {
  const { cluster, stackLabel: stack, namespaceLabels, expiresAt } = args;
  const { owner, adopts } = cluster.claim;
  const annotations = {
    ...annotationsOf(owner),
    ...adoptedMark(adopts),
    ...(expiresAt !== undefined && { [expiryAnnotation]: expiresAt }),
  };
  return {
    name: fluxNamespace,
    labels: { ...namespaceLabels, [stackLabel]: stack },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function releaseArgs(
  { cluster, chart, version, values }: FluxOperatorArgs,
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
    values,
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
