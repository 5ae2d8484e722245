import { type StateId, states } from "../classify/states.ts";
import type { Action, Diagnosis, Evidence, Standing, Verdict } from "../classify/verdict.ts";
import { displayName } from "../object.ts";
import type { PodFinding, PodProblem } from "../pods/finding.ts";
import type { Assessment } from "../tree/assessment.ts";
import type { Key } from "../tree/owner.ts";
import { type Done, type ReportRepair, repairsOf } from "./repairs.ts";
import { nameOf, shellWord, timestamp } from "./text.ts";
import { byStanding, type LeftStanding } from "./words.ts";

/** FoundPod is what a report needs of a PodFinding. */
export type FoundPod = Pick<
  PodFinding,
  | "key"
  | "workload"
  | "problem"
  | "container"
  | "text"
  | "logLines"
  | "count"
  | "since"
  | "hook"
  | "flux"
  | "next"
>;

/** ReportCause is a Cause with the names that a person reads. */
export interface ReportCause {
  readonly objects: readonly string[];
  /** Id of docs/states.md. */
  readonly state: StateId;
  /** What the state means, such as `retries exhausted: its controller gave up`. */
  readonly meaning: string;
  readonly standing: Standing;
  readonly text: string;
  readonly evidence: readonly Evidence[];
  /** What is not ready because of it. */
  readonly affected: readonly string[];
  readonly action: Action;
  readonly nextRetry: string;
  readonly next: string;
}

/** ReportPod stands for all pods of a workload with the same problem. */
export interface ReportPod {
  readonly pod: string;
  readonly workload: string;
  readonly problem: PodProblem;
  readonly container: string | undefined;
  readonly text: string;
  /** The newest last. */
  readonly logLines: readonly string[];
  readonly count: number;
  readonly since: string;
  /** Helm's events of a hook Job; undefined for anything else. */
  readonly hook: string | undefined;
  readonly helmRelease: string | undefined;
  readonly kustomization: string | undefined;
  readonly revision: string | undefined;
  readonly next: string;
}

/** Left is one object that is not Ready at the end. */
export interface Left {
  readonly object: string;
  readonly standing: LeftStanding;
  readonly required: boolean;
  readonly text: string;
  /** Index into `causes` of what it waits for or is; undefined when no cause explains it. */
  readonly cause: number | undefined;
  readonly next: string;
}

/** Findings are what is wrong, what was done about it and what is left. */
export interface Findings {
  /** Worst first. */
  readonly causes: readonly ReportCause[];
  /** In the order of the writes. */
  readonly repairs: readonly ReportRepair[];
  readonly pods: readonly ReportPod[];
  /** Worst first, then by name. */
  readonly left: readonly Left[];
  /** What limits the findings, such as a kind that may not be listed. */
  readonly limits: readonly string[];
}

/** What findings are made of. What was not looked at is left out. */
export interface Found extends Done {
  readonly diagnosis?: Diagnosis | undefined;
  readonly assessment?: Assessment | undefined;
  readonly pods?: readonly FoundPod[] | undefined;
}

/** findingsOf leaves out what only flickers: an object that was Ready once and waits for the moment. */
export function findingsOf(found: Found): Findings {
  const { diagnosis, assessment, pods = [] } = found;
  const settled = new Set((assessment?.ready ?? []).map(({ key }) => key));
  const flickers = (standing: Standing, keys: readonly Key[]) =>
    standing === "waiting" && keys.every((key) => settled.has(key));
  const causes = (diagnosis?.causes ?? []).filter(
    ({ standing, objects }) => !flickers(standing, objects),
  );
  const causeOf = new Map(
    causes.flatMap(({ affected }, index) => affected.map((key) => [key, index] as const)),
  );
  causes.forEach(({ objects }, index) => {
    for (const key of objects) causeOf.set(key, index);
  });
  const reported = causes.map((cause) => ({
    ...cause,
    meaning: `${states[cause.state].name}: ${states[cause.state].meaning}`,
    objects: cause.objects.map(nameOf),
    affected: cause.affected.map(nameOf),
  }));
  const left = [...leftOf(found)]
    .filter(([key, { standing }]) => !(standing === "waiting" && settled.has(key)))
    .map(([key, entry]) => {
      const cause = causeOf.get(key);
      return { ...entry, cause, next: reported[cause ?? -1]?.next ?? nextFor(key, entry.standing) };
    })
    .sort((a, b) => byStanding(a.standing, b.standing) || (a.object < b.object ? -1 : 1));
  return {
    causes: reported,
    repairs: repairsOf(found),
    pods: pods.map(podOf),
    left,
    limits: diagnosis?.limits ?? [],
  };
}

const mostLogLines = 30;

type Open = Omit<Left, "cause" | "next">;

/** What is not Ready, by key: a verdict tells more than the tree's assessment and goes first. */
function leftOf({ diagnosis, assessment }: Found): Map<Key, Open> {
  const left = new Map<Key, Open>();
  const required = new Set<Key>();
  if (assessment !== undefined) {
    const { stalled, blocked, waiting, suspended, others, missing } = assessment;
    for (const { key } of [...stalled, ...blocked, ...waiting]) required.add(key);
    for (const { key, object, health } of [
      ...stalled,
      ...blocked,
      ...waiting,
      ...suspended,
      ...others,
    ]) {
      const standing = standingOf[health.state];
      left.set(key, {
        object: displayName(object),
        standing,
        required: required.has(key),
        text: health.text,
      });
    }
    for (const name of missing) {
      const text = "required, and not there yet";
      left.set(name, { object: name, standing: "missing", required: true, text });
      required.add(name);
    }
  }
  for (const { key, standing, text } of verdictsOf(diagnosis)) {
    if (standing === "ready") continue;
    left.set(key, { object: nameOf(key), standing, required: required.has(key), text });
  }
  return left;
}

function verdictsOf(diagnosis: Diagnosis | undefined): Iterable<Verdict> {
  return diagnosis?.verdicts.values() ?? [];
}

/** The standing for what the tree knows of an object. */
export const standingOf = {
  ready: "ready",
  stalled: "stuck",
  failing: "failing",
  progressing: "waiting",
  suspended: "suspended",
} as const;

function nextFor(key: Key, standing: LeftStanding): string {
  const [kind = "", namespace = "", name = ""] = key.split("/");
  if (standing === "missing" || name === "") return "npm run fleet -- doctor";
  if (standing === "suspended") return `npm run fleet -- resume ${shellWord(nameOf(key))}`;
  const where = namespace === "" ? "" : `-n ${shellWord(namespace)} `;
  return `kubectl ${where}describe ${shellWord(kind.toLowerCase())} ${shellWord(name)}`;
}

function podOf({ key, workload, since, logLines, flux, ...finding }: FoundPod): ReportPod {
  const name = (of: Key | undefined) => (of === undefined ? undefined : nameOf(of));
  const { problem, container, text, count, hook, next } = finding;
  return {
    pod: nameOf(key),
    workload: nameOf(workload.key),
    ...{ problem, container, text, count, hook, next },
    logLines: logLines.slice(-mostLogLines),
    since: timestamp(since),
    helmRelease: name(flux.helmRelease),
    kustomization: name(flux.kustomization),
    revision: flux.revision,
  };
}
