import { type Key, keyFrom } from "../tree/owner.ts";
import type { ContainerView } from "./container-view.ts";
import type { PodEvent, PodProblem } from "./finding.ts";
import type { PodView } from "./pod-view.ts";

/** Trouble is what is wrong with one pod. */
export interface Trouble {
  readonly problem: PodProblem;
  readonly container: ContainerView | undefined;
  readonly text: string;
  /** Undefined when the pod does not tell: then since it was created. */
  readonly since: number | undefined;
  /** The events that decided. */
  readonly events?: readonly PodEvent[];
  /** Whose log tells more: the run that ended before the present one, or the present one. */
  readonly log?: "previous" | "current";
  readonly blames?: Key | undefined;
}

/** What the judges of a pod look at. */
export interface Scene {
  readonly pod: PodView;
  /** Now, by the API server's clock. */
  readonly at: number;
  /** Warnings about the pod, the newest first. */
  readonly events: readonly PodEvent[];
  /** Claims of the pod that are not bound, with why. */
  readonly unbound: readonly UnboundClaim[];
  /** What is wrong with its node, such as `does not exist`; undefined when nothing is, or nodes were not read. */
  readonly nodeTrouble: string | undefined;
}

export interface UnboundClaim {
  readonly key: Key;
  readonly name: string;
  /** `Pending: the message of its newest event`, or `does not exist`. */
  readonly text: string;
  /** Whether something is wrong with the claim, rather than that it waits for its first pod to be scheduled. */
  readonly failing: boolean;
  readonly events: readonly PodEvent[];
}

const named: readonly RegExp[] = [
  /\b(?<kind>secret|configmap|serviceaccount|persistentvolumeclaim) "(?<name>[^"\s]+)" (?:is )?(?:not found|forbidden)/i,
  /couldn't find key \S+ in (?<kind>secret|configmap) (?:[^/\s]+\/)?(?<name>[^\s,:]+)/i,
];

const kinds: Readonly<Record<string, string>> = {
  secret: "Secret",
  configmap: "ConfigMap",
  serviceaccount: "ServiceAccount",
  persistentvolumeclaim: "PersistentVolumeClaim",
};

/** missingObject is the object that a message of Kubernetes misses, or whose key it misses. */
export function missingObject(message: string, namespace: string): Key | undefined {
  for (const shape of named) {
    const { kind = "", name = "" } = shape.exec(message)?.groups ?? {};
    const known = kinds[kind.toLowerCase()];
    if (known !== undefined) return keyFrom(known, namespace, name);
  }
  return undefined;
}

/** eventOf is the newest of the warnings with one of these reasons. */
export function eventOf({ events }: Scene, ...reasons: readonly string[]): PodEvent | undefined {
  return events.find(({ reason }) => reasons.includes(reason));
}
