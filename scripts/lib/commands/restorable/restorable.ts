import type { Resource } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";

/**
 * How good a restore point is:
 * - good: complete
 * - running: the first is being made
 * - failed: the last attempt failed; `at` is the last that did not
 * - none: there is none yet
 */
export type Quality = "good" | "running" | "failed" | "none";

/** Restorable is something that data can be restored from. */
export interface Restorable {
  /** `VolumeSnapshot/shop/db-1`. */
  readonly object: string;
  /** What comes back, such as `PersistentVolumeClaim/shop/db`. */
  readonly restores: string;
  readonly quality: Quality;
  /** When the newest complete restore point was made, RFC 3339. */
  readonly at: string | undefined;
  /** How many complete ones there are; undefined where the object does not tell. */
  readonly count: number | undefined;
  /** The object's own words. */
  readonly text: string;
}

/** Keeper is a kind of object that knows of backups. */
export interface Keeper {
  /** Whose it is, such as `VolSync`. */
  readonly product: string;
  readonly resource: Resource;
  readonly read: (objects: readonly KubernetesObject[]) => Restorable[];
}
