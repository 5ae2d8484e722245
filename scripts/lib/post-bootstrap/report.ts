import { displayName } from "../object.ts";
import type { Assessment } from "../tree/assessment.ts";
import type { Requirement } from "../tree/requirement.ts";
import type { Node } from "../tree/tree.ts";
import { type Phase, renderTimeline } from "./timeline.ts";

/** What a report is about. */
export interface Outcome {
  readonly clusterUid: string;
  readonly fluxNamespace: string;
  readonly requirement: Requirement;
  /** Why the check ended without all that is required; undefined when it is all there. */
  readonly failure: string | undefined;
  readonly assessment: Assessment;
  readonly phases: readonly Phase[];
  /** From the sync's source to its artifact, and to the last required object that became Ready. */
  readonly seconds: { readonly sync: number | undefined; readonly all: number | undefined };
  readonly generatedAt: string;
}

/** One object of the report. */
export interface ReportObject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly required: boolean;
  readonly state: "ready" | "stalled" | "blocked" | "failing" | "progressing" | "suspended";
  /** `Reason: message`; empty when ready. */
  readonly message: string;
  readonly createdAt: string | undefined;
  readonly readyAt: string | undefined;
}

/** The shape of report.json. A change that a reader can notice raises `schemaVersion`. */
export interface Report extends Omit<Outcome, "assessment" | "failure"> {
  readonly schemaVersion: 1;
  readonly outcome: "ready" | "failed";
  readonly reason: string | undefined;
  readonly counts: { readonly required: number; readonly ready: number; readonly failed: number };
  readonly objects: readonly ReportObject[];
  readonly missing: readonly string[];
}

/** countsOf are the numbers of a summary. Suspended objects are a person's decision and not required. */
export function countsOf({ ready, stalled, blocked, waiting, missing }: Assessment) {
  const failed = stalled.length + blocked.length + waiting.length + missing.length;
  return { required: ready.length + failed, ready: ready.length, failed };
}

export function reportOf({ assessment, failure, ...rest }: Outcome): Report {
  const { ready, suspended, stalled, blocked, waiting, others, missing } = assessment;
  const required = [...stalled, ...waiting, ...ready, ...suspended].map((node) =>
    entry(node, true),
  );
  const held = blocked.map((node) => ({ ...entry(node, true), state: "blocked" as const }));
  return {
    schemaVersion: 1,
    outcome: failure === undefined ? "ready" : "failed",
    reason: failure,
    ...rest,
    counts: countsOf(assessment),
    objects: [...held, ...required, ...others.map((node) => entry(node, false))],
    missing,
  };
}

function entry({ object, health, readyAt }: Node, required: boolean): ReportObject {
  const { kind, metadata } = object;
  const { namespace, name, creationTimestamp: createdAt } = metadata;
  const { state, text: message } = health;
  return { kind, namespace, name, required, state, message, createdAt, readyAt };
}

/** reportMarkdown is the same report for a person. */
export function reportMarkdown(report: Report): string {
  const { counts, outcome, reason, objects, missing, phases } = report;
  const open = objects.filter(({ state }) => state !== "ready");
  return [
    `# Bootstrap ${outcome}`,
    "",
    `${counts.ready} of ${counts.required} required objects are Ready on cluster ${report.clusterUid}, ${report.generatedAt}.`,
    ...(reason === undefined ? [] : ["", reason]),
    ...section(
      "Missing",
      missing.map((what) => `- ${what}`),
    ),
    ...section("Not ready", table(open)),
    ...section("Timeline", ["```text", ...renderTimeline(phases), "```"]),
    "",
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

function table(objects: readonly ReportObject[]): string[] {
  if (objects.length === 0) return [];
  const cell = (text: string) => text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();
  const rows = objects.map(({ kind, namespace, name, required, state, message }) => {
    const object = displayName({
      apiVersion: "",
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
    });
    return `| ${object} | ${required ? "yes" : "no"} | ${state} | ${cell(message)} |`;
  });
  return ["| object | required | state | message |", "|---|---|---|---|", ...rows];
}
