import type { GateResult } from "../gate/gate.ts";
import { tokenTime } from "../gate/canary.ts";
import { findCondition, type KubernetesObject } from "../object.ts";
import type { Node } from "../tree/tree.ts";
import { took } from "./text.ts";

/** Phase is a stretch of the bootstrap, in seconds from the first object that it made. */
export interface Phase {
  readonly name: string;
  readonly start: number;
  /** Undefined when it has not ended. */
  readonly end: number | undefined;
}

export interface Timeline {
  /** When the first object was made, in ISO 8601; undefined when there is none. */
  readonly startedAt: string | undefined;
  /** By their start. */
  readonly phases: readonly Phase[];
}

/** What the timeline is read from. */
export interface Traces {
  readonly operator: KubernetesObject | undefined;
  /** Definitions of the operator and of Flux. */
  readonly definitions: readonly KubernetesObject[];
  readonly instance: KubernetesObject | undefined;
  readonly gate: GateResult | undefined;
  readonly source: KubernetesObject | undefined;
  readonly nodes: readonly Node[];
}

interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number | undefined;
}

const minute = 60_000;

/** timelineOf orders the phases by their start. The cluster's times have a resolution of one second. */
export function timelineOf(traces: Traces): Timeline {
  const spans = [
    ...untilCondition("flux-operator", traces.operator, "Available"),
    ...definitionsSpan(traces),
    ...untilFirstReady(traces.instance),
    ...gateSpan(traces.gate),
    ...untilCondition("sync attached", traces.source, "ArtifactInStorage"),
    ...layerSpan("Kustomization", traces.nodes),
    ...layerSpan("HelmRelease", traces.nodes),
  ].filter(({ from }) => Number.isFinite(from));
  if (spans.length === 0) return { startedAt: undefined, phases: [] };
  const zero = Math.min(...spans.map(({ from }) => from));
  const seconds = (time: number) => Math.round((time - zero) / 100) / 10;
  const phases = spans
    .sort((a, b) => a.from - b.from)
    .map(({ name, from, to }) => ({
      name,
      start: seconds(from),
      end: to === undefined ? undefined : Math.max(seconds(from), seconds(to)),
    }));
  return { startedAt: new Date(zero).toISOString(), phases };
}

function untilCondition(name: string, object: KubernetesObject | undefined, type: string): Span[] {
  if (object === undefined) return [];
  const condition = findCondition(object, type);
  const to = condition?.status === "True" ? timeOf(condition.lastTransitionTime) : undefined;
  return [{ name, from: createdAt(object), to }];
}

/** Definitions outlive a bootstrap: those of an earlier one would put the start back to it. */
function definitionsSpan({ definitions: all, operator }: Traces): Span[] {
  const started = operator === undefined ? Number.NaN : createdAt(operator);
  const definitions = all.filter((definition) => !(createdAt(definition) < started - minute));
  if (definitions.length === 0) return [];
  const spans = definitions.flatMap((definition) => untilCondition("", definition, "Established"));
  const ends = spans.map(({ to }) => to).filter((to) => to !== undefined);
  return [
    {
      name: `${definitions.length} definitions`,
      from: Math.min(...spans.map(({ from }) => from)),
      to: ends.length === spans.length ? Math.max(...ends) : undefined,
    },
  ];
}

interface History {
  readonly history?: readonly { readonly firstReconciled?: string }[];
}

/** The Ready condition of a FluxInstance moves with every change; its history remembers the first time. */
function untilFirstReady(instance: KubernetesObject | undefined): Span[] {
  const first = (instance?.status as History | undefined)?.history?.at(-1)?.firstReconciled;
  if (instance === undefined || first === undefined) {
    return untilCondition("FluxInstance", instance, "Ready");
  }
  return [{ name: "FluxInstance", from: createdAt(instance), to: timeOf(first) }];
}

function gateSpan(gate: GateResult | undefined): Span[] {
  const from = gate === undefined ? undefined : tokenTime(gate.token);
  if (gate === undefined || from === undefined) return [];
  return [{ name: "reconcile gate", from, to: from + gate.seconds * 1000 }];
}

/** From the first object of the kind to the last that became Ready. */
function layerSpan(kind: string, nodes: readonly Node[]): Span[] {
  const layer = nodes.filter(
    ({ object, health }) => object.kind === kind && health.state !== "suspended",
  );
  if (layer.length === 0) return [];
  const starts = layer.map(({ object }) => createdAt(object)).filter((time) => !Number.isNaN(time));
  const ends = layer.map(({ readyAt }) => timeOf(readyAt)).filter((time) => time !== undefined);
  return [
    {
      name: `${layer.length} ${kind}${layer.length === 1 ? "" : "s"}`,
      from: Math.min(...starts),
      to: ends.length === layer.length ? Math.max(...ends) : undefined,
    },
  ];
}

function createdAt({ metadata }: KubernetesObject): number {
  return timeOf(metadata.creationTimestamp) ?? Number.NaN;
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

const narrowestBar = 20;
const widestBar = 60;
/** Of the start and the length, with the blanks around them. */
const columnsWidth = 22;

/** secondsInAll is how long the bootstrap took; what has not ended goes on until the report was written. */
export function secondsInAll(
  {
    startedAt,
    generatedAt,
  }: { readonly startedAt: string | undefined; readonly generatedAt: string },
  spans: readonly Pick<Phase, "start" | "end">[],
): number {
  const written = (Date.parse(generatedAt) - Date.parse(startedAt ?? "")) / 1000;
  const open = spans.some(({ end }) => end === undefined) && Number.isFinite(written);
  return Math.max(0, ...spans.map(({ start, end }) => end ?? start), open ? written : 0);
}

/** renderTimeline is a waterfall of `total` seconds, one line a phase, each at most `width` characters. */
export function renderTimeline(
  phases: readonly Phase[],
  { width = 100, total = 0 }: { readonly width?: number; readonly total?: number } = {},
): string[] {
  const end = Math.max(1, total, ...phases.map((phase) => phase.end ?? phase.start));
  const longest = Math.max(0, ...phases.map(({ name }) => name.length));
  const room = Math.max(narrowestBar, Math.min(widestBar, width - longest - columnsWidth));
  return phases.map((phase) => {
    const left = Math.min(room - 1, Math.round((phase.start / end) * room));
    const right = Math.round(((phase.end ?? end) / end) * room);
    const bar = (phase.end === undefined ? "?" : "█").repeat(Math.max(1, right - left));
    const length = took(phase.end === undefined ? undefined : phase.end - phase.start);
    return `${phase.name.padEnd(longest)}  ${took(phase.start).padStart(8)}  ${length.padStart(8)}  ${" ".repeat(left)}${bar}`;
  });
}
