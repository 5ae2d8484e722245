import type { KubernetesObject } from "../object.ts";
import { trueCondition } from "./condition-view.ts";
import { fieldsOf, numberOf } from "./json.ts";
import type { Surroundings } from "./surroundings.ts";
import { missingObject, type Trouble } from "./trouble.ts";

/** The kinds that may be refused their pods; the refusal of a ReplicaSet shows on its Deployment. */
export const podCreators = ["Deployment", "StatefulSet", "DaemonSet", "Job"] as const;

/** creationTrouble is why a workload's pods are not even created: a quota, an admission webhook, a service account. */
export function creationTrouble(
  workload: KubernetesObject,
  surroundings: Surroundings,
): Trouble | undefined {
  if (workload.kind === "Deployment") return refused(workload);
  if (!lacksPods(workload)) return undefined;
  const event = surroundings.eventsOf(workload).find(({ reason }) => reason === "FailedCreate");
  if (event === undefined) return undefined;
  return troubleFrom(workload, event.message, { since: event.at, events: [event] });
}

function refused(deployment: KubernetesObject): Trouble | undefined {
  const failure = trueCondition(deployment, "ReplicaFailure");
  if (failure?.reason !== "FailedCreate") return undefined;
  return troubleFrom(deployment, failure.message, { since: failure.since });
}

function troubleFrom(
  { metadata }: KubernetesObject,
  text: string,
  more: Pick<Trouble, "since" | "events">,
): Trouble {
  const blames = missingObject(text, metadata.namespace ?? "");
  return { problem: "not-created", container: undefined, text, blames, ...more };
}

function lacksPods({ kind, spec, status }: KubernetesObject): boolean {
  const wanted = fieldsOf(spec);
  const there = fieldsOf(status);
  const count = (value: unknown, otherwise = 0) => numberOf(value) ?? otherwise;
  if (kind === "StatefulSet") return count(there["replicas"]) < count(wanted["replicas"], 1);
  if (kind === "DaemonSet") {
    return count(there["currentNumberScheduled"]) < count(there["desiredNumberScheduled"]);
  }
  const over = there["completionTime"] !== undefined || count(there["failed"]) > 0;
  return !over && count(there["active"]) + count(there["succeeded"]) === 0;
}
