import type { PodFinding } from "./finding.ts";
import { type FixDecision, fixFor, type FixMode } from "./fix-decision.ts";

export interface FixLimits {
  readonly mode: FixMode;
  /** Namespaces whose pods may be deleted. */
  readonly namespaces: readonly string[];
  /** Never touched, whatever `namespaces` says. */
  readonly fluxNamespace: string;
  /** Deletions of one run. */
  readonly most: number;
}

export interface PlannedPodFix {
  readonly finding: PodFinding;
  readonly decision: FixDecision;
}

/**
 * planPodFixes decides about every finding: the oldest trouble first, one pod of a workload, and not more than `most`.
 * `at` is now, by the API server's clock.
 */
export function planPodFixes(
  findings: readonly PodFinding[],
  limits: FixLimits,
  at: number,
): PlannedPodFix[] {
  const chosen = new Set<string>();
  const oldestFirst = [...findings].sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
  return oldestFirst.map((finding) => {
    const why = excluded(finding, limits);
    const decision = why === undefined ? fixFor(finding, limits.mode, at) : none(why);
    if (decision.fix === "none") return { finding, decision };
    const full = noRoom(finding, chosen, limits);
    if (full !== undefined) return { finding, decision: none(full) };
    chosen.add(finding.workload.key);
    return { finding, decision };
  });
}

function none(why: string): FixDecision {
  return { fix: "none", why };
}

function excluded({ namespace }: PodFinding, limits: FixLimits): string | undefined {
  if (limits.mode === "off") return undefined;
  if (namespace === limits.fluxNamespace) return "the pods of Flux are its operator's";
  if (limits.namespaces.includes(namespace)) return undefined;
  return `namespace ${namespace} is not among those allowed`;
}

function noRoom(
  { workload }: PodFinding,
  chosen: ReadonlySet<string>,
  { most }: FixLimits,
): string | undefined {
  if (chosen.has(workload.key)) return "another pod of its workload goes first";
  const limit = most === 1 ? "1 pod a run is" : `${most} pods a run are`;
  return chosen.size >= most ? `${limit} the limit` : undefined;
}
