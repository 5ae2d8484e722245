import { classify } from "../classify/classify.ts";
import type { FleetWatch } from "../fleet/fleet-watch.ts";
import type { Log } from "../log.ts";
import type { RepairRun } from "../repair/repair-run.ts";
import type { Look } from "../repair/session.ts";
import { type Assessment, assess, progressText } from "../tree/assessment.ts";
import { requiredNow, type Requirement } from "../tree/requirement.ts";
import type { Tree } from "../tree/tree.ts";
import type { Waiting } from "../wait.ts";
import type { LatestRevision } from "./latest-revision.ts";

export interface Following {
  readonly tree: Tree;
  readonly wanted: {
    readonly requirement: Requirement;
    readonly kustomizations: readonly string[];
  };
  readonly watch: FleetWatch;
  /** Undefined when nothing is to be repaired. */
  readonly repair: RepairRun | undefined;
  /** Undefined when nothing may be asked of the source either. */
  readonly latest: LatestRevision | undefined;
  /** What else has to end before the fleet counts as settled; undefined when there is nothing. */
  readonly alsoWaitsFor: () => string | undefined;
  readonly log: Log;
}

const progressMilliseconds = 4_000;
const longestPause = 1_000;
/** Some states are a matter of age alone: no event announces them. */
const ageMilliseconds = 5_000;

/** assessNow judges the tree as it is. */
export function assessNow({ tree, wanted }: Pick<Following, "tree" | "wanted">): Assessment {
  const nodes = tree.nodes();
  return assess(nodes, requiredNow(tree, nodes, wanted));
}

/** lookNow is the state of the cluster and what it means. */
export function lookNow({ watch }: Pick<Following, "watch">): Look {
  const snapshot = watch.snapshot();
  return { snapshot, diagnosis: classify(snapshot) };
}

interface Sight {
  /** What is there and what is waited for, for a person. */
  readonly text: string;
  /** True when nothing is left that goes on by itself, or that a repair may help. */
  readonly over: boolean;
}

/** Looks at the fleet; what calls for it is repaired. */
function sightOf(following: Following): Sight {
  const { watch, repair, latest } = following;
  if (!watch.listed) return { text: watch.lost ?? "the cluster is being listed", over: false };
  const assessment = assessNow(following);
  const progress = watch.lost ?? progressText(assessment);
  latest?.consider(assessment);
  // Nothing is judged, nor repaired, by what Git may have changed.
  if (latest?.open === true && !assessment.met) return { text: progress, over: false };
  mend(following, assessment);
  const also = following.alsoWaitsFor();
  return {
    text: also === undefined ? progress : `${progress}; ${also}`,
    over: also === undefined && isOver(assessment, repair),
  };
}

/** What was asked of an object is verified, even where it is Ready already. */
function mend(following: Following, { met }: Assessment): void {
  const { repair } = following;
  if (repair !== undefined && (!met || repair.open)) repair.consider(lookNow(following));
}

function isOver({ met, settled }: Assessment, repair: RepairRun | undefined): boolean {
  return met ? repair?.open !== true : settled && repair?.idle !== false;
}

/**
 * followFleet repairs what calls for it while the tree unfolds, and resolves when all that is required is Ready, or when
 * nothing that goes on by itself, or that a repair may help, is left. Returns what to call when something changed.
 */
export function followFleet(following: Following, waiting: Waiting<undefined>): () => void {
  const { signal, state, resolve } = waiting;
  let printed = { text: "", at: Date.now() };
  let pause = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    timer = undefined;
    if (signal.aborted) return;
    const started = performance.now();
    const { text, over } = sightOf(following);
    state(text);
    if (over) resolve(undefined);
    else if (text !== printed.text && Date.now() - printed.at >= progressMilliseconds) {
      printed = { text, at: Date.now() };
      following.log.wait(text);
    }
    pause = Math.min(longestPause, performance.now() - started);
  };
  // Events come in bursts: one look serves all of those that are there, and looking takes at most half of the time.
  const changed = () => {
    timer ??= setTimeout(look, pause);
  };
  const aging = setInterval(changed, ageMilliseconds);
  signal.addEventListener("abort", () => {
    clearInterval(aging);
    clearTimeout(timer);
  });
  changed();
  return changed;
}
