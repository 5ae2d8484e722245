import type { Snapshot } from "../classify/snapshot.ts";
import type { Diagnosis } from "../classify/verdict.ts";
import type { Cluster } from "../cluster.ts";
import { formatDuration, type Log } from "../log.ts";
import type { KubernetesObject } from "../object.ts";
import { keyOf } from "../tree/owner.ts";
import { announce, conclude } from "./announcement.ts";
import { controllerOf } from "./controllers.ts";
import { identityOf } from "./eligibility.ts";
import { type Entry, Journal } from "./journal.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { type PlannedRepair, planRepairs, type Scope } from "./plan.ts";
import type { RepairRecord } from "./record.ts";
import { withRestartTarget } from "./restart.ts";

import { newRequestToken } from "./token.ts";
import { Verifier } from "./verifier.ts";
import { type Begun, Writer, type WriterContext } from "./writer.ts";
import type { Written } from "./writing.ts";

export interface RepairerOptions {
  readonly limits?: Partial<Limits>;
  readonly scope?: Scope;
}

export interface RepairerContext extends WriterContext {
  readonly log: Log;
  /** Hears that `idle`, `records` or `planned` changed outside of `consider`. */
  readonly changed?: () => void;
  /** Hears that a controller left a request unanswered, or was restarted: it wants to be probed again. */
  readonly doubted?: (component: string) => void;
}

const shortestTimer = 50;

/**
 * Repairer brings what a diagnosis blames back on its way, one bounded, verified write after the other. It hears of the
 * cluster only by `consider`, to be called with every new state; timers only serve time-outs and spacing.
 */
export class Repairer {
  readonly #cluster: Cluster;
  readonly #limits: Limits;
  readonly #scope: Scope;
  readonly #context: RepairerContext;
  readonly #journal = new Journal();
  readonly #writer: Writer;
  readonly #verifier: Verifier;
  /** By a clock that nobody sets: the server's is not known before its first answer. */
  readonly #ends: number;
  #planned: readonly PlannedRepair[] = [];
  #last: { diagnosis: Diagnosis; snapshot: Snapshot } | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Ends the tries of a write that cannot be made: whoever closes waits for it. */
  readonly #ended = new AbortController();
  #scheduled = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(cluster: Cluster, options: RepairerOptions, context: RepairerContext) {
    this.#cluster = cluster;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#scope = options.scope ?? {};
    this.#context = context;
    const signal = AbortSignal.any([context.signal, this.#ended.signal]);
    this.#writer = new Writer(cluster, this.#limits, { ...context, signal });
    this.#ends = performance.now() + this.#limits.deadlineMilliseconds;
    this.#verifier = new Verifier(cluster, {
      journal: this.#journal,
      limits: this.#limits,
      doubted: context.doubted ?? (() => undefined),
      changed: () => {
        this.#again();
      },
    });
    context.signal.addEventListener("abort", () => {
      this.close();
    });
    if (context.signal.aborted) this.close();
  }

  /** Every write so far. */
  get records(): readonly RepairRecord[] {
    return this.#journal.records;
  }

  /** What the last state calls for: writes that are held, and advice. */
  get planned(): readonly PlannedRepair[] {
    return this.#planned;
  }

  /** True while it is not known yet what came of a write. */
  get open(): boolean {
    return this.#journal.allOpen.length > 0;
  }

  /** True when no write is open, due or held: waiting longer changes nothing. */
  get idle(): boolean {
    if (this.#closed) return true;
    const isLeft = this.#planned.some(({ disposition }) => disposition !== "advice");
    return !isLeft && !this.open;
  }

  /** Takes in a new state of the cluster: verifies what was asked, and asks what is due. */
  consider(diagnosis: Diagnosis, snapshot: Snapshot): void {
    if (this.#closed) return;
    this.#last = { diagnosis, snapshot };
    const now = this.#cluster.now();
    const concluded = this.#verifier.look({ diagnosis, snapshot, now });
    conclude(concluded, this.#context.log);
    this.#plan({ ...diagnosis, at: now }, snapshot);
    const due = this.#planned.filter(({ disposition }) => disposition === "due");
    const begun = due.map((repair) => this.#begin(repair, now));
    announce(due, this.#context.log);
    if (begun.length > 0) {
      const writes = this.#writer.write(begun, ({ entry, object }, written) => {
        this.#written(entry, object, written);
      });
      this.#writing = Promise.all([this.#writing, writes]);
    }
    this.#arm(now);
  }

  /** Ends the repair: what is open is closed with what is known of it. */
  close(): void {
    if (this.#closed) return;
    this.#ended.abort();
    clearTimeout(this.#timer);
    this.#verifier.close(this.#last?.diagnosis);
  }

  /** Resolves when no write is under way any more. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  get #closed(): boolean {
    return this.#ended.signal.aborted;
  }

  #plan(diagnosis: Diagnosis, snapshot: Snapshot): void {
    const planned = planRepairs(diagnosis, this.#journal, this.#limits, this.#scope);
    this.#planned = planned.map((repair) => withRestartTarget(repair, diagnosis, snapshot));
    const waiting = this.#planned.filter(({ disposition }) => disposition !== "advice");
    const keys = waiting.flatMap(({ key, purposes }) => [key, ...purposes]);
    const verdicts = keys.map((key) => diagnosis.verdicts.get(key)).filter((known) => !!known);
    this.#journal.noteActionable(verdicts, diagnosis.at);
  }

  #begin(repair: PlannedRepair, now: number): Begun {
    const { action, verdict, attempt, pod } = repair;
    const { diagnosis } = this.#last ?? {};
    const object = pod ?? verdict.object;
    const [purpose] = repair.purposes;
    const calling = purpose === undefined ? verdict : diagnosis?.verdicts.get(purpose);
    const entry = this.#journal.add({
      key: pod === undefined ? repair.key : keyOf({ ...pod, kind: "Pod" }),
      identity: identityOf(object),
      component: controllerOf(verdict) ?? "",
      cause: (calling ?? verdict).state,
      state: verdict.state,
      standing: verdict.standing,
      action,
      token: action === "restart-controller" ? undefined : newRequestToken(now),
      attempt,
      at: now,
    });
    return { entry, object };
  }

  #written(entry: Entry, object: KubernetesObject, written: Written): void {
    const { outcome } = written;
    if (outcome === "asked") {
      const askedAt = this.#cluster.now();
      this.#verifier.change(entry, { phase: "asked", outcome, text: "asked", askedAt });
    } else if (outcome === "outdated") {
      this.#journal.drop(entry, object.metadata.resourceVersion ?? "");
    } else {
      const text = outcome === "failed" ? written.text : "it was deleted meanwhile";
      this.#verifier.change(entry, { phase: "closed", outcome, text, final: true });
    }
    this.#again();
  }

  /** Looks anew at the last state, once for all that happens at the same time. */
  #again(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#last === undefined || this.#closed) return;
      this.consider(this.#last.diagnosis, this.#last.snapshot);
      this.#context.changed?.();
    });
  }

  /** Sets the one timer to the next moment at which time alone changes something. */
  #arm(now: number): void {
    clearTimeout(this.#timer);
    const moments = [
      ...this.#journal.allOpen.map((entry) => nextMoment(entry, this.#journal, this.#limits)),
      ...this.#planned.map(({ until }) => until ?? 0),
    ];
    const ahead = moments.filter((moment) => moment > now).map((moment) => moment - now);
    const next = Math.min(this.#ends - performance.now(), ...ahead);
    this.#timer = setTimeout(
      () => {
        if (performance.now() >= this.#ends) this.#end();
        else this.#again();
      },
      Math.max(shortestTimer, next),
    );
  }

  #end(): void {
    const bound = formatDuration(this.#limits.deadlineMilliseconds);
    this.#context.log.line(`the repair ends after ${bound}`);
    this.close();
    this.#context.changed?.();
  }
}

function nextMoment({ phase, component, askedAt, handledAt }: Entry, ...of: [Journal, Limits]) {
  const [journal, limits] = of;
  if (phase === "asked") {
    return Math.max(askedAt, journal.sign(component)) + limits.handledWithinMilliseconds;
  }
  return (handledAt ?? 0) + limits.settleMilliseconds;
}
