import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";

import type { GitCredentials } from "../config/types.ts";
import { runtimeInfoName, sopsSecretName, sourceSecretName, watchedByFlux } from "../names.ts";

export interface FluxCredentialsArgs {
  readonly namespace: pulumi.Input<string>;
  /** File name ending in `.agekey` -> private key. None: no Secret. */
  readonly ageKeys: Readonly<Record<string, string>>;
  /** Undefined: no Secret. */
  readonly gitCredentials: GitCredentials | undefined;
  readonly runtimeInfo: Readonly<Record<string, string>>;
}

/**
 * FluxCredentials is true when what Flux needs to read and decrypt the source is in its namespace. Pulumi owns these
 * objects; Flux only reads them, and reconciles at once when they change.
 */
export class FluxCredentials extends pulumi.ComponentResource {
  constructor(
    name: string,
    { namespace, ageKeys, gitCredentials, runtimeInfo }: FluxCredentialsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:flux:FluxCredentials", name, {}, opts);
    const labelled = (object: string) => ({ name: object, namespace, labels: watchedByFlux });
    const secret = (child: string, object: string, values: Readonly<Record<string, string>>) =>
      new Secret(
        `${name}-${child}`,
        { metadata: labelled(object), stringData: values },
        { parent: this },
      );
    if (Object.keys(ageKeys).length > 0) secret("age", sopsSecretName, ageKeys);
    if (gitCredentials !== undefined) secret("source", sourceSecretName, { ...gitCredentials });
    new ConfigMap(
      `${name}-runtime-info`,
      { metadata: labelled(runtimeInfoName), data: runtimeInfo },
      { parent: this },
    );
    this.registerOutputs();
  }
}
