import type { Cluster } from "../cluster.ts";
import type { Log } from "../log.ts";
import { redactedLog, Redactor, secretsOfKubeconfig } from "../redact.ts";
import type { PrivateKubeconfig } from "./command-run.ts";
import { type Marker, readMarker } from "./marker.ts";
import { isAlive, type ProgressRecord, readProgress, refusal } from "./progress-record.ts";
import { removeProgress } from "./progress.ts";
import { RestoreRun } from "./restore-run.ts";
import type { RestoreSettings } from "./settings.ts";

export interface RestoreContext {
  readonly log: Log;
  /** Ends the restore: what runs is stopped, and the record of it stays. */
  readonly signal: AbortSignal;
  readonly fluxNamespace: string;
  /** For the programs of the command driver. */
  readonly kubeconfig: PrivateKubeconfig;
  readonly redactor?: Redactor;
  /** How often a sign of life is written while data is restored. @default 15 seconds */
  readonly signMilliseconds?: number;
}

/** What is known of the data, redacted. */
export interface RestoreResult extends Marker {
  /** False when the marker was there already, and nothing was done. */
  readonly ran: boolean;
  /** How it is known that the data is back; empty unless this run restored. */
  readonly evidence: readonly string[];
  readonly seconds: number;
}

/**
 * restoreOnce resolves when ConfigMap flux-restore says what became of the data: restored and verified, no backup found, or
 * no restore configured (`settings` undefined). When it is there already nothing is done. Rejects with a Failure, without
 * that ConfigMap, when data could not be restored and verified, or when an earlier run did not finish.
 */
export async function restoreOnce(
  cluster: Cluster,
  settings: RestoreSettings | undefined,
  context: RestoreContext,
): Promise<RestoreResult> {
  const { fluxNamespace: namespace, redactor = new Redactor() } = context;
  redactor.add(...secretsOfKubeconfig(context.kubeconfig.content));
  const log = redactedLog(context.log, redactor);
  const marker = await readMarker(cluster, namespace);
  const record = await readProgress(cluster, namespace);
  if (marker !== undefined) {
    // A run that was killed between its last two writes left its record behind.
    if (record !== undefined && !isAlive(record, cluster.now())) {
      await removeProgress(cluster, namespace);
    }
    sayOther(marker, settings, { log, namespace });
    return { ...marker, ran: false, evidence: [], seconds: 0 };
  }
  refuse(record, settings, { cluster, namespace });
  const run = new RestoreRun(cluster, settings, { ...context, log, redactor });
  return run.settle(record);
}

/** What is restored once is never restored again, so another setting has no effect; a person should know. */
function sayOther(
  { state, at, digest }: Marker,
  settings: RestoreSettings | undefined,
  { log, namespace }: { readonly log: Log; readonly namespace: string },
): void {
  if (settings === undefined || settings.digest === digest) return;
  log.line(
    `the restore settings are others than when the data was settled (${state}, ${at}): they have no effect. ` +
      `To restore anew, empty the data and run: kubectl -n ${namespace} delete configmap flux-restore`,
  );
}

function refuse(
  record: ProgressRecord | undefined,
  settings: RestoreSettings | undefined,
  { cluster, namespace }: { readonly cluster: Cluster; readonly namespace: string },
): void {
  if (record === undefined) return;
  const goesOn = settings?.resume === true && !isAlive(record, cluster.now());
  if (!goesOn) throw refusal(record, namespace, cluster.now());
}
