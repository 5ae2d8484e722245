import { formatDuration } from "../../log.ts";
import type { Key } from "../../tree/owner.ts";
import type { DrainStep } from "../plan/drain-plan.ts";
import { orphanStuck } from "./force.ts";
import { nameOf, runStep, type StepContext, StepStuck } from "./step.ts";

export type StepOutcome =
  | "gone"
  /** It was let go, forced, without removing what it applied. */
  | "orphaned"
  | "stuck"
  /** Something that goes before it is stuck. */
  | "not reached"
  /** The drain ended before it did. */
  | "unfinished";

/** What became of a step. */
export interface StepRecord {
  readonly key: Key;
  readonly outcome: StepOutcome;
  /** When its deletion began, RFC 3339; undefined when it did not. */
  readonly began: string | undefined;
  /** From the beginning of its deletion until all of it was gone, or the drain gave up. */
  readonly seconds: number;
  /** What is left of it, one line each. */
  readonly left: readonly string[];
}

export interface StepsContext extends Omit<StepContext, "position" | "remove"> {
  readonly force: boolean;
  /** How long a controller gets, forced, to let go of what it need not remove. @default 15 seconds */
  readonly graceMilliseconds?: number;
  /** How the objects are deleted that go in another way. */
  readonly removals: ReadonlyMap<Key, NonNullable<StepContext["remove"]>>;
}

/**
 * runSteps deletes each step's object as soon as all that goes before it is gone, and resolves when nothing more can be
 * done: everything is gone, or what is left waits for a step that is stuck, or the signal of the context aborted.
 */
export async function runSteps(
  steps: readonly DrainStep[],
  context: StepsContext,
): Promise<StepRecord[]> {
  return new Steps(steps, context).run();
}

class Steps {
  readonly #steps: ReadonlyMap<Key, DrainStep>;
  readonly #context: StepsContext;
  readonly #records = new Map<Key, Promise<StepRecord>>();
  #begun = 0;

  constructor(steps: readonly DrainStep[], context: StepsContext) {
    this.#steps = new Map(steps.map((step) => [step.key, step]));
    this.#context = context;
  }

  async run(): Promise<StepRecord[]> {
    return Promise.all([...this.#steps.values()].map((step) => this.#record(step)));
  }

  #record(step: DrainStep): Promise<StepRecord> {
    const known = this.#records.get(step.key);
    if (known !== undefined) return known;
    // Behind a turn of the loop, so that it is known before the ones it waits for are asked.
    const record = Promise.resolve().then(() => this.#perform(step));
    this.#records.set(step.key, record);
    return record;
  }

  async #perform(step: DrainStep): Promise<StepRecord> {
    const before = step.after.flatMap(({ key }) => this.#steps.get(key) ?? []);
    const records = await Promise.all(before.map((one) => this.#record(one)));
    const blocked = records.filter(({ outcome }) => !isOver(outcome)).map(({ key }) => key);
    if (this.#context.signal.aborted || blocked.length > 0) return this.#passedOver(step, blocked);
    const started = Date.now();
    const began = new Date(started).toISOString();
    const end = (outcome: StepOutcome, left: readonly string[]): StepRecord => {
      const seconds = (Date.now() - started) / 1000;
      return { key: step.key, outcome, began, seconds, left };
    };
    const { log, signal } = this.#context;
    try {
      await runStep(step, this.#contextOf(step));
      const record = end("gone", []);
      log.done(`${nameOf(step)} gone in ${formatDuration(record.seconds * 1000)}`);
      return record;
    } catch (error) {
      if (signal.aborted) return end("unfinished", error instanceof StepStuck ? error.details : []);
      if (error instanceof StepStuck) return this.#stuck(step, error, end);
      const reason = error instanceof Error ? error.message : String(error);
      log.fail(`${nameOf(step)}: ${reason}`);
      return end("stuck", [`${nameOf(step)}: ${reason}`]);
    }
  }

  async #stuck(
    step: DrainStep,
    stuck: StepStuck,
    end: (outcome: StepOutcome, left: readonly string[]) => StepRecord,
  ): Promise<StepRecord> {
    const { log, force } = this.#context;
    log.fail(stuck.message);
    for (const line of stuck.details) log.line(`  ${line}`);
    if (!force) return end("stuck", stuck.details);
    const let_go = await orphanStuck(step, stuck, this.#context);
    return end(let_go ? "orphaned" : "stuck", stuck.details);
  }

  #contextOf(step: DrainStep): StepContext {
    const remove = this.#context.removals.get(step.key);
    const position = () => {
      this.#begun += 1;
      return `${this.#begun} of ${this.#steps.size}`;
    };
    return { ...this.#context, position, ...(remove !== undefined && { remove }) };
  }

  #passedOver({ key }: DrainStep, blocked: readonly Key[]): StepRecord {
    const outcome =
      blocked.length > 0 && !this.#context.signal.aborted ? "not reached" : "unfinished";
    const left = blocked.map((other) => `waits for ${other}`);
    return { key, outcome, began: undefined, seconds: 0, left };
  }
}

function isOver(outcome: StepOutcome): boolean {
  return outcome === "gone" || outcome === "orphaned";
}
