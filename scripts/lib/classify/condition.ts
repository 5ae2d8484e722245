import {
  type Condition,
  type ConditionedStatus,
  findCondition,
  isObserved,
  type KubernetesObject,
} from "../object.ts";
import { oneLine, timeOf } from "./field.ts";
import type { Evidence } from "./verdict.ts";

/** currentCondition is the condition if it speaks of the object's current generation. */
export function currentCondition(object: KubernetesObject, type: string): Condition | undefined {
  const condition = findCondition(object, type);
  return condition === undefined || isBehind(condition, object) ? undefined : condition;
}

/** isBehind is true for what a condition says about a generation that is past. */
export function isBehind(
  { observedGeneration }: Condition,
  { metadata: { generation } }: KubernetesObject,
): boolean {
  if (observedGeneration === undefined || generation === undefined) return false;
  return observedGeneration !== generation;
}

/** readyCondition is Ready=True of the current generation, with the rest of the status. */
export function readyCondition(object: KubernetesObject): Condition | undefined {
  const condition = findCondition(object, "Ready");
  return condition?.status === "True" && isObserved(condition, object) ? condition : undefined;
}

/** isTrue is true when the condition holds for the current generation. */
export function isTrue(object: KubernetesObject, type: string): boolean {
  return currentCondition(object, type)?.status === "True";
}

/** hasConditions is true when any controller has reported anything. */
export function hasConditions({ status }: KubernetesObject): boolean {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
  return conditions.length > 0;
}

/** describe is `Reason: message`, on one line. */
export function describe({ reason, message }: Partial<Condition> = {}): string {
  return oneLine([reason, message].filter((part) => part !== undefined && part !== "").join(": "));
}

/** sinceOf is when the condition came to say what it says, in milliseconds since the epoch. */
export function sinceOf(condition: Condition | undefined): number | undefined {
  return timeOf(condition?.lastTransitionTime);
}

/** conditionEvidence is what the object's conditions of these types say; those that it lacks are left out. */
export function conditionEvidence(
  object: KubernetesObject,
  ...types: readonly string[]
): Evidence[] {
  return types.flatMap((type) => {
    const condition = findCondition(object, type);
    if (condition === undefined) return [];
    const { status, reason = "", message = "" } = condition;
    const field = `status.conditions[${type}]`;
    const said = { field, value: `${status} ${reason}`.trimEnd() };
    return message === "" ? [said] : [said, { field: `${field}.message`, value: oneLine(message) }];
  });
}

/** behindEvidence shows that the current generation is not observed, or not all of it. */
export function behindEvidence(object: KubernetesObject, condition: Condition): Evidence[] {
  const { generation } = object.metadata;
  const { observedGeneration } = (object.status ?? {}) as ConditionedStatus;
  const fields = {
    [`status.conditions[${condition.type}].observedGeneration`]: condition.observedGeneration,
    "status.observedGeneration": observedGeneration,
    "metadata.generation": generation,
  };
  return Object.entries(fields).map(([field, value]) => ({
    field,
    value: String(value ?? "absent"),
  }));
}
