import type { Snapshot } from "../classify/snapshot.ts";
import { type Case, casesOf } from "./cases.ts";
import { Surroundings } from "./surroundings.ts";

/** LogWanted is one container whose last lines tell more about a finding. */
export interface LogWanted {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Whether the run before the present one is meant. */
  readonly previous: boolean;
}

/** logsWanted names one container of each workload in trouble, those of Helm's hooks first, then the latest trouble. */
export function logsWanted(snapshot: Snapshot): LogWanted[] {
  const wanted = new Map<string, LogWanted>();
  const cases = casesOf(new Surroundings(snapshot)).sort(byWorth);
  for (const { object, workload, trouble } of cases) {
    const { container, log } = trouble;
    if (object.kind !== "Pod" || container === undefined || log === undefined) continue;
    const { name, namespace = "" } = object.metadata;
    const key = `${workload.key}/${container.name}`;
    if (wanted.has(key)) continue;
    const previous = log === "previous" && container.last !== undefined;
    wanted.set(key, { namespace, pod: name, container: container.name, previous });
  }
  return [...wanted.values()];
}

function byWorth(a: Case, b: Case): number {
  const hooks = Number(b.hook !== undefined) - Number(a.hook !== undefined);
  return hooks || (b.trouble.since ?? 0) - (a.trouble.since ?? 0);
}
