import { displayName } from "../object.ts";
import type { Assessment } from "../tree/assessment.ts";
import type { Key } from "../tree/owner.ts";
import type { Node } from "../tree/tree.ts";
import { type Findings, standingOf } from "./findings.ts";
import type { ReportObject } from "./report.ts";
import { byStanding } from "./words.ts";

export interface Listing {
  readonly nodes: ReadonlyMap<Key, Node>;
  readonly assessment: Assessment;
  readonly startedAt: string | undefined;
}

/** objectsOf are all objects of the tree: what is not Ready first, worst first; then the slowest first. */
export function objectsOf(listing: Listing, { left }: Pick<Findings, "left">): ReportObject[] {
  const { ready, suspended, stalled, blocked, waiting } = listing.assessment;
  const wanted = [...ready, ...suspended, ...stalled, ...blocked, ...waiting];
  const required = new Set(wanted.map(({ key }) => key));
  const open = new Map(left.map((entry) => [entry.object, entry]));
  const zero = timeOf(listing.startedAt);
  const seconds = (text: string | undefined) => {
    const after = Math.round((timeOf(text) - zero) / 100) / 10;
    return Number.isNaN(after) ? undefined : Math.max(0, after);
  };
  return [...listing.nodes.values()]
    .map(({ key, object, health, readyAt }): ReportObject => {
      const name = displayName(object);
      const { creationTimestamp: createdAt } = object.metadata;
      const { standing = standingOf[health.state], text = health.text } = open.get(name) ?? {};
      return {
        object: name,
        kind: object.kind,
        namespace: object.metadata.namespace,
        name: object.metadata.name,
        required: required.has(key),
        standing,
        message: text,
        createdAt,
        readyAt,
        start: seconds(createdAt),
        end: standing === "ready" ? seconds(readyAt) : undefined,
      };
    })
    .sort(worstFirst);
}

function worstFirst(a: ReportObject, b: ReportObject): number {
  const slower = lengthOf(b) - lengthOf(a);
  return byStanding(a.standing, b.standing) || slower || (a.object < b.object ? -1 : 1);
}

/** lengthOf is how many seconds it took to become Ready; 0 when that is not known. */
export function lengthOf({ start, end }: Pick<ReportObject, "start" | "end">): number {
  return start === undefined || end === undefined ? 0 : Math.max(0, end - start);
}

/** A report lists what is not Ready and the slowest of the rest, each up to a number. */
export interface Listed {
  readonly shown: readonly ReportObject[];
  readonly more: number;
}

/** listed picks what a page has room for. */
export function listed(
  objects: readonly ReportObject[],
  most: { readonly open: number; readonly ready: number },
): Listed {
  const open = objects.filter(({ standing }) => standing !== "ready").slice(0, most.open);
  const ready = objects.filter(({ standing }) => standing === "ready").slice(0, most.ready);
  const shown = [...open, ...ready];
  return { shown, more: objects.length - shown.length };
}

function timeOf(text: string | undefined): number {
  return Date.parse(text ?? "");
}
