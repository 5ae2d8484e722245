import type { Snapshot } from "../classify/snapshot.ts";
import type { Diagnosis } from "../classify/verdict.ts";
import type { Pod } from "../gate/controller-state.ts";
import { formatDuration } from "../log.ts";
import { isBusy, leaderOf, observedOf } from "./controllers.ts";
import { identityOf } from "./eligibility.ts";
import type { Entry } from "./journal.ts";
import type { PlannedRepair } from "./plan.ts";
import { handledChange, type Finding, type Moment } from "./verification.ts";

/** The pod that a restart may delete, or why none may be. */
export type RestartTarget =
  | { readonly pod: Pod; readonly why?: never }
  | { readonly pod?: never; readonly why: string };

/** restartTarget allows a restart only of a controller whose canary failed although its pod is up and leads. */
export function restartTarget(
  component: string,
  diagnosis: Diagnosis,
  snapshot: Snapshot,
): RestartTarget {
  if (snapshot.answers.get(component) !== "silent") {
    return { why: `${component} was not asked, or answers: only a silent controller is restarted` };
  }
  const state = leaderOf(component, snapshot);
  if (!state.ready) return { why: `${component} has no ready leader to restart: ${state.missing}` };
  if (state.pod.status?.phase !== "Running") {
    return { why: `${state.pod.metadata.name} is not Running: a restart would change nothing` };
  }
  if (isBusy(component, diagnosis, snapshot)) {
    return { why: `all workers of ${component} are busy: a restart would kill what they do` };
  }
  return { pod: state.pod };
}

/** withRestartTarget gives a planned restart its pod, or turns it into advice when no pod may be deleted. */
export function withRestartTarget(
  repair: PlannedRepair,
  diagnosis: Diagnosis,
  snapshot: Snapshot,
): PlannedRepair {
  if (repair.action !== "restart-controller" || repair.disposition === "advice") return repair;
  const { pod, why } = restartTarget(repair.key.split("/").at(-1) ?? "", diagnosis, snapshot);
  return pod === undefined ? { ...repair, disposition: "advice", why } : { ...repair, pod };
}

/** verifyRestart follows the deleted pod out and the next leader in. */
export function verifyRestart(
  entry: Entry,
  snapshot: Snapshot,
  moment: Moment,
): Finding | undefined {
  const { component, phase } = entry;
  if (phase === "writing" || phase === "closed") return undefined;
  const { now } = moment;
  if (isStaying(entry, snapshot)) {
    const isLate = now - entry.askedAt >= moment.limits.handledWithinMilliseconds;
    return phase === "asked" && isLate ? { kind: "overdue" } : undefined;
  }
  const state = leaderOf(component, snapshot);
  if (state.ready) {
    const took = formatDuration(Math.max(0, now - entry.at));
    const text = `${state.pod.metadata.name} leads ${took} after the deletion`;
    const handledAt = entry.handledAt ?? now;
    return { kind: "change", change: { phase: "closed", outcome: "effective", text, handledAt } };
  }
  return phase === "handled" ? undefined : { kind: "change", change: handledChange(entry, now) };
}

/** True while the pod that was to be deleted is there and not on its way out. */
function isStaying({ identity }: Entry, snapshot: Snapshot): boolean {
  const pods = [...observedOf(snapshot).pods.values()];
  const pod = pods.find((candidate) => identityOf(candidate) === identity);
  return pod !== undefined && pod.metadata.deletionTimestamp === undefined;
}
