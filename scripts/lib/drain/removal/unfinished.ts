import { Failure, firstDetails } from "../../failure.ts";
import { formatDuration } from "../../log.ts";
import type { StepRecord } from "./steps.ts";

/** Cancelled says that whoever started the drain told it to end. */
export class Cancelled extends Error {
  constructor() {
    super("the drain was cancelled");
    this.name = "Cancelled";
  }
}

/** Late says that the time for the whole drain is up. */
export class Late extends Error {
  constructor(milliseconds: number) {
    super(`the drain is not finished after ${formatDuration(milliseconds)}`);
    this.name = "Late";
  }
}

const goOn = [
  "What was stopped stays stopped. Destroy again to go on from here,",
  "or let Flux reconcile again what is left: npm run fleet -- thaw",
];

/** unfinished is what a person is told when steps are left; undefined when none is. */
export function unfinished(
  records: readonly StepRecord[],
  signal: AbortSignal,
): Failure | undefined {
  const open = records.filter(({ outcome }) => outcome !== "gone" && outcome !== "orphaned");
  if (open.length === 0 && !signal.aborted) return undefined;
  const stuck = open.filter(({ outcome }) => outcome === "stuck");
  const gone = `${records.length - open.length} of ${records.length} objects are gone`;
  const why = signal.aborted
    ? messageOf(signal.reason)
    : `the drain cannot go on: ${stuck.length} stuck, ${open.length - stuck.length} behind`;
  const left = open.filter(({ began }) => began !== undefined).flatMap((one) => one.left);
  const cancelled = signal.reason instanceof Cancelled;
  return new Failure(`${why}; ${gone}`, {
    details: [...firstDetails(left, 30), ...goOn],
    next: cancelled ? "pulumi destroy" : describeCommand(left[0]),
  });
}

/**
 * reasonOf is why the drain ended where `signal` ended it, whatever error came of that; of one that is late, with what the
 * error knows of the objects that are left.
 */
export function reasonOf(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted) return error;
  const reason = signal.reason as unknown;
  if (!(reason instanceof Late) || !(error instanceof Failure)) return reason;
  const { message, details, next } = error;
  const more = next === undefined ? {} : { next };
  return new Failure(`${reason.message}: ${message}`, { details, cause: reason, ...more });
}

/** asFailure is any error with what a person can do about a drain that has begun. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) {
    const { message, details, next, cause } = error;
    const more = next === undefined ? {} : { next };
    return new Failure(message, {
      details: [...firstDetails(details, 30), ...goOn],
      cause,
      ...more,
    });
  }
  const next = error instanceof Cancelled ? "pulumi destroy" : "npm run fleet -- doctor";
  return new Failure(messageOf(error), { details: goOn, next, cause: error });
}

/** The command that shows the object of a line such as `HelmRelease/shop/cart: deleting for 3m05s, …`. */
function describeCommand(line: string | undefined): string {
  const name = line?.split(":")[0] ?? "";
  const [kind = "", ...rest] = name.split("/");
  const [namespace, object] = rest.length > 1 ? rest : [undefined, rest[0]];
  if (object === undefined) return "npm run fleet -- doctor";
  const at = namespace === undefined ? "" : `-n ${namespace} `;
  return `kubectl ${at}describe ${kind.toLowerCase()} ${object}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
