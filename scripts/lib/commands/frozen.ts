import type { Cluster } from "../cluster.ts";
import type { Freeze } from "../drain/freeze/thaw.ts";
import { codeOf } from "./connect.ts";
import type { Section } from "./outcome.ts";
import type { Session } from "./session.ts";

/** What a drain stopped, as data. */
export interface FrozenState {
  readonly by: string;
  /** RFC 3339. */
  readonly since: string;
  /** Whether that drain still works. */
  readonly live: boolean;
}

/** frozenState is undefined when no drain has stopped anything, or the user may not know. */
export async function frozenState(
  cluster: Cluster,
  namespace: string,
): Promise<FrozenState | undefined> {
  const { readFreeze } = await import("../drain/freeze/thaw.ts");
  try {
    const freeze = await readFreeze(cluster, namespace);
    return freeze && { by: freeze.by, since: freeze.since, live: freeze.live };
  } catch (error) {
    if (codeOf(error) === 403) return undefined;
    throw error;
  }
}

/** frozenSections say that a drain keeps Flux from applying anything, which explains much of what follows. */
export function frozenSections(
  frozen: FrozenState | undefined,
  next: (command: string) => string,
): Section[] {
  if (frozen === undefined) return [];
  const { live } = frozen;
  const text = live
    ? `a drain is emptying this cluster: ${describeFreeze(frozen)}`
    : `a drain was interrupted, and what it stopped applies nothing: ${describeFreeze(frozen)}`;
  const lines = live
    ? [text]
    : [text, `Destroy again to finish it, or: ${next("npm run fleet -- thaw")}`];
  return [{ lines: lines.map((line) => ({ text: line, style: "yellow" as const })) }];
}

/** thawBefore puts back what an interrupted drain stopped, once the person agrees; a drain that is at work refuses. */
export async function thawBefore(session: Session): Promise<void> {
  const { cluster, namespace, log, signal } = session;
  const frozen = await frozenState(cluster, namespace);
  if (frozen === undefined) return;
  const { thawStale } = await import("../drain/freeze/thaw.ts");
  if (!frozen.live) await session.consent([`thaw what a drain stopped: ${describeFreeze(frozen)}`]);
  await thawStale(cluster, namespace, { log, signal });
}

/** describeFreeze is `by host/42/ann_… since 2026-01-31T08:00:00Z`. */
export function describeFreeze({ by, since }: Pick<Freeze, "by" | "since">): string {
  return `by ${by} since ${since}`;
}
