import type { Diagnosis } from "../classify/verdict.ts";
import type { PodFixRecord } from "../pods/fix-record.ts";
import type { Redactor } from "../redact.ts";
import type { RepairRecord } from "../repair/record.ts";
import type { Assessment } from "../tree/assessment.ts";
import type { Key } from "../tree/owner.ts";
import type { Requirement } from "../tree/requirement.ts";
import type { Node } from "../tree/tree.ts";
import { chainOf } from "./chain.ts";
import { type Findings, findingsOf, type FoundPod } from "./findings.ts";
import { objectsOf } from "./objects.ts";
import { nameOf, redactedDocument } from "./text.ts";
import type { Phase } from "./timeline.ts";
import type { Ending, LeftStanding } from "./words.ts";

/** One bounded wait of the bootstrap. */
export interface Waited {
  readonly what: string;
  readonly boundSeconds: number;
  readonly seconds: number;
  /** False when the time was over first. */
  readonly reached: boolean;
  readonly lastState?: string | undefined;
}

/** What a report is about. What was not looked at is left out. */
export interface Outcome {
  readonly clusterUid: string;
  /** Context of the kubeconfig. */
  readonly context?: string | undefined;
  readonly fluxNamespace: string;
  readonly requirement: Requirement;
  /** Why the check ended without all that is required; undefined when it is all there. */
  readonly failure: string | undefined;
  readonly assessment: Assessment;
  readonly nodes: ReadonlyMap<Key, Node>;
  /** ISO 8601; phases count from here. */
  readonly startedAt: string | undefined;
  readonly phases: readonly Phase[];
  /** From the sync's source to its artifact, and to the last required object that became Ready. */
  readonly seconds: { readonly sync: number | undefined; readonly all: number | undefined };
  readonly generatedAt: string;
  readonly waits?: readonly Waited[] | undefined;
  readonly diagnosis?: Diagnosis | undefined;
  readonly repairs?: readonly RepairRecord[] | undefined;
  readonly pods?: readonly FoundPod[] | undefined;
  readonly podFixes?: readonly PodFixRecord[] | undefined;
  /** Path of the flight recording. */
  readonly recording?: string | undefined;
}

/** One object of the report; times are seconds since `startedAt`. */
export interface ReportObject {
  readonly object: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly required: boolean;
  readonly standing: LeftStanding;
  /** `Reason: message`; empty when ready. */
  readonly message: string;
  readonly createdAt: string | undefined;
  readonly readyAt: string | undefined;
  readonly start: number | undefined;
  /** Undefined when it is not Ready. */
  readonly end: number | undefined;
}

/** One link of the slowest chain; times are seconds since `startedAt`. */
export interface ReportLink {
  readonly object: string;
  readonly start: number;
  /** Undefined when it is not Ready. */
  readonly end: number | undefined;
  /** What the link ends with: that the object applied the next one, or was Ready. */
  readonly until: "applied" | "ready";
  /** What it waited for before, such as `depends on Kustomization/flux-system/infrastructure`. */
  readonly why: string;
}

/** The shape of report.json. A change that a reader can notice raises `schemaVersion`. */
export interface Report
  extends
    Findings,
    Pick<
      Outcome,
      | "clusterUid"
      | "context"
      | "fluxNamespace"
      | "requirement"
      | "startedAt"
      | "phases"
      | "seconds"
    > {
  readonly schemaVersion: 2;
  readonly outcome: Ending;
  readonly reason: string | undefined;
  readonly generatedAt: string;
  readonly recording: string | undefined;
  readonly counts: {
    readonly required: number;
    readonly ready: number;
    readonly failed: number;
    readonly suspended: number;
    readonly notRequired: number;
  };
  readonly waits: readonly Waited[];
  /** From the first object to the one that decided the end. */
  readonly chain: readonly ReportLink[];
  /** Not Ready ones first, worst first; then by how long they took, slowest first. */
  readonly objects: readonly ReportObject[];
  readonly missing: readonly string[];
}

/** countsOf are the numbers of a summary. Suspended objects are a person's decision and not required. */
export function countsOf({ ready, stalled, blocked, waiting, missing }: Assessment) {
  const failed = stalled.length + blocked.length + waiting.length + missing.length;
  return { required: ready.length + failed, ready: ready.length, failed };
}

/** reportOf holds no secret that the redactor knows, and no text of more than 4 KiB. */
export function reportOf(outcome: Outcome, redactor: Redactor): Report {
  const { assessment, nodes, clusterUid, context, fluxNamespace, requirement } = outcome;
  const { failure, startedAt, phases, seconds, generatedAt, waits = [], recording } = outcome;
  const findings = findingsOf(outcome);
  const since = secondsSince(startedAt);
  const report: Report = {
    schemaVersion: 2,
    outcome: endingOf(failure, findings),
    reason: failure,
    ...{ clusterUid, context, fluxNamespace, requirement, generatedAt, recording },
    ...{ startedAt, seconds, phases, waits },
    counts: {
      ...countsOf(assessment),
      suspended: assessment.suspended.length,
      notRequired: assessment.others.length,
    },
    chain: chainOf(nodes).map(({ key, from, to, ...link }) => ({
      object: nameOf(key),
      start: since(from) ?? 0,
      end: since(to),
      ...link,
    })),
    ...findings,
    objects: objectsOf(outcome, findings),
    missing: assessment.missing,
  };
  return redactedDocument(report, (text) => redactor.text(text));
}

/** What is suspended is a person's decision, what waits goes on by itself: neither is a warning, nor a repair that worked. */
function endingOf(failure: string | undefined, findings: Findings): Ending {
  if (failure !== undefined) return "failed";
  const { pods, limits, repairs } = findings;
  const calm: readonly LeftStanding[] = ["suspended", "waiting"];
  const causes = findings.causes.filter(({ standing }) => !calm.includes(standing));
  const open = findings.left.filter(({ standing }) => !calm.includes(standing));
  const vain = repairs.filter(({ outcome }) => /^(ineffective|unanswered|failed)$/.test(outcome));
  const warnings = [causes, open, pods, limits, vain].some((list) => list.length > 0);
  return warnings ? "warnings" : "ready";
}

function secondsSince(startedAt: string | undefined) {
  const zero = Date.parse(startedAt ?? "");
  return (time: number | undefined): number | undefined => {
    const seconds = time === undefined ? Number.NaN : Math.round((time - zero) / 100) / 10;
    return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
  };
}
