import type { KubernetesObject } from "../object.ts";
import { type Key, keyOf } from "../tree/owner.ts";
import { type ConditionView, readConditions } from "./condition-view.ts";
import { type ContainerView, readContainers } from "./container-view.ts";
import { fieldsOf, itemsOf, textOf, timeOf } from "./json.ts";

/** PodView is what a pod's fields say, read without trusting their shape. Times are milliseconds since the epoch. */
export interface PodView {
  readonly object: KubernetesObject;
  readonly key: Key;
  readonly name: string;
  readonly namespace: string;
  readonly created: number | undefined;
  /** When it has to be gone: its deletion plus its grace period. */
  readonly deleted: number | undefined;
  readonly phase: string;
  /** Why the whole pod failed, such as `Evicted`. */
  readonly reason: string;
  readonly message: string;
  readonly conditions: readonly ConditionView[];
  /** Empty until it is scheduled. */
  readonly node: string;
  readonly restartPolicy: string;
  readonly schedulerName: string;
  readonly initContainers: readonly ContainerView[];
  readonly containers: readonly ContainerView[];
  /** Names of its PersistentVolumeClaims. */
  readonly claims: readonly string[];
  readonly readinessGates: readonly string[];
}

export function readPod(object: KubernetesObject): PodView {
  const { metadata } = object;
  const spec = fieldsOf(object.spec);
  const status = fieldsOf(object.status);
  const { restartPolicy, schedulerName, nodeName, readinessGates } = spec;
  return {
    object,
    key: keyOf(object),
    name: metadata.name,
    namespace: metadata.namespace ?? "",
    created: timeOf(metadata.creationTimestamp),
    deleted: timeOf(metadata.deletionTimestamp),
    phase: textOf(status["phase"]),
    reason: textOf(status["reason"]),
    message: textOf(status["message"]),
    conditions: readConditions(object),
    node: textOf(nodeName),
    restartPolicy: textOf(restartPolicy) || "Always",
    schedulerName: textOf(schedulerName) || "default-scheduler",
    initContainers: readContainers(spec["initContainers"], status["initContainerStatuses"]),
    containers: readContainers(spec["containers"], status["containerStatuses"]),
    claims: claimsOf(metadata.name, spec["volumes"]),
    readinessGates: itemsOf(readinessGates).map(({ conditionType }) => textOf(conditionType)),
  };
}

export function conditionOf(pod: PodView, type: string): ConditionView | undefined {
  return pod.conditions.find((condition) => condition.type === type);
}

export function isReady(pod: PodView): boolean {
  return conditionOf(pod, "Ready")?.status === "True";
}

/** Whether none of its containers will run again. */
export function isOver(pod: PodView): boolean {
  return pod.phase === "Failed" || pod.phase === "Succeeded";
}

/** A generic ephemeral volume has a claim named after the pod and the volume. */
function claimsOf(pod: string, volumes: unknown): string[] {
  return itemsOf(volumes).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (ephemeral !== undefined) return [`${pod}-${textOf(name)}`];
    const claim = textOf(fieldsOf(persistentVolumeClaim)["claimName"]);
    return claim === "" ? [] : [claim];
  });
}
