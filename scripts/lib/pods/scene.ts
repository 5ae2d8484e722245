import type { KubernetesObject } from "../object.ts";
import { keyFrom } from "../tree/owner.ts";
import { readConditions } from "./condition-view.ts";
import { fieldsOf, textOf } from "./json.ts";
import { type PodView, readPod } from "./pod-view.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Scene, UnboundClaim } from "./trouble.ts";

/** sceneOf is the pod with all that bears on it. */
export function sceneOf(object: KubernetesObject, surroundings: Surroundings): Scene {
  const pod = readPod(object);
  return {
    pod,
    at: surroundings.snapshot.at,
    events: surroundings.eventsOf(object),
    unbound: pod.claims.flatMap((name) => unboundClaim(name, pod, surroundings)),
    nodeTrouble: nodeTrouble(pod, surroundings),
  };
}

function unboundClaim(
  name: string,
  { namespace }: PodView,
  surroundings: Surroundings,
): UnboundClaim[] {
  if (!surroundings.knows("PersistentVolumeClaim")) return [];
  const key = keyFrom("PersistentVolumeClaim", namespace, name);
  const claim = surroundings.at(key);
  if (claim === undefined) {
    return [{ key, name, text: "does not exist", failing: true, events: [] }];
  }
  const phase = textOf(fieldsOf(claim.status)["phase"]) || "Pending";
  if (phase === "Bound") return [];
  const events = surroundings.eventsOf(claim).slice(0, 1);
  const why = events[0] === undefined ? "" : `: ${events[0].message}`;
  const failing = phase === "Lost" || events.length > 0;
  return [{ key, name, text: `is ${phase}${why}`, failing, events }];
}

function nodeTrouble({ node }: PodView, surroundings: Surroundings): string | undefined {
  if (node === "" || !surroundings.knows("Node")) return undefined;
  const found = surroundings.find("Node", undefined, node);
  if (found === undefined) return "does not exist";
  const ready = readConditions(found).find(({ type }) => type === "Ready");
  if (ready === undefined || ready.status === "True") return undefined;
  return `is not ready: ${ready.message || ready.reason || "it does not say why"}`;
}
