import type { Resource } from "../../kinds.ts";
import { displayName, type KubernetesObject } from "../../object.ts";
import type { Keeper, Restorable } from "./restorable.ts";

const Backup: Resource = {
  apiVersion: "velero.io/v1",
  kind: "Backup",
  plural: "backups",
  namespaced: true,
};

const scheduleLabel = "velero.io/schedule-name";

interface Spec {
  readonly includedNamespaces?: readonly string[];
}

interface Status {
  readonly phase?: string;
  readonly completionTimestamp?: string;
  readonly failureReason?: string;
  readonly errors?: number;
  readonly warnings?: number;
}

/** The newest backup of each schedule, and each that no schedule made. */
export const velero: Keeper = {
  product: "Velero",
  resource: Backup,
  read: (objects) => [...Map.groupBy(objects, seriesOf).values()].map(newestOf),
};

function seriesOf({ metadata }: KubernetesObject): string {
  return metadata.labels?.[scheduleLabel] ?? `by hand ${metadata.name}`;
}

function newestOf(all: readonly KubernetesObject[]): Restorable {
  const sorted = all.toSorted((a, b) => startedAt(b).localeCompare(startedAt(a)));
  const complete = sorted.filter((object) => statusOf(object).phase === "Completed");
  const [newest] = complete;
  const [last] = sorted;
  const problem = last === undefined ? "" : problemOf(last);
  const shown = newest ?? last;
  const quality = newest === undefined ? "running" : "good";
  return {
    object: shown === undefined ? "" : displayName(shown),
    restores: shown === undefined ? "" : spacesOf(shown),
    quality: problem === "" ? quality : "failed",
    at: newest && statusOf(newest).completionTimestamp,
    count: complete.length,
    text: problem,
  };
}

/** Velero calls a backup with errors PartiallyFailed. */
function problemOf(backup: KubernetesObject): string {
  const { phase = "New", failureReason = "" } = statusOf(backup);
  if (!phase.includes("Failed")) return "";
  return `${backup.metadata.name} ${phase} ${failureReason}`.trimEnd();
}

function spacesOf({ spec }: KubernetesObject): string {
  const { includedNamespaces = [] } = (spec ?? {}) as Spec;
  const all = includedNamespaces.length === 0 || includedNamespaces.includes("*");
  return all ? "all namespaces" : includedNamespaces.join(", ");
}

function statusOf(object: KubernetesObject): Status {
  return object.status ?? {};
}

function startedAt({ metadata }: KubernetesObject): string {
  return metadata.creationTimestamp ?? "";
}
