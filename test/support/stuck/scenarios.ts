import { type FluxOptions, withArguments } from "./flux.ts";
import { movedKustomizations } from "./moved-kustomizations.ts";
import { movedReleases } from "./moved-releases.ts";
import { receivers } from "./receivers.ts";
import { resourceSets } from "./resource-sets.ts";
import type { Scenario } from "./scenario.ts";
import { settledKustomizations } from "./settled-kustomizations.ts";
import { settledReleases } from "./settled-releases.ts";
import { sources } from "./sources.ts";

/** Everything that can be played side by side. */
export const together: readonly Scenario[] = [
  ...settledReleases,
  ...movedReleases,
  ...settledKustomizations,
  ...movedKustomizations,
  ...sources,
  ...resourceSets,
  ...receivers,
];

/** What the operator passes to these three when there are shards: what is labelled for one is left to it. */
const unsharded = "--watch-label-selector=!sharding.fluxcd.io/key";
const cancelHealthChecks = "--feature-gates=CancelHealthCheckOnNewRevision=true";

/** What the scenarios need of Flux: ten workers a controller, and health checks that a new revision ends. */
export const fluxOptions: FluxOptions = {
  size: "medium",
  patches: [
    withArguments("source-controller", unsharded),
    withArguments("kustomize-controller", unsharded, cancelHealthChecks),
    withArguments("helm-controller", unsharded, cancelHealthChecks),
  ],
};
