import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";

import type { Manifest, PrerequisiteChart, PrerequisiteConfig } from "../config/prerequisites.ts";
import { parseDuration } from "../../scripts/lib/duration.ts";
import { chartDigest } from "./local-chart.ts";

/**
 * Prerequisite is true when what has to come before flux-operator is Ready. Pulumi owns all of it, and deletes it when
 * flux-operator is gone.
 */
export class Prerequisite extends pulumi.ComponentResource {
  constructor(name: string, args: PrerequisiteConfig, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:flux:Prerequisite", name, {}, opts);
    const { chart, timeout } = args;
    if (chart !== undefined) {
      const seconds = (parseDuration(timeout) ?? 0) / 1000;
      new Release(`${name}-release`, releaseArgs(args.name, chart, seconds), { parent: this });
    }
    const customTimeouts = { create: timeout, update: timeout };
    const make = (object: Manifest, dependsOn: pulumi.Resource[]) =>
      new ManifestObject(`${name}-${keyOf(object)}`, object, {
        parent: this,
        customTimeouts,
        dependsOn,
      });
    const first = args.objects.filter(isFirst).map((object) => make(object, []));
    for (const object of args.objects.filter((other) => !isFirst(other))) make(object, first);
    this.registerOutputs();
  }
}

/** Others are in it, or of its kind. */
function isFirst({ kind }: Manifest): boolean {
  return kind === "Namespace" || kind === "CustomResourceDefinition";
}

/** Names an object among those of all its files. */
function keyOf({ kind, metadata: { name, namespace } }: Manifest): string {
  return [kind.toLowerCase(), namespace, name].filter((part) => part !== undefined).join("-");
}

function releaseArgs(name: string, chart: PrerequisiteChart, timeoutSeconds: number) {
  const { version, repository, namespace, values } = chart;
  return {
    name,
    namespace,
    createNamespace: true,
    chart: chart.chart,
    // A chart on disk has the version that it says, and the provider does not look at its content again.
    ...(version === undefined ? { description: `chart ${chartDigest(chart.chart)}` } : { version }),
    ...(repository !== undefined && { repositoryOpts: { repo: repository } }),
    // A person may have put a token into a value.
    values: pulumi.secret(values),
    timeout: timeoutSeconds,
    maxHistory: 5,
    atomic: false,
    skipAwait: false,
    replace: true,
  };
}

/** An object of any kind, as a file has it, which the provider makes and waits for as for one of its own classes. */
class ManifestObject extends pulumi.CustomResource {
  constructor(name: string, object: Manifest, opts: pulumi.CustomResourceOptions) {
    const { apiVersion, kind } = object;
    const group = apiVersion === "v1" ? "core/v1" : apiVersion;
    const { properties, hidden } = propertiesOf(object);
    super(`kubernetes:${group}:${kind}`, name, properties, {
      ...opts,
      additionalSecretOutputs: hidden,
    });
  }
}

/** What is in a Secret is one in Pulumi too. */
function propertiesOf(object: Manifest): { properties: pulumi.Inputs; hidden: string[] } {
  if (object.kind !== "Secret") return { properties: { ...object }, hidden: [] };
  const hidden = ["data", "stringData"];
  const entries = Object.entries(object).map(([key, value]) => [
    key,
    hidden.includes(key) ? pulumi.secret(value) : (value as unknown),
  ]);
  return { properties: Object.fromEntries(entries) as pulumi.Inputs, hidden };
}
