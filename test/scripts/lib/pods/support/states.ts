import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { examinePods } from "../../../../../scripts/lib/pods/doctor.ts";
import { ago, type Parts, pod, snapshotOf } from "./pods.ts";

export interface Expected {
  readonly problem: string;
  readonly text: string | RegExp;
  readonly container?: string | undefined;
  readonly blames?: string;
  readonly since?: number;
  readonly next?: string;
}

export interface State {
  readonly parts: Parts;
  /** What else there is, given the pod. */
  readonly around?: (pod: KubernetesObject) => readonly KubernetesObject[];
  readonly expected: Expected;
}

export const waiting = (reason: string, message?: string) => ({ waiting: { reason, message } });
export const ended = (exitCode: number, reason = "Error", more: object = {}) => ({
  terminated: { exitCode, reason, startedAt: ago(400), finishedAt: ago(300), ...more },
});
export const unscheduled = (message: string, reason = "Unschedulable") => ({
  conditions: [
    { type: "PodScheduled", status: "False", reason, message, lastTransitionTime: ago(590) },
  ],
});
/** Status of a pod that ended. */
export const failed = (more: object = {}) => ({ phase: "Failed", ...more });
export const initContainer = (state: object, more: object = {}) => ({
  spec: { nodeName: "node-1", initContainers: [{ name: "migrate", image: "m:1" }] },
  status: {
    initContainerStatuses: [{ name: "migrate", state, restartCount: 0, ...more }],
    containerStatuses: [{ name: "web", state: waiting("PodInitializing") }],
  },
});

/** The findings about the pod in that state. */
export const examined = ({ parts, around }: Pick<State, "parts" | "around">) => {
  const one = pod(parts);
  return examinePods(snapshotOf([one, ...(around?.(one) ?? [])]));
};
