import { formatDuration, type Log } from "../../scripts/lib/log.ts";
import { isPackage } from "./go.ts";
import type { GroupPlan } from "./group-build.ts";
import { about, compiledShare, remainingSeconds } from "./progress.ts";

interface GroupState {
  readonly plan: GroupPlan;
  phase: "waiting" | "fetching" | "compiling" | "done";
  modules: number;
  packages: number;
}

const everyMilliseconds = 15_000;

/** BuildProgress prints a line every 15 seconds that tells which groups are being built, how far they are and how long the rest takes. */
export class BuildProgress {
  private readonly states: readonly GroupState[];
  private readonly log: Log;
  private readonly report: (progress: string) => void;
  private readonly started = Date.now();
  private readonly timer: NodeJS.Timeout;

  /** `report` gets the same text as the log, without the time: it changes only when something was done. */
  constructor(plans: readonly GroupPlan[], log: Log, report: (progress: string) => void) {
    this.states = plans.map((plan) => ({ plan, phase: "waiting", modules: 0, packages: 0 }));
    this.log = log;
    this.report = report;
    this.timer = setInterval(() => {
      this.print();
    }, everyMilliseconds);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  fetching(plan: GroupPlan): () => void {
    const state = this.stateOf(plan);
    state.phase = "fetching";
    return () => {
      state.modules += 1;
    };
  }

  /** compiling takes the lines that `go build -v` writes. */
  compiling(plan: GroupPlan): (line: string) => void {
    const state = this.stateOf(plan);
    state.phase = "compiling";
    this.log.start(
      `building ${this.title(state)}: ${plan.tools.map((tool) => tool.name).join(", ")}`,
    );
    return (line) => {
      if (isPackage(line)) state.packages += 1;
    };
  }

  done(plan: GroupPlan): void {
    this.stateOf(plan).phase = "done";
  }

  private stateOf(plan: GroupPlan): GroupState {
    const state = this.states.find((one) => one.plan === plan);
    if (state === undefined) throw new Error(`group "${plan.group.name}" must be planned.`);
    return state;
  }

  private title(state: GroupState): string {
    return `${state.plan.group.name} (${this.states.indexOf(state) + 1} of ${this.states.length})`;
  }

  private print(): void {
    const active = this.states.filter(({ phase }) => phase === "compiling" || phase === "fetching");
    const compiling = active.filter(({ phase }) => phase === "compiling");
    const shown = compiling.length > 0 ? compiling : active.slice(0, 1);
    const text = shown.map((state) => this.describe(state)).join("; ");
    this.report(text);
    const elapsed = Date.now() - this.started;
    const left = about(remainingSeconds(this.states.map(shareOf), elapsed / 1000));
    this.log.line(`  ${text}; ${formatDuration(elapsed)} gone, about ${left} left`);
  }

  private describe(state: GroupState): string {
    if (state.phase === "fetching")
      return `${this.title(state)}: modules fetched so far ${state.modules}`;
    const { packages } = state.plan.group.cost;
    const compiled =
      state.packages < packages
        ? `${state.packages} of about ${packages} packages`
        : `${state.packages} packages, linking`;
    return `${this.title(state)}: ${compiled}`;
  }
}

function shareOf({ plan, phase, packages }: GroupState): { seconds: number; done: number } {
  const { seconds, packages: expected } = plan.group.cost;
  return { seconds, done: phase === "done" ? 1 : compiledShare(packages, expected) };
}
