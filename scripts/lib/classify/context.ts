import type { Key } from "../tree/owner.ts";
import type { Controller, Controllers } from "./controllers.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { Answer } from "./snapshot.ts";
import type { Verdict } from "./verdict.ts";

/** Context is what a judge knows besides the object. */
export interface Context {
  /** The API server's clock, in milliseconds since the epoch. */
  readonly at: number;
  readonly fluxNamespace: string;
  readonly index: ObjectIndex;
  readonly controllers: Controllers;
  /** The verdicts on the controllers, which come before all others. */
  readonly controllerVerdicts: ReadonlyMap<Key, Verdict>;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly logs: ReadonlyMap<string, readonly string[]>;
  /** What the controller's workers are held by. */
  readonly busy: (controller: Controller) => readonly Key[];
  /** True when every object of the kind is in the snapshot: what is not there does not exist. */
  readonly knows: (kind: string) => boolean;
}
