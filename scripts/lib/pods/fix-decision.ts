import { formatDuration } from "../log.ts";
import type { PodFinding, PodProblem } from "./finding.ts";

/** What `autoFixPods` may do; `all` means all that a new pod may mend, never everything. */
export const fixModes = ["off", "safe", "all"] as const;

export type FixMode = (typeof fixModes)[number];

export type FixDecision =
  | { readonly fix: "delete-pod" }
  | { readonly fix: "none"; readonly why: string };

const minute = 60_000;

/** From which mode on a new pod is tried, and how long the trouble has to last. */
interface Rule {
  readonly from: "safe" | "all";
  readonly olderThan: number;
}

/** One entry a problem: when a new pod is worth a try, or why it never is. */
export const fixRules: Readonly<Record<PodProblem, Rule | string>> = {
  evicted: { from: "safe", olderThan: 0 },
  failed: { from: "safe", olderThan: 0 },
  "image-pull": { from: "safe", olderThan: 5 * minute },
  "crash-loop": { from: "safe", olderThan: 5 * minute },
  "probe-failing": { from: "all", olderThan: 10 * minute },
  "container-creating": { from: "all", olderThan: 10 * minute },
  "not-ready": { from: "all", olderThan: 10 * minute },
  "failed-job": "its Job decides about attempts",
  "not-created": "there is no pod to delete",
  "terminating-stuck": "it is deleted already, and never by force",
  "config-error": "the node starts it by itself once what it names exists",
  "volume-pending": "a new pod would wait for the same volume",
  unschedulable: "a new pod would find no node either",
  "out-of-memory": "a new pod would reach the same limit",
  "init-stuck": "an init container that is at work must not be cut off",
};

/** The kinds that replace a pod with one that does the same work. */
const replacing: readonly string[] = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"];

/** fixFor decides by the finding alone; `at` is now, by the API server's clock. */
export function fixFor(finding: PodFinding, mode: FixMode, at: number): FixDecision {
  const why = notFixed(finding, mode, at);
  return why === undefined ? { fix: "delete-pod" } : { fix: "none", why };
}

function notFixed(finding: PodFinding, mode: FixMode, at: number): string | undefined {
  if (mode === "off") return "autoFixPods is off";
  const rule = fixRules[finding.problem];
  if (typeof rule === "string") return rule;
  const held = heldBack(finding);
  if (held !== undefined) return held;
  if (rule.from === "all" && mode !== "all") return "only autoFixPods: all tries this";
  const age = at - finding.since;
  if (age < rule.olderThan) {
    return `it lasts for ${formatDuration(Math.max(0, age))}, and is tried after ${formatDuration(rule.olderThan)}`;
  }
  return undefined;
}

/** What forbids a new pod whatever the problem is. */
function heldBack(finding: PodFinding): string | undefined {
  const { workload, unboundClaims, blames, flux, uid } = finding;
  if (workload.kind === "Pod") return "nothing would make it anew: no controller owns it";
  if (workload.kind === "Job" || workload.kind === "CronJob")
    return "its Job decides about attempts";
  if (!replacing.includes(workload.kind))
    return `only its ${workload.kind} knows whether it may go`;
  if (unboundClaims.length > 0) return `its claim ${unboundClaims.join(", ")} is not bound`;
  if (blames !== undefined) return `${blames} has to be put right first`;
  if (uid === undefined) return "its UID is not known";
  if (flux.suspended) return "a person has suspended what it comes from";
  return undefined;
}
