import type { Snapshot } from "../classify/snapshot.ts";
import { states } from "../classify/states.ts";
import type { Diagnosis, Standing, Verdict } from "../classify/verdict.ts";
import {
  Bucket,
  FluxInstance,
  GitRepository,
  HelmRelease,
  HelmRepository,
  Kustomization,
  OCIRepository,
  ResourceSet,
} from "../kinds.ts";
import { findCondition, type KubernetesObject } from "../object.ts";
import { nameOf } from "../report/text.ts";
import { byStanding, standings } from "../report/words.ts";
import { ageSince } from "./age.ts";
import type { Cell, Section, Style } from "./outcome.ts";
import { revisionOf } from "./revision.ts";
import { describeSuspension, type Suspension, suspensionOf } from "./suspension.ts";

/** The kinds that are always shown, in the order in which they come about; others only when something is wrong. */
const shownKinds: readonly string[] = [
  FluxInstance,
  ResourceSet,
  GitRepository,
  OCIRepository,
  Bucket,
  HelmRepository,
  Kustomization,
  HelmRelease,
].map(({ kind }) => kind);

/** StatusRow is one object of the status. */
export interface StatusRow {
  readonly object: string;
  /** Id of docs/states.md. */
  readonly state: string;
  readonly stateName: string;
  readonly standing: Standing;
  /** Since when it is in that state, RFC 3339; undefined when the object does not tell. */
  readonly since: string | undefined;
  readonly revision: string;
  readonly message: string;
  readonly suspension: Suspension | undefined;
}

/** statusRows are the objects that matter, worst first, then in the order in which they come about. */
export function statusRows({ verdicts }: Diagnosis): StatusRow[] {
  return [...verdicts.values()]
    .filter(({ object, standing }) => shownKinds.includes(object.kind) || isWrong(standing))
    .sort(
      (a, b) =>
        byStanding(a.standing, b.standing) ||
        place(a.object) - place(b.object) ||
        (a.key < b.key ? -1 : 1),
    )
    .map(rowOf);
}

export function isWrong(standing: Standing): boolean {
  return standing === "stuck" || standing === "failing";
}

function place({ kind }: KubernetesObject): number {
  const index = shownKinds.indexOf(kind);
  return index === -1 ? shownKinds.length : index;
}

export function rowOf({ key, object, state, standing, text }: Verdict): StatusRow {
  const suspension = standing === "suspended" ? suspensionOf(object) : undefined;
  return {
    object: nameOf(key),
    state,
    stateName: states[state].name,
    standing,
    since: suspension?.at ?? sinceOf(object),
    revision: revisionOf(object),
    message: standing === "ready" ? "" : suspension ? describeSuspension(suspension) : text,
    suspension,
  };
}

function sinceOf(object: KubernetesObject): string | undefined {
  const { creationTimestamp, deletionTimestamp } = object.metadata;
  const transition = findCondition(object, "Ready")?.lastTransitionTime;
  return deletionTimestamp ?? transition ?? creationTimestamp;
}

const styles: Readonly<Record<Standing, Style>> = {
  stuck: "red",
  failing: "red",
  terminating: "yellow",
  waiting: "yellow",
  suspended: "cyan",
  ready: "green",
};

/** statusTable shows the rows at a moment. */
export function statusTable(rows: readonly StatusRow[], now: number): Section {
  const cells = rows.map(({ object, stateName, standing, since, revision, message }): Cell[] => [
    { text: standings[standing].glyph, style: styles[standing] },
    object,
    { text: stateName, style: styles[standing] },
    ageSince(since, now),
    revision,
    message,
  ]);
  return { table: { columns: ["", "OBJECT", "STATE", "FOR", "REVISION", "MESSAGE"], rows: cells } };
}

/** unseenKinds are the kinds always shown that the user may not list: without them nobody can say that all is well. */
export function unseenKinds({ unread }: Snapshot): string[] {
  return unread
    .filter(({ resource, why }) => why === "forbidden" && shownKinds.includes(resource.kind))
    .map(({ resource }) => resource.kind);
}

/** summaryOf is `34 objects: 1 stuck, 2 waiting, 31 ready`. */
export function summaryOf(rows: readonly StatusRow[]): string {
  const counts = new Map<Standing, number>();
  for (const { standing } of rows) counts.set(standing, (counts.get(standing) ?? 0) + 1);
  const parts = [...counts]
    .sort(([a], [b]) => byStanding(a, b))
    .map(([standing, count]) => `${count} ${standings[standing].word}`);
  if (rows.length === 0) return "nothing that Flux reconciles";
  return `${rows.length} objects: ${parts.join(", ")}`;
}

/** What tells more than the table. */
export function footer(
  rows: readonly StatusRow[],
  { limits }: Diagnosis,
  next: (command: string) => string,
): Section {
  const wrong = rows.some(({ standing }) => isWrong(standing));
  return {
    lines: [
      ...limits.map((limit) => `not seen: ${limit}`),
      ...(wrong ? [`Next: ${next("npm run fleet -- doctor")}`] : []),
    ],
  };
}
