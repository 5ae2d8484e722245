import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../../replace-file.ts";
import { formatDuration } from "../../log.ts";
import { nameOf } from "../../report/text.ts";
import type { DrainPlan, DrainStep, Volume } from "../plan/drain-plan.ts";
import { renderDrainMarkdown } from "./drain-report-markdown.ts";
import type { StepOutcome, StepRecord } from "../removal/steps.ts";

/** DrainReport is what a destroy leaves behind for a person: what went when, what was kept and why, what is left. */
export interface DrainReport {
  readonly version: 1;
  readonly cluster: {
    readonly name: string | undefined;
    readonly uid: string;
    readonly endpoint: string;
  };
  readonly outcome: "drained" | "unfinished";
  /** RFC 3339. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly estimateSeconds: number;
  /** Since when a drain has been at it, when this one took one up, RFC 3339. */
  readonly resumedFrom: string | undefined;
  readonly forced: boolean;
  readonly steps: readonly ReportStep[];
  readonly kept: readonly { readonly object: string; readonly reason: string }[];
  /** What is there and should not be, one line each. */
  readonly left: readonly string[];
  /** Why it is unfinished. */
  readonly reason: string | undefined;
  /** The one command to run next. */
  readonly next: string | undefined;
}

export interface ReportStep {
  readonly object: string;
  readonly stage: number;
  readonly outcome: StepOutcome;
  readonly began: string | undefined;
  readonly seconds: number;
  readonly estimateSeconds: number;
  readonly objects: number;
  /** As `Kind/namespace/name host`. */
  readonly addresses: readonly string[];
  readonly volumes: readonly string[];
  readonly left: readonly string[];
}

/** What a drain knows when it ends. */
export interface DrainEnd {
  readonly clusterName: string | undefined;
  readonly plan: DrainPlan;
  readonly records: readonly StepRecord[];
  /** What no step explains, one line each. */
  readonly left: readonly string[];
  readonly started: number;
  readonly resumedFrom: string | undefined;
  readonly forced: boolean;
  readonly failure: { readonly reason: string; readonly next: string | undefined } | undefined;
}

export function drainReport(end: DrainEnd): DrainReport {
  const { clusterName, plan, records, started, resumedFrom, forced, failure } = end;
  const outcomes = new Map(records.map((record) => [record.key, record]));
  return {
    version: 1,
    cluster: { name: clusterName, ...plan.cluster },
    outcome: failure === undefined ? "drained" : "unfinished",
    startedAt: new Date(started).toISOString(),
    seconds: (Date.now() - started) / 1000,
    estimateSeconds: plan.estimateSeconds,
    resumedFrom,
    forced,
    steps: plan.steps.map((step) => stepOf(step, outcomes.get(step.key))),
    kept: keptBy(plan),
    left: [...records.flatMap(({ began, left }) => (began === undefined ? [] : left)), ...end.left],
    reason: failure?.reason,
    next: failure?.next,
  };
}

function stepOf(step: DrainStep, record: StepRecord | undefined): ReportStep {
  const { key, stage, estimateSeconds, inventory, addresses, volumes } = step;
  return {
    object: nameOf(key),
    stage,
    outcome: record?.outcome ?? "unfinished",
    began: record?.began,
    seconds: record?.seconds ?? 0,
    estimateSeconds,
    objects: inventory.length,
    addresses: addresses.map(({ kind, namespace, name, hosts }) =>
      [`${kind}/${namespace}/${name}`, ...hosts].join(" "),
    ),
    volumes: volumes.map(
      ({ namespace, name, size, fate }) => `${namespace}/${name} ${size} ${fate}`,
    ),
    left: record?.left ?? [],
  };
}

/** What the plan keeps, and the volumes of a drain before it, each once. */
function keptBy({ kept, steps }: DrainPlan): DrainReport["kept"] {
  const volumes = steps.flatMap((step) => step.volumes.flatMap(keptVolume));
  const planned = kept.map(({ key, reason }) => ({ object: nameOf(key), reason }));
  return [...new Map([...volumes, ...planned].map((one) => [one.object, one])).values()];
}

/** A volume outlives its cluster's objects when it is meant to, or when its policy says so. */
function keptVolume({ volume, namespace, name, size, ...becomes }: Volume) {
  const { fate, reclaimPolicy, goesWithCluster } = becomes;
  const claim = `PersistentVolumeClaim/${namespace}/${name}`;
  const object = volume === undefined ? claim : `PersistentVolume/${volume}`;
  if (goesWithCluster) return [{ object, reason: `Azure deletes it with the cluster (${size})` }];
  if (fate === "kept") return [{ object, reason: `the data of ${claim} (${size}) is kept` }];
  if (volume === undefined || reclaimPolicy === "Delete") return [];
  return [{ object, reason: `its reclaim policy is ${reclaimPolicy} (${size}, ${claim})` }];
}

/** writeDrainReport writes destroy.json and destroy.md for their owner's eyes only, and returns the path of the Markdown. */
export async function writeDrainReport(directory: string, report: DrainReport): Promise<string> {
  await mkdir(directory, { recursive: true });
  await replaceFile(join(directory, "destroy.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  const path = join(directory, "destroy.md");
  await replaceFile(path, renderDrainMarkdown(report));
  return path;
}

/** summaryOf is `31 of 31 objects gone in 41s (estimated 38s)`. */
export function summaryOf({ steps, seconds, estimateSeconds }: DrainReport): string {
  const gone = steps.filter(({ outcome }) => outcome === "gone").length;
  const took = formatDuration(seconds * 1000);
  return `${gone} of ${steps.length} objects gone in ${took} (estimated ${formatDuration(estimateSeconds * 1000)})`;
}
