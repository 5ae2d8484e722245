import { clusterStates } from "./states/cluster.ts";
import { generalStates } from "./states/general.ts";
import { helmReleaseStates } from "./states/helm-release.ts";
import { kustomizationStates } from "./states/kustomization.ts";
import { operatorStates } from "./states/operator.ts";
import { sourceStates } from "./states/source.ts";
import type { State } from "./states/state.ts";

export type { State } from "./states/state.ts";

const table = {
  ...helmReleaseStates,
  ...kustomizationStates,
  ...sourceStates,
  ...operatorStates,
  ...clusterStates,
  ...generalStates,
};

export type StateId = keyof typeof table;

/** states is the one table of what an object can be in. Code, tests and docs read it; nothing repeats it. */
export const states: Readonly<Record<StateId, State>> = table;

export const stateIds = Object.keys(states) as readonly StateId[];
