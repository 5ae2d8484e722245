import type { Action, Diagnosis, Verdict } from "../classify/verdict.ts";
import type { Key } from "../tree/owner.ts";
import { componentOf, deploymentKey, downComponents, saturatedComponents } from "./controllers.ts";
import { identityOf } from "./eligibility.ts";
import { isCarriedOut, type Journal } from "./journal.ts";
import type { Limits } from "./limits.ts";
import type { PlannedRepair, Scope } from "./plan.ts";
import { sourcesOf } from "./relations.ts";

/** Scene is what one planning looks at, and what it has planned so far. */
export class Scene {
  readonly diagnosis: Diagnosis;
  readonly journal: Journal;
  readonly limits: Limits;
  /** Controllers that are known not to work, and those whose queue is full. */
  readonly down: ReadonlySet<string>;
  readonly saturated: ReadonlySet<string>;
  /** The kinds of which anything is known. */
  readonly kinds: ReadonlySet<string>;
  readonly #scope: Scope;
  readonly #inScope: ReadonlySet<Key> | undefined;
  readonly #planned = new Map<Key, PlannedRepair>();
  readonly #underWay: ReadonlySet<Key>;

  constructor(diagnosis: Diagnosis, journal: Journal, of: { limits: Limits; scope: Scope }) {
    this.diagnosis = diagnosis;
    this.journal = journal;
    this.limits = of.limits;
    this.#scope = of.scope;
    this.down = downComponents(diagnosis);
    this.saturated = saturatedComponents(diagnosis);
    this.kinds = new Set([...diagnosis.verdicts.values()].map(({ object }) => object.kind));
    this.#underWay = new Set(journal.allOpen.map(({ key }) => key));
    this.#inScope = this.#scopeKeys();
  }

  /** Milliseconds since the epoch, by the API server's clock. */
  get now(): number {
    return this.diagnosis.at;
  }

  get planned(): PlannedRepair[] {
    return [...this.#planned.values()];
  }

  /** Remembers a repair; one object is planned once, however many others call for it. */
  add(repair: PlannedRepair | undefined): void {
    if (repair === undefined) return;
    const known = this.#planned.get(repair.key);
    if (known === undefined) {
      this.#planned.set(repair.key, repair);
      return;
    }
    const purposes = [...new Set([...known.purposes, ...repair.purposes])];
    this.#planned.set(repair.key, { ...known, purposes });
  }

  plannedFor(key: Key): PlannedRepair | undefined {
    return this.#planned.get(key);
  }

  /** True when something is written to the object now, or what was written is not at its end. */
  isOutstanding(key: Key): boolean {
    return this.#underWay.has(key) || this.#planned.get(key)?.disposition === "due";
  }

  /** True when any write is under way, due, or only waits for its time. */
  get isUnfinished(): boolean {
    if (this.#underWay.size > 0) return true;
    return this.planned.some(
      ({ disposition, until }) => disposition === "due" || until !== undefined,
    );
  }

  inScope({ key }: Verdict): boolean {
    return this.#inScope?.has(key) ?? true;
  }

  isOnly({ key }: Verdict): boolean {
    return this.#scope.only === key;
  }

  isExplicit({ key }: Verdict): boolean {
    return this.#scope.action !== undefined && this.#scope.only === key;
  }

  /** True when a person asked for it and got it, whatever came of it. */
  isSettled(verdict: Verdict): boolean {
    if (!this.isExplicit(verdict)) return false;
    return this.journal.of(identityOf(verdict.object)).some(isCarriedOut);
  }

  /** What the object's state calls for, or what a person asked for. */
  actionFor(verdict: Verdict): Action {
    return this.isExplicit(verdict) ? (this.#scope.action ?? verdict.action) : verdict.action;
  }

  attempt({ object }: Verdict): number {
    return this.journal.of(identityOf(object)).length + 1;
  }

  controllerKey(component: string): Key {
    return deploymentKey(component, this.diagnosis.fluxNamespace);
  }

  restarts(component: string): number {
    return this.#restartsOf(component).length;
  }

  isRestarting(component: string): boolean {
    return this.#restartsOf(component).some(({ phase }) => phase !== "closed");
  }

  #restartsOf(component: string) {
    return this.journal.entries.filter(
      (entry) => entry.action === "restart-controller" && entry.component === component,
    );
  }

  /** The object, what it fetches from, and their controllers, unless a person asks for one thing. */
  #scopeKeys(): ReadonlySet<Key> | undefined {
    const { only, action } = this.#scope;
    if (only === undefined) return undefined;
    const { verdicts } = this.diagnosis;
    const object = verdicts.get(only)?.object;
    const chain = object === undefined ? [only] : [only, ...sourcesOf(object, verdicts)];
    if (action !== undefined) return new Set(chain);
    const components = chain.map((key) => componentOf(key.split("/", 1)[0] ?? "") ?? "");
    return new Set([...chain, ...components.map((component) => this.controllerKey(component))]);
  }
}
