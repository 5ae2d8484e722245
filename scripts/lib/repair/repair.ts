import type { Cause, Diagnosis } from "../classify/verdict.ts";
import type { Cluster } from "../cluster.ts";
import type { Recorder } from "../fleet/recorder.ts";
import { type Log } from "../log.ts";
import type { Key } from "../tree/owner.ts";
import { displayKey, requestFor } from "./announcement.ts";
import { Journal } from "./journal.ts";
import { RepairLease, leaseNeeds } from "./lease.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { type PlannedRepair, planRepairs, type Scope } from "./plan.ts";
import { unprovenComponents } from "./probe.ts";
import type { RepairRecord } from "./record.ts";
import { withRestartTarget } from "./restart.ts";
import { needsOf, Rights } from "./rights.ts";
import { requireSensible, touchedBy } from "./scope.ts";
import { type Look, RepairSession } from "./session.ts";

export interface RepairOptions {
  readonly fluxNamespace: string;
  /** Says what would be done, and writes nothing at all. */
  readonly dryRun: boolean;
  /** Repairs this object and what it fetches from, and nothing else. @default everything */
  readonly only?: Key;
  /** Asks `only` for this, whatever its state calls for. */
  readonly action?: Scope["action"];
  readonly limits?: Partial<Limits>;
  /** UID of kube-system; another cluster is refused. @default any cluster */
  readonly uid?: string;
  readonly recorder?: Recorder;
  /** How long a controller that left something unobserved gets to answer a canary. @default 30 s */
  readonly probeMilliseconds?: number;
}

export interface RepairResult {
  /** Every write, or in a dry run every write that would be made. */
  readonly records: readonly RepairRecord[];
  /** What is held or left to a person, with the reason. */
  readonly planned: readonly PlannedRepair[];
  /** What is wrong in the end, worst first. */
  readonly left: readonly Cause[];
  /** True when something is left that does not go on by itself. */
  readonly stuck: boolean;
  readonly diagnosis: Diagnosis;
}

export interface RepairContext {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * repairFleet repairs what is stuck, bottom-up, until nothing is left that a write would help, or the time is over. A
 * fleet without anything to repair gets no write at all. Throws a Failure, before any write, when the cluster is another
 * one, a right is missing, another repair runs, or `only` cannot be asked.
 */
export async function repairFleet(
  cluster: Cluster,
  options: RepairOptions,
  context: RepairContext,
): Promise<RepairResult> {
  const limits = { ...defaultLimits, ...options.limits };
  const session = new RepairSession(cluster, { ...options, limits }, context);
  try {
    await session.open(options.uid);
    const look = session.look();
    const scope = scopeOf(options);
    requireSensible(scope, look.diagnosis);
    const planned = planNow(look, { limits, scope });
    if (options.dryRun) return dryResult(look, planned, context.log);
    const toDo = planned.filter(({ disposition }) => disposition !== "advice");
    const unproven = unprovenComponents(look.diagnosis, look.snapshot.answers);
    if (toDo.length === 0 && (unproven.length === 0 || scope.only !== undefined)) {
      return resultOf({ look, records: [], planned });
    }
    const rights = new Rights(cluster);
    const touched = touchedBy(toDo, look.diagnosis.verdicts);
    await rights.require([...needsOf(touched), ...leaseNeeds(options.fluxNamespace)]);
    const { run, last } = await underLease(cluster, options, async (lease) =>
      session.run({ scope, rights, lease, probe: options.probeMilliseconds }),
    );
    summarize(run.records, context.log);
    return resultOf({ look: last, records: run.records, planned: run.planned });
  } finally {
    session.close();
  }
}

async function underLease<T>(
  cluster: Cluster,
  { fluxNamespace }: RepairOptions,
  run: (lease: RepairLease) => Promise<T>,
): Promise<T> {
  const lease = await RepairLease.acquire(cluster, fluxNamespace);
  try {
    return await run(lease);
  } finally {
    await lease.release();
  }
}

function scopeOf({ only, action }: RepairOptions): Scope {
  return { ...(only !== undefined && { only }), ...(action !== undefined && { action }) };
}

function planNow(
  { diagnosis, snapshot }: Look,
  { limits, scope }: { readonly limits: Limits; readonly scope: Scope },
): PlannedRepair[] {
  const planned = planRepairs(diagnosis, new Journal(), limits, scope);
  return planned.map((repair) => withRestartTarget(repair, diagnosis, snapshot));
}

function dryResult(look: Look, planned: readonly PlannedRepair[], log: Log): RepairResult {
  const records = planned
    .filter(({ disposition }) => disposition !== "advice")
    .map(({ key, verdict, action, attempt, disposition, why, purposes }): RepairRecord => {
      const text = `would ask for ${requestFor(action)}${disposition === "held" ? `, but not yet: ${why}` : ""}`;
      log.line(`${displayKey(key)}: ${text}`);
      const { verdicts, at } = look.diagnosis;
      const { state } = verdicts.get(purposes[0] ?? key) ?? verdict;
      return { key, state, action, token: undefined, attempt, at, outcome: "planned", text };
    });
  return resultOf({ look, records, planned });
}

function resultOf(of: {
  readonly look: Look;
  readonly records: readonly RepairRecord[];
  readonly planned: readonly PlannedRepair[];
}): RepairResult {
  const { records, planned } = of;
  const { diagnosis } = of.look;
  const left = diagnosis.causes;
  const stuck = left.some(({ standing }) => standing === "stuck" || standing === "failing");
  return { records, planned, left, stuck, diagnosis };
}

function summarize(records: readonly RepairRecord[], log: Log): void {
  const counts = new Map<string, number>();
  for (const { outcome } of records) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const parts = [...counts].map(([outcome, count]) => `${count} ${outcome}`);
  if (parts.length > 0) log.line(`${records.length} writes: ${parts.join(", ")}`);
}
