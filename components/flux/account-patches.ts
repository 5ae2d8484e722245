import * as pulumi from "@pulumi/pulumi";

import type { Texts } from "../config/flux-types.ts";
import type { FluxInstanceInputs, FluxInstanceSpec, KustomizePatch } from "./api.ts";
import { strategic } from "./controller-patches.ts";

/** AccountMarks tie the ServiceAccount of a controller to an identity of the cloud that the stack makes. */
export interface AccountMarks {
  /** Of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
  readonly podLabels: Texts;
}

/**
 * withAccounts is the specification with the marks of controllers that are installed. They come before everything that is
 * configured, which so has the last word.
 */
export function withAccounts(
  spec: FluxInstanceSpec,
  accounts: Readonly<Record<string, AccountMarks>> = {},
): FluxInstanceInputs {
  const marks = Object.entries(accounts)
    .filter(([controller]) => spec.components.includes(controller))
    .flatMap(([controller, own]) => patchesOf(controller, own));
  if (marks.length === 0) return spec;
  return { ...spec, kustomize: { patches: [...marks, ...spec.kustomize.patches] } };
}

function patchesOf(
  controller: string,
  { annotations, podLabels }: AccountMarks,
): pulumi.Input<KustomizePatch>[] {
  const account = pulumi
    .output(annotations)
    .apply((known) =>
      strategic("v1", "ServiceAccount", controller, { metadata: { annotations: known } }),
    );
  const template = { metadata: { labels: podLabels } };
  return [account, strategic("apps/v1", "Deployment", controller, { spec: { template } })];
}
