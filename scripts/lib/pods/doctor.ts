import type { Snapshot } from "../classify/snapshot.ts";
import { keyOf } from "../tree/owner.ts";
import { type Case, casesOf } from "./cases.ts";
import type { PodFinding } from "./finding.ts";
import { logLinesOf } from "./log-lines.ts";
import { nextCommand } from "./next-command.ts";
import { Origins } from "./origin.ts";
import { Surroundings } from "./surroundings.ts";

/**
 * examinePods is why pods do not run: one finding for all pods of a workload with the same trouble, ordered by workload.
 * Left out are pods that are Ready, have done their work or are merely starting, and failures that a later attempt
 * made good.
 */
export function examinePods(snapshot: Snapshot): PodFinding[] {
  const surroundings = new Surroundings(snapshot);
  const origins = new Origins(surroundings);
  const groups = new Map<string, PodFinding[]>();
  for (const one of casesOf(surroundings)) {
    const finding = findingOf(one, { snapshot, origins });
    const sameAs = samenessOf(finding, one);
    const group = groups.get(sameAs);
    if (group === undefined) groups.set(sameAs, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].map(asOne).sort(byWorkload);
}

function findingOf(
  { object, owners, workload, trouble, unbound, hook }: Case,
  { snapshot, origins }: { readonly snapshot: Snapshot; readonly origins: Origins },
): PodFinding {
  const { namespace = "", uid, creationTimestamp = "" } = object.metadata;
  const created = Date.parse(creationTimestamp);
  const container = trouble.container?.name;
  return {
    key: keyOf(object),
    uid,
    namespace,
    pods: [keyOf(object)],
    count: 1,
    workload,
    problem: trouble.problem,
    container,
    text: trouble.text,
    logLines: logLinesOf(snapshot, object, container),
    since: trouble.since ?? (Number.isNaN(created) ? snapshot.at : created),
    hook,
    flux: origins.of(owners),
    events: trouble.events ?? [],
    blames: trouble.blames,
    unboundClaims: unbound.map(({ key }) => key),
    next: nextCommand(object, trouble),
  };
}

/** What makes two findings of a workload equal: names, addresses, hashes and counts differ all the same. */
function samenessOf(finding: PodFinding, { object }: Case): string {
  const text = finding.text
    .replaceAll(object.metadata.name, "")
    .replaceAll(/\b[0-9a-f]{8,}\b/g, "")
    .replaceAll(/(?<!exit code )\b\d+/g, "0");
  return JSON.stringify([finding.workload.key, finding.problem, finding.container, text]);
}

/** The oldest stands for all; the log is of the first that has one. */
function asOne(findings: readonly PodFinding[]): PodFinding {
  const sorted = [...findings].sort((a, b) => a.since - b.since || a.key.localeCompare(b.key));
  const [oldest] = sorted as [PodFinding];
  const logged = sorted.find(({ logLines }) => logLines.length > 0) ?? oldest;
  return {
    ...oldest,
    pods: sorted.map(({ key }) => key),
    count: sorted.length,
    logLines: logged.logLines,
  };
}

function byWorkload(a: PodFinding, b: PodFinding): number {
  const [one, other] = [a, b].map(
    ({ namespace, workload, problem, container = "" }) =>
      `${namespace}/${workload.name}/${workload.kind}/${problem}/${container}`,
  ) as [string, string];
  return one.localeCompare(other);
}
