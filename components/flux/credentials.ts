import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";

import type { DeployKey } from "../../scripts/lib/deploy-key/deploy-key.ts";
import { markOf } from "../../scripts/lib/owner.ts";
import type { Cluster } from "../cluster/contract.ts";
import { runtimeInfoName, sopsSecretName, watchedByFlux } from "../names.ts";
import { script } from "../script.ts";
import type { GeneratedSecret, GivenSecret, SourceSecret } from "./source-secret.ts";

export interface FluxCredentialsArgs {
  readonly cluster: Cluster;
  readonly namespace: pulumi.Input<string>;
  /** File name ending in `.agekey` -> private key. None: no Secret. */
  readonly ageKeys: Readonly<Record<string, string>>;
  /** Undefined: no Secret. */
  readonly source: SourceSecret | undefined;
  readonly runtimeInfo: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * FluxCredentials is true when what Flux needs to read and decrypt the source is in its namespace. Pulumi owns these
 * objects; Flux only reads them, and reconciles at once when they change. A key that is made in the cluster is an object
 * of the script that made it, so that no state ever holds it.
 */
export class FluxCredentials extends pulumi.ComponentResource {
  /** The public half of a key that was made in the cluster. */
  readonly deployKey: pulumi.Output<DeployKey> | undefined;

  constructor(
    name: string,
    { cluster, namespace, ageKeys, source, runtimeInfo }: FluxCredentialsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:flux:FluxCredentials", name, {}, opts);
    const labelled = (object: string) => ({ name: object, namespace, labels: watchedByFlux });
    const secret = (child: string, { name: object, ...args }: Pick<GivenSecret, Given>) =>
      new Secret(
        `${name}-${child}`,
        {
          metadata: labelled(object),
          ...(args.type !== undefined && { type: args.type }),
          stringData: args.values,
        },
        { parent: this },
      );
    if (Object.keys(ageKeys).length > 0) secret("age", { name: sopsSecretName, values: ageKeys });
    if (source?.kind === "given") secret(source.noun, source);
    if (source?.kind === "generated") this.deployKey = this.#generate(name, cluster, source);
    new ConfigMap(
      `${name}-runtime-info`,
      {
        metadata: { ...labelled(runtimeInfoName), ...markOf(cluster.claim.owner) },
        data: runtimeInfo,
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** Nothing replaces this resource: the end of it removes the key. */
  #generate(
    name: string,
    cluster: Cluster,
    { name: object, knownHosts, generation }: GeneratedSecret,
  ): pulumi.Output<DeployKey> {
    const made = script<DeployKey>(
      `${name}-deploy-key`,
      {
        cluster,
        create: "scripts/deploy-key.ts",
        update: "scripts/deploy-key.ts",
        delete: "scripts/deploy-key-remove.ts",
        environment: {
          DEPLOY_KEY_SECRET: object,
          DEPLOY_KEY_GENERATION: generation,
          DEPLOY_KEY_KNOWN_HOSTS: knownHosts,
        },
      },
      { parent: this },
    );
    return made.result;
  }
}

type Given = "name" | "type" | "values";
