import type { KubernetesObject } from "../object.ts";
import { fieldsOf, itemsOf, textOf, timeOf } from "./json.ts";

/** ConditionView is a condition, read without trusting its shape. */
export interface ConditionView {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
}

export function readConditions({ status }: KubernetesObject): ConditionView[] {
  return itemsOf(fieldsOf(status)["conditions"]).map(
    ({ type, status: value, reason, message, lastTransitionTime }) => ({
      type: textOf(type),
      status: textOf(value),
      reason: textOf(reason),
      message: textOf(message),
      since: timeOf(lastTransitionTime),
    }),
  );
}

/** trueCondition is the condition of that type when it is True. */
export function trueCondition(object: KubernetesObject, type: string): ConditionView | undefined {
  return readConditions(object).find(
    (condition) => condition.type === type && condition.status === "True",
  );
}
