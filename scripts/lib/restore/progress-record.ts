import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { ConfigMap } from "../kinds.ts";
import { formatDuration } from "../log.ts";
import type { ConfigMapObject } from "./marker.ts";

/** The ConfigMap that is there while data is being restored, and after a restore that did not finish. */
export const progressName = "flux-restore-progress";

/** ProgressRecord tells a half-done restore from none. Texts are redacted, times RFC 3339. */
export interface ProgressRecord {
  readonly state: "restoring" | "failed";
  readonly startedAt: string;
  /** The last sign of life of who restores, by the API server's clock. */
  readonly seenAt: string;
  readonly by: string;
  /** Tells one run from every other. */
  readonly run: string;
  readonly driver: string;
  readonly backup: string;
  /** Empty when not known. */
  readonly takenAt: string;
  /** Why it failed; empty while it runs. */
  readonly reason: string;
}

export interface FoundRecord extends ProgressRecord {
  readonly namespace: string;
  readonly resourceVersion: string | undefined;
}

/** Who shows no sign for this long restores no more. */
const aliveMilliseconds = 60_000;

export async function readProgress(
  cluster: Cluster,
  namespace: string,
): Promise<FoundRecord | undefined> {
  const reference = { resource: ConfigMap, name: progressName, namespace };
  const found = await cluster.get<ConfigMapObject>(reference);
  return found === undefined ? undefined : recordOf(found);
}

export function recordOf({ metadata, data = {} }: ConfigMapObject): FoundRecord {
  const value = (key: string, unknown = "") => data[key] ?? unknown;
  const startedAt = value("startedAt", metadata.creationTimestamp);
  return {
    state: value("state") === "failed" ? "failed" : "restoring",
    startedAt,
    seenAt: value("seenAt", startedAt),
    by: value("by", "someone"),
    run: value("run"),
    driver: value("driver"),
    backup: value("backup"),
    takenAt: value("takenAt"),
    reason: value("reason"),
    namespace: metadata.namespace ?? "",
    resourceVersion: metadata.resourceVersion,
  };
}

/** Whether someone restores right now. */
export function isAlive({ state, seenAt }: ProgressRecord, now: number): boolean {
  return state === "restoring" && now - Date.parse(seenAt) < aliveMilliseconds;
}

/** refusal is why nothing may be restored beside or after what the record tells of. */
export function refusal(record: ProgressRecord, namespace: string, now: number): Failure {
  const { by, startedAt, seenAt } = record;
  const next = `kubectl -n ${namespace} get configmap ${progressName} -o yaml`;
  if (isAlive(record, now)) {
    const ago = formatDuration(Math.max(0, now - Date.parse(seenAt)));
    return new Failure(
      `a restore is running: begun at ${startedAt} by ${by}, last sign ${ago} ago. Nothing was touched.`,
      { details: known(record), next },
    );
  }
  const how = record.reason === "" ? "it ended without a result" : record.reason;
  return new Failure(
    `the restore begun at ${startedAt} by ${by} did not finish: ${how}. It is not run again by itself.`,
    { details: [...known(record), ...waysOn(namespace)], next },
  );
}

/** Both need a person: only a person knows whether the driver stands being run twice. */
export function waysOn(namespace: string): string[] {
  return [
    "to go on with it, if the driver can: pulumi config set --path restore.resume true",
    "to start over: empty what it filled, then " +
      `kubectl -n ${namespace} delete configmap ${progressName}`,
  ];
}

function known({ driver, backup, takenAt, seenAt }: ProgressRecord): string[] {
  const taken = takenAt === "" ? "" : `, taken at ${takenAt}`;
  return [`known: driver ${driver}, backup ${backup}${taken}, last sign at ${seenAt}`];
}
