/** Limits bound what one run of the repairer may do. */
export interface Limits {
  /** Writes to one object, whatever they ask for. @default 3 */
  readonly attemptsPerObject: number;
  /** Time between two writes to one object. @default 60 s */
  readonly spacingMilliseconds: number;
  /** Resets of one object that were carried out. @default 1 */
  readonly resets: number;
  /** Forced upgrades of one object that were carried out. @default 1 */
  readonly forces: number;
  /** Restarts of one controller. @default 1 */
  readonly restarts: number;
  /** The whole run. @default 10 m */
  readonly deadlineMilliseconds: number;
  /** From a write to the handled token; counts anew whenever the controller shows a sign of life. @default 30 s */
  readonly handledWithinMilliseconds: number;
  /** From the handled token to the new conditions, which a controller may write in another request. @default 5 s */
  readonly settleMilliseconds: number;
  /** How long what goes on by itself in the normal course gets to do so before it is asked. @default 35 s */
  readonly graceMilliseconds: number;
  /** Writes that are under way at the same time. @default 8 */
  readonly concurrentWrites: number;
  /** Field manager of the annotations; kustomize-controller strips those of managers named kubectl. */
  readonly fieldManager: string;
}

export const defaultLimits: Limits = {
  attemptsPerObject: 3,
  spacingMilliseconds: 60_000,
  resets: 1,
  forces: 1,
  restarts: 1,
  deadlineMilliseconds: 600_000,
  handledWithinMilliseconds: 30_000,
  settleMilliseconds: 5_000,
  graceMilliseconds: 35_000,
  concurrentWrites: 8,
  fieldManager: "flux-client-side-apply",
};
