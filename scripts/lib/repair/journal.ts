import type { Action, Standing } from "../classify/verdict.ts";
import type { StateId } from "../classify/states.ts";
import type { Key } from "../tree/owner.ts";
import type { RepairOutcome, RepairRecord } from "./record.ts";

/**
 * Where an entry stands: its write is under way, the token is written, the token is handled, or there is nothing more to
 * learn about it.
 */
export type Phase = "writing" | "asked" | "handled" | "closed";

/** Entry is one write to one object, from the decision to its verified end. Times are by the API server's clock. */
export interface Entry {
  readonly key: Key;
  /** UID of the object. */
  readonly identity: string;
  /** The controller that has to handle it. */
  readonly component: string;
  /** The state that called for the write: its own, or that of what fetches from it. */
  readonly cause: StateId;
  /** What the object was in itself. */
  readonly state: StateId;
  readonly standing: Standing;
  readonly action: Action;
  readonly token: string | undefined;
  readonly attempt: number;
  readonly at: number;
  readonly phase: Phase;
  readonly outcome: RepairOutcome;
  readonly text: string;
  /** True once the object was seen with the token: what it carries before that is older. */
  readonly seen: boolean;
  /** When the wait for the controller's answer began, or began anew. */
  readonly askedAt: number;
  readonly handledAt: number | undefined;
  /** True when no further write to this object can help. */
  readonly final: boolean;
}

export type NewEntry = Pick<
  Entry,
  | "key"
  | "identity"
  | "component"
  | "cause"
  | "state"
  | "standing"
  | "action"
  | "token"
  | "attempt"
  | "at"
>;

export type Change = Partial<
  Pick<Entry, "phase" | "outcome" | "text" | "seen" | "askedAt" | "handledAt" | "final">
>;

interface Slot {
  entry: Entry;
}

interface Actionable {
  readonly state: StateId;
  readonly at: number;
}

/** Journal is what a run did to which object, when, and what came of it. */
export class Journal {
  readonly #slots: Slot[] = [];
  readonly #byIdentity = new Map<string, Slot[]>();
  readonly #outdated = new Map<string, string>();
  readonly #signs = new Map<string, number>();
  #actionable: ReadonlyMap<Key, Actionable> = new Map();

  /** Every write of the run, in the order of the decisions. */
  get entries(): readonly Entry[] {
    return this.#slots.map(({ entry }) => entry);
  }

  /** What was done to the object, oldest first. */
  of(identity: string): Entry[] {
    return (this.#byIdentity.get(identity) ?? []).map(({ entry }) => entry);
  }

  last(identity: string): Entry | undefined {
    return this.#byIdentity.get(identity)?.at(-1)?.entry;
  }

  /** The entry of the object that is not at its end yet. */
  open(identity: string): Entry | undefined {
    const last = this.last(identity);
    return last?.phase === "closed" ? undefined : last;
  }

  get allOpen(): Entry[] {
    return this.entries.filter(({ phase }) => phase !== "closed");
  }

  /** How many writes to the object count against the limit of its action. */
  carriedOut(identity: string, action: Action): number {
    return this.of(identity).filter((entry) => entry.action === action && isCarriedOut(entry))
      .length;
  }

  /** When the controller last showed that it works, by what it did for this run; 0 when it did not yet. */
  sign(component: string): number {
    return this.#signs.get(component) ?? 0;
  }

  add(entry: NewEntry): Entry {
    const added: Entry = {
      ...entry,
      phase: "writing",
      outcome: "asked",
      text: "",
      seen: false,
      askedAt: entry.at,
      handledAt: undefined,
      final: false,
    };
    const slot = { entry: added };
    const slots = this.#byIdentity.get(entry.identity) ?? [];
    this.#byIdentity.set(entry.identity, [...slots, slot]);
    this.#slots.push(slot);
    return added;
  }

  /** Replaces what is known about the object's last entry. */
  change({ identity }: Pick<Entry, "identity">, change: Change): Entry | undefined {
    const slot = this.#byIdentity.get(identity)?.at(-1);
    if (slot === undefined) return undefined;
    slot.entry = { ...slot.entry, ...change };
    return slot.entry;
  }

  /** Forgets the object's last entry: it was decided on a state that is over, and nothing was written. */
  drop({ identity }: Pick<Entry, "identity">, outdated: string): void {
    const slot = this.#byIdentity.get(identity)?.pop();
    if (slot !== undefined) this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.#outdated.set(identity, outdated);
  }

  /** True for a version of the object that is known to be over. */
  isOutdated(identity: string, version: string | undefined): boolean {
    return version !== undefined && this.#outdated.get(identity) === version;
  }

  /** Since when the object has been in the state and nothing else explained it; undefined when this is news. */
  actionableSince(key: Key, state: StateId): number | undefined {
    const known = this.#actionable.get(key);
    return known?.state === state ? known.at : undefined;
  }

  /** Remembers what calls for a write at this moment, and forgets what no longer does. */
  noteActionable(verdicts: readonly Pick<Entry, "key" | "state">[], at: number): void {
    this.#actionable = new Map(
      verdicts.map(({ key, state }) => [
        key,
        { state, at: this.actionableSince(key, state) ?? at },
      ]),
    );
  }

  noteSign(component: string, at: number): void {
    this.#signs.set(component, Math.max(at, this.sign(component)));
  }

  /** What a report shows: every write that was made or refused. */
  get records(): RepairRecord[] {
    return this.entries.filter(({ phase }) => phase !== "writing").map(recordOf);
  }
}

/** burntText marks an entry whose token was handled by a pass that never came to read its reset or force. */
export const burntText = "the token was spent before it counted";

/** isCarriedOut is true for a write whose request counted, whatever came of it. */
export function isCarriedOut({ phase, text, outcome }: Entry): boolean {
  if (phase !== "closed") return true;
  if (outcome === "failed" || outcome === "unanswered") return false;
  return !text.startsWith(burntText);
}

function recordOf({ key, cause, action, token, attempt, at, outcome, text }: Entry): RepairRecord {
  return { key, state: cause, action, token, attempt, at, outcome, text };
}
