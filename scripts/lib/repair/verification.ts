import type { Standing, Verdict } from "../classify/verdict.ts";
import { formatDuration } from "../log.ts";
import type { KubernetesObject } from "../object.ts";
import { annotations, identityOf, isAddress } from "./eligibility.ts";
import { burntText, type Change, type Entry } from "./journal.ts";
import type { Limits } from "./limits.ts";
import type { RepairOutcome } from "./record.ts";

export interface Moment {
  readonly now: number;
  readonly limits: Limits;
  /** When the entry's controller last showed that it works. */
  readonly sign: number;
  /** True when what the object waits for does not come about. */
  readonly hopeless: boolean;
}

/**
 * - change: what the object tells about the entry
 * - overdue: the token is not handled in time, as far as the watch tells
 * - alive: not handled, but its controller has taken it up
 */
export type Finding =
  | { readonly kind: "change"; readonly change: Change }
  | { readonly kind: "overdue" }
  | { readonly kind: "alive" };

/** verify compares an open entry with its object as it is now; undefined when there is nothing new. */
export function verify(
  entry: Entry,
  verdict: Verdict | undefined,
  moment: Moment,
): Finding | undefined {
  if (entry.phase === "writing" || entry.phase === "closed") return undefined;
  if (verdict === undefined || identityOf(verdict.object) !== entry.identity) {
    const text = "it was deleted meanwhile";
    return change({ phase: "closed", outcome: "gone", text, final: true });
  }
  const isShown = isHandled(entry, verdict.object);
  if (entry.phase === "handled") {
    // A second look may know more than the watch does yet.
    return isShown ? effectOf(entry, verdict, moment) : undefined;
  }
  if (isShown) {
    const handled = handledChange(entry, moment.now);
    return change({ ...handled, ...effectChange({ ...entry, ...handled }, verdict, moment) });
  }
  return unanswered(entry, verdict, moment);
}

/** handledChange records that the token is handled. */
export function handledChange({ at }: Entry, now: number): Change & { readonly handledAt: number } {
  const text = `handled within ${formatDuration(Math.max(0, now - at))}`;
  return { phase: "handled", outcome: "handled", handledAt: now, text };
}

interface Handled {
  readonly lastHandledReconcileAt?: unknown;
  readonly lastHandledResetAt?: unknown;
  readonly lastHandledForceAt?: unknown;
}

/** finalChange closes an entry when the run is over, with what is known of it. */
export function finalChange(entry: Entry, verdict: Verdict | undefined): Change {
  if (entry.phase !== "handled") {
    const text = "not handled when the run ended";
    return { phase: "closed", outcome: "unanswered", text };
  }
  if (verdict === undefined) return { phase: "closed" };
  const isBetter = ranks[verdict.standing] < ranks[entry.standing];
  const text = `token handled; ${describe(verdict)} when the run ended`;
  return { phase: "closed", outcome: isBetter ? "effective" : "handled", text };
}

/** isHandled is true when the controller reports the token, or a later one that took its place. */
export function isHandled(entry: Entry, object: KubernetesObject): boolean {
  const { token } = entry;
  const status = (object.status ?? {}) as Handled;
  const handled = status.lastHandledReconcileAt;
  if (handled === token || specialToken(entry, status) === token) return true;
  const requested = requestedToken(object);
  return entry.seen && requested !== undefined && requested !== token && requested === handled;
}

/** requestedToken is what the object was last asked to handle. */
export function requestedToken({ metadata }: KubernetesObject): string | undefined {
  return metadata.annotations?.[annotations.reconcile];
}

/** What the controller reports about the reset or force that the entry asked for. */
function specialToken({ action }: Entry, status: Handled): unknown {
  if (action === "reset") return status.lastHandledResetAt;
  if (action === "force") return status.lastHandledForceAt;
  return undefined;
}

function isSpecial({ action }: Entry): boolean {
  return action === "reset" || action === "force";
}

function unanswered(entry: Entry, verdict: Verdict, moment: Moment): Finding | undefined {
  const { now, limits, sign } = moment;
  if (verdict.state !== entry.state && verdict.standing === "waiting") return { kind: "alive" };
  const since = Math.max(entry.askedAt, sign);
  return now - since >= limits.handledWithinMilliseconds ? { kind: "overdue" } : undefined;
}

function effectOf(entry: Entry, verdict: Verdict, moment: Moment): Finding | undefined {
  const effect = effectChange(entry, verdict, moment);
  return effect === undefined ? undefined : change(effect);
}

/** What a handled entry brought about; undefined while that is open. */
function effectChange(entry: Entry, verdict: Verdict, moment: Moment): Change | undefined {
  const { object, standing } = verdict;
  if (standing === "ready" || isAddress(object)) {
    const took = formatDuration(Math.max(0, moment.now - entry.at));
    return closed("effective", `token handled, Ready ${took} after the request`);
  }
  if (isBurntBy(entry, object)) {
    return closed("ineffective", `${burntText}: ${describe(verdict)}`);
  }
  if (standing === "suspended" || standing === "terminating") {
    return closed("handled", `token handled; now ${describe(verdict)}`);
  }
  return unfinishedChange(entry, verdict, moment);
}

/** What became of an object that is not Ready, once its conditions had time to follow the handled token. */
function unfinishedChange(entry: Entry, verdict: Verdict, moment: Moment): Change | undefined {
  const isWaiting = verdict.standing === "waiting" && verdict.state !== entry.state;
  if (isWaiting && !moment.hopeless) return undefined;
  const isSettled =
    moment.now - (entry.handledAt ?? moment.now) >= moment.limits.settleMilliseconds;
  if (!isSettled) return undefined;
  return isWaiting
    ? closed("handled", `token handled; now ${describe(verdict)}`)
    : settledChange(entry, verdict);
}

function settledChange(entry: Entry, verdict: Verdict): Change {
  return ranks[verdict.standing] < ranks[entry.standing]
    ? closed("effective", `token handled; now ${describe(verdict)}`)
    : closed("ineffective", `token handled, and it is still ${describe(verdict)}`);
}

function closed(outcome: RepairOutcome, text: string): Change {
  return { phase: "closed", outcome, text };
}

/** True when the pass that handled the token ended before it came to the reset or force. */
function isBurntBy(entry: Entry, object: KubernetesObject): boolean {
  const status = (object.status ?? {}) as Handled;
  return isSpecial(entry) && specialToken(entry, status) !== entry.token;
}

const ranks: Readonly<Record<Standing, number>> = {
  ready: 0,
  suspended: 0,
  terminating: 0,
  waiting: 1,
  failing: 2,
  stuck: 3,
};

const longestText = 160;

function describe({ state, text }: Verdict): string {
  const line = `${state} ${text}`.replaceAll(/\s+/g, " ").trim();
  return line.length > longestText ? `${line.slice(0, longestText - 1)}…` : line;
}

function change(changed: Change): Finding {
  return { kind: "change", change: changed };
}
