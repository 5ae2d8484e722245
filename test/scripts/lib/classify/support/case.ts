import type { StateId } from "../../../../../scripts/lib/classify/states.ts";
import type { Action, Standing } from "../../../../../scripts/lib/classify/verdict.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import type { SnapshotParts } from "./objects.ts";

/** StateCase is a snapshot and the verdict on its first object. */
export interface StateCase {
  readonly state: StateId;
  readonly what: string;
  readonly objects: readonly KubernetesObject[];
  readonly parts?: SnapshotParts;
  /** Where the verdict says something else than the state's row. */
  readonly standing?: Standing;
  readonly action?: Action;
  readonly nextRetry?: string;
  /** Is part of the verdict's text. */
  readonly text?: string;
}
