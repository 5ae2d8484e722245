import type { Action } from "../classify/verdict.ts";
import type { Log } from "../log.ts";
import type { Key } from "../tree/owner.ts";
import type { Entry } from "./journal.ts";
import type { PlannedRepair } from "./plan.ts";
import type { RepairOutcome } from "./record.ts";

const mostNames = 5;
const mostLines = 5;

/** Words for what an action asks for, to follow a verb. */
const requests: Readonly<Partial<Record<Action, string>>> = {
  reconcile: "a reconciliation",
  reset: "a reset of the failure counters",
  force: "one forced upgrade",
  "reconcile-source": "a reconciliation, source first",
  "restart-controller": "a new pod",
};

/** requestFor is what is asked of an object, in words. */
export function requestFor(action: Action): string {
  return requests[action] ?? action;
}

/** announce logs what is about to be written: one line a request. */
export function announce(due: readonly PlannedRepair[], log: Log): void {
  for (const action of new Set(due.map((repair) => repair.action))) {
    const repairs = due.filter((repair) => repair.action === action);
    const [first] = repairs;
    const reason = repairs.length === 1 && first !== undefined ? `: ${first.why}` : "";
    log.start(`asking for ${requestFor(action)} of ${names(repairs)}${reason}`);
  }
}

const succeeded: ReadonlySet<RepairOutcome> = new Set(["effective", "handled"]);

/** conclude logs what came of writes: what helped in one line, what did not each on its own, up to five. */
export function conclude(entries: readonly Entry[], log: Log): void {
  const good = entries.filter(({ outcome }) => succeeded.has(outcome));
  const [first] = good;
  if (good.length === 1 && first !== undefined) {
    log.done(`${displayKey(first.key)}: ${first.text}`);
  } else if (good.length > 1) {
    log.done(`${names(good)}: on their way again`);
  }
  const bad = entries.filter(({ outcome }) => !succeeded.has(outcome));
  for (const { key, outcome, text } of bad.slice(0, mostLines)) {
    log.fail(`${displayKey(key)}: ${outcome}: ${text}`);
  }
  if (bad.length > mostLines) log.fail(`and ${bad.length - mostLines} more without success`);
}

function names(of: readonly { readonly key: Key }[]): string {
  const shown = of.slice(0, mostNames).map(({ key }) => displayKey(key));
  const more = of.length > mostNames ? ` and ${of.length - mostNames} more` : "";
  return `${shown.join(", ")}${more}`;
}

/** displayKey is the key without the empty namespace of what has none. */
export function displayKey(key: Key): string {
  return key.replace("//", "/");
}
