import type { GateResult } from "../gate/gate.ts";
import { tokenTime } from "../gate/canary.ts";
import { displayName, findCondition, type KubernetesObject } from "../object.ts";
import type { Node } from "../tree/tree.ts";

/** Phase is a stretch of the bootstrap, in seconds from the first object that it made. */
export interface Phase {
  readonly name: string;
  readonly start: number;
  /** Undefined when it has not ended. */
  readonly end: number | undefined;
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

const slowestReleases = 10;
const minute = 60_000;

/** timelineOf orders the phases by their start. The cluster's times have a resolution of one second. */
export function timelineOf(traces: Traces): Phase[] {
  const spans = [
    ...untilCondition("flux-operator", traces.operator, "Available"),
    ...definitionsSpan(traces),
    ...untilFirstReady(traces.instance),
    ...gateSpan(traces.gate),
    ...untilCondition("sync attached", traces.source, "ArtifactInStorage"),
    ...nodeSpans(traces.nodes),
  ].filter(({ from }) => !Number.isNaN(from));
  const zero = Math.min(...spans.map(({ from }) => from));
  const seconds = (time: number) => Math.round((time - zero) / 100) / 10;
  return spans
    .sort((a, b) => a.from - b.from)
    .map(({ name, from, to }) => ({
      name,
      start: seconds(from),
      end: to === undefined ? undefined : Math.max(seconds(from), seconds(to)),
    }));
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

function nodeSpans(nodes: readonly Node[]): Span[] {
  const spanOf = ({ object, readyAt }: Node): Span => ({
    name: displayName(object),
    from: createdAt(object),
    to: timeOf(readyAt),
  });
  const ofKind = (kind: string) => nodes.filter(({ object }) => object.kind === kind).map(spanOf);
  const length = ({ from, to = Number.POSITIVE_INFINITY }: Span) => to - from;
  const releases = ofKind("HelmRelease").sort((a, b) => length(b) - length(a));
  return [...ofKind("Kustomization"), ...releases.slice(0, slowestReleases)];
}

function createdAt({ metadata }: KubernetesObject): number {
  return timeOf(metadata.creationTimestamp) ?? Number.NaN;
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

const barWidth = 40;

/** renderTimeline is a waterfall, one line a phase. */
export function renderTimeline(phases: readonly Phase[]): string[] {
  const total = Math.max(1, ...phases.map(({ start, end }) => end ?? start));
  const longest = Math.max(0, ...phases.map(({ name }) => name.length));
  return phases.map(({ name, start, end }) => {
    const left = Math.round((start / total) * barWidth);
    const right = Math.round(((end ?? total) / total) * barWidth);
    const bar = (end === undefined ? "?" : "█").repeat(Math.max(1, right - left));
    const took = end === undefined ? "not yet" : `${(end - start).toFixed(1)}s`;
    const line = `${" ".repeat(left)}${bar}`.slice(0, barWidth + 1).padEnd(barWidth + 1);
    return `${name.padEnd(longest)}  ${start.toFixed(1).padStart(7)}s  ${took.padStart(8)}  ${line}`.trimEnd();
  });
}
