import type { Snapshot } from "../classify/snapshot.ts";
import type { Cluster } from "../cluster.ts";
import { Pod } from "../kinds.ts";
import { formatDuration, type Log } from "../log.ts";
import { Rights } from "../repair/rights.ts";
import { examinePods } from "./doctor.ts";
import type { PodFinding } from "./finding.ts";
import type { FixMode } from "./fix-decision.ts";
import { type PlannedPodFix, planPodFixes } from "./fix-plan.ts";
import type { FixContext, PodFixRecord } from "./fix-record.ts";
import { managedNamespaces } from "./managed-namespaces.ts";
import { replacePod } from "./replace.ts";
import { Surroundings } from "./surroundings.ts";

export interface PodFixOptions {
  readonly mode: FixMode;
  /** Namespaces whose pods may be deleted. @default those with workloads that Flux applied */
  readonly namespaces?: readonly string[] | undefined;
  /** Pods a run. @default 5 */
  readonly most?: number | undefined;
  /** How long the new pod may take to be Ready. @default 3 minutes */
  readonly readyWithinMilliseconds?: number | undefined;
  /** How long it has to stay Ready until the fix counts. @default 10 seconds */
  readonly steadyMilliseconds?: number | undefined;
  /** Says what it would do and writes nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

export interface PodFixes {
  readonly records: readonly PodFixRecord[];
  /** What was left as it is, each with why. */
  readonly left: readonly PlannedPodFix[];
}

const defaults = {
  most: 5,
  readyWithinMilliseconds: 180_000,
  steadyMilliseconds: 10_000,
  dryRun: false,
};

/**
 * fixPods deletes pods that a new one may mend and resolves when it is known whether it did. What it may touch is the
 * table of `fixRules`, the namespaces allowed, one pod of a workload and at most five in all. Throws a Failure, and has
 * written nothing, when the user may not delete pods in one of the namespaces.
 */
export async function fixPods(
  cluster: Cluster,
  snapshot: Snapshot,
  options: PodFixOptions,
  context: FixContext,
): Promise<PodFixes> {
  const { mode, namespaces = managedNamespaces(snapshot) } = options;
  const { most = defaults.most, dryRun = defaults.dryRun } = options;
  const { fluxNamespace, at } = snapshot;
  const plan = planPodFixes(examinePods(snapshot), { mode, namespaces, fluxNamespace, most }, at);
  const chosen = plan.filter(({ decision }) => decision.fix === "delete-pod");
  const left = plan.filter(({ decision }) => decision.fix === "none");
  if (dryRun) return { records: chosen.map(({ finding }) => planned(finding, at)), left };
  await mayDelete(cluster, chosen);
  const patience = {
    readyWithin: options.readyWithinMilliseconds ?? defaults.readyWithinMilliseconds,
    steady: options.steadyMilliseconds ?? defaults.steadyMilliseconds,
  };
  const surroundings = new Surroundings(snapshot);
  const records = chosen.map(async ({ finding }) => {
    const forHowLong = formatDuration(Math.max(0, at - finding.since));
    context.log.start(`replacing ${finding.key} (${finding.problem} for ${forHowLong})`);
    const record = await replacePod(cluster, { finding, surroundings, patience }, context);
    tell(record, context.log);
    return record;
  });
  return { records: await Promise.all(records), left };
}

async function mayDelete(cluster: Cluster, chosen: readonly PlannedPodFix[]): Promise<void> {
  const namespaces = new Set(chosen.map(({ finding }) => finding.namespace));
  const needs = [...namespaces].map((namespace) => ({
    verb: "delete" as const,
    resource: Pod,
    namespace,
  }));
  await new Rights(cluster).require(needs);
}

function planned({ key, workload, problem, text }: PodFinding, at: number): PodFixRecord {
  return {
    key,
    workload: workload.key,
    problem,
    outcome: "planned",
    replacement: undefined,
    text: `would be deleted, so that ${workload.key} makes a new one: ${text}`,
    at,
    seconds: 0,
  };
}

function tell({ key, outcome, text, seconds }: PodFixRecord, log: Log): void {
  const took = `in ${formatDuration(seconds * 1000)}`;
  if (outcome === "fixed") log.done(`${key}: ${text} ${took}`);
  else if (outcome === "not-fixed" || outcome === "failed") log.fail(`${key}: ${text}`);
  else log.line(`${key}: ${text}`);
}
