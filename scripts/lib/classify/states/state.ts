import type { Action, Standing } from "../verdict.ts";

/** State is one row of the table that code, tests and docs share. */
export interface State {
  /** The kinds that can be in it. */
  readonly subject: string;
  /** Two or three words for a table. */
  readonly name: string;
  readonly meaning: string;
  readonly standing: Standing;
  /** What may be done about it. A verdict can be stricter when the object's own message says more. */
  readonly action: Action;
  /** What must not be done, however tempting. */
  readonly forbidden: string;
  /** When its controller tries again by itself. */
  readonly retries: string;
}
