import { Lease } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const timeField = /(?:time|timestamp|At)$/i;
/** What a person chose, what lies in the future, and what is no time of the object itself. */
const otherFields: ReadonlySet<string> = new Set([
  "deletionTimestamp",
  "annotations",
  "labels",
  "lastHandledReconcileAt",
  "lastHandledForceAt",
  "lastHandledResetAt",
]);

/** newestTime is the last moment that the objects tell of, in milliseconds since the epoch; undefined when they tell none. */
export function newestTime(objects: readonly KubernetesObject[]): number | undefined {
  let newest: number | undefined;
  const visit = (value: unknown, field: string) => {
    if (typeof value === "string") {
      if (!timeField.test(field) || !time.test(value)) return;
      newest = Math.max(newest ?? 0, Date.parse(value));
    } else if (typeof value === "object" && value !== null) {
      for (const [name, item] of Object.entries(value)) {
        if (!otherFields.has(name)) visit(item, name);
      }
    }
  };
  for (const object of objects) {
    const { spec, ...observed } = object;
    visit(observed, "");
    if (object.kind === Lease.kind) visit(spec, "spec");
  }
  return newest;
}
