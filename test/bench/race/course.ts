import type { Cluster } from "../../../scripts/lib/cluster.ts";
import { HelmRelease } from "../../../scripts/lib/kinds.ts";
import { stderrLog as log } from "../../../scripts/lib/log.ts";
import { waitFor, WaitTimeout } from "../../../scripts/lib/wait.ts";
import { fleetSize, namespace } from "./fleet.ts";
import { type Phase, phaseOf } from "./phase.ts";

/** One release came into a phase, in seconds from the start of the race. */
export interface Change {
  readonly release: string;
  readonly phase: Phase;
  readonly second: number;
}

/** Counts is how many releases are in each phase; those that do not exist yet are in none. */
export type Counts = Readonly<Record<Phase, number>>;

const raceMilliseconds = 6 * 60_000;

/** Follows every release until all are ready or stuck, at most six minutes. */
export async function follow(cluster: Cluster, started: number): Promise<readonly Change[]> {
  const changes: Change[] = [];
  const current = new Map<string, Phase>();
  const over = () => {
    const last = [...current.values()].filter((phase) => phase === "ready" || phase === "stuck");
    return last.length === fleetSize;
  };
  const wait = {
    what: `${fleetSize} HelmReleases (ready or stuck)`,
    timeoutMilliseconds: raceMilliseconds,
    next: "look at the table: the rest never came that far",
    log,
  };
  try {
    await waitFor<undefined>(wait, ({ signal, state, resolve }) => {
      const seen = (object: Parameters<typeof phaseOf>[0]) => {
        const release = object.metadata.name;
        const phase = phaseOf(object);
        if (current.get(release) === phase) return;
        current.set(release, phase);
        changes.push({ release, phase, second: (Date.now() - started) / 1000 });
        state(JSON.stringify(countsOf(current.values())));
        if (over()) resolve(undefined);
      };
      cluster.follow(HelmRelease, { namespace, signal }, { seen, gone: () => undefined });
    });
  } catch (error) {
    if (!(error instanceof WaitTimeout)) throw error;
    log.fail(error.message);
  }
  return changes;
}

function countsOf(all: Iterable<Phase>): Counts {
  const counts = { unobserved: 0, waiting: 0, installing: 0, ready: 0, stuck: 0 };
  for (const phase of all) counts[phase] += 1;
  return counts;
}

/** How many releases were in each phase at that second. */
export function countsAt(changes: readonly Change[], second: number): Counts {
  const current = new Map<string, Phase>();
  for (const change of changes) {
    if (change.second <= second) current.set(change.release, change.phase);
  }
  return countsOf(current.values());
}

/** Figures is what one race comes down to, in seconds. */
export interface Figures {
  /** When half of the releases, and when the last, had a condition. */
  readonly observed: Quantiles;
  /** When half of the releases, and when the last, were ready for the first time. */
  readonly ready: Quantiles;
  /** The longest that one release existed without a condition. */
  readonly longestUnobserved: number;
  readonly stuck: number;
}

export interface Quantiles {
  readonly half: number;
  readonly last: number;
}

export function figuresOf(changes: readonly Change[]): Figures {
  const releases = Map.groupBy(changes, ({ release }) => release);
  const first = (of: readonly Change[], test: (phase: Phase) => boolean) =>
    of.find(({ phase }) => test(phase))?.second ?? Infinity;
  const seen = (phase: Phase) => phase !== "unobserved";
  const courses = [...releases.values()];
  const unobserved = courses.map((of) => first(of, seen) - (of[0]?.second ?? 0));
  return {
    observed: quantiles(courses.map((of) => first(of, seen))),
    ready: quantiles(courses.map((of) => first(of, (phase) => phase === "ready"))),
    longestUnobserved: Math.max(0, ...unobserved),
    stuck: courses.filter((of) => of.at(-1)?.phase === "stuck").length,
  };
}

function quantiles(seconds: readonly number[]): Quantiles {
  const padded = [...seconds, ...Array<number>(fleetSize - seconds.length).fill(Infinity)];
  const sorted = padded.sort((left, right) => left - right);
  return { half: sorted[fleetSize / 2 - 1] ?? Infinity, last: sorted.at(-1) ?? Infinity };
}
