import type { Resource } from "./kinds.ts";

/** KubernetesObject is an object as the API serves it: plain JSON, dates as strings, nothing dropped. */
export interface KubernetesObject<Spec = unknown, Status = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: Spec;
  readonly status?: Status;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly { readonly manager: string; readonly operation: string }[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Condition is the type that Kubernetes and Flux share for `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
}

export interface ConditionedStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  readonly lastHandledReconcileAt?: string;
}

/** Reference names one object of a resource. */
export interface Reference {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace?: string;
}

/** displayName is `Kind/namespace/name`, or `Kind/name` for what is not namespaced. */
export function displayName(object: KubernetesObject | Reference): string {
  const [kind, { name, namespace }] =
    "resource" in object ? [object.resource.kind, object] : [object.kind, object.metadata];
  return [kind, namespace, name].filter((part) => part !== undefined).join("/");
}

/** findCondition is the condition of that type, or undefined when the object has none yet. */
export function findCondition(object: KubernetesObject | undefined, type: string) {
  const status = object?.status as ConditionedStatus | undefined;
  return status?.conditions?.find((condition) => condition.type === type);
}

/**
 * earlierGeneration is the generation of which a condition speaks where that is not the object's current one; undefined
 * where it is up to date, or names none. Ready=True counts only once the whole status has followed: controllers of Flux
 * write the conditions first and the rest, with the inventory, after that (fluxcd/pkg runtime/patch Helper.Patch), and
 * until then nobody knows what a Kustomization that is Ready has applied. kstatus judges likewise
 * (fluxcd/cli-utils pkg/kstatus/status/generic.go). Where something failed, the status may never follow.
 */
export function earlierGeneration(
  { type, status: said, observedGeneration: own }: Condition,
  { metadata: { generation }, status }: KubernetesObject,
): number | undefined {
  if (generation === undefined) return undefined;
  const { observedGeneration: whole } = (status ?? {}) as ConditionedStatus;
  const isReady = type === "Ready" && said === "True";
  return (isReady ? [own, whole] : [own ?? whole]).find(
    (observed) => observed !== undefined && observed !== generation,
  );
}

/** isObserved is true when the condition speaks of the object's current generation. */
export function isObserved(condition: Condition, object: KubernetesObject): boolean {
  return earlierGeneration(condition, object) === undefined;
}

/** describeCondition is `Ready=False InstallFailed: message`, or `no conditions yet`. */
export function describeCondition(object: KubernetesObject | undefined, type = "Ready"): string {
  if (object === undefined) return "NotFound";
  const condition = findCondition(object, type);
  if (condition === undefined) return `no ${type} condition yet`;
  const message = condition.message === undefined ? "" : `: ${condition.message}`;
  return `${type}=${condition.status} ${condition.reason ?? ""}${message}`.trimEnd();
}
