import { randomUUID } from "node:crypto";

import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { formatDuration, type Log } from "../log.ts";
import type { Redactor } from "../redact.ts";
import { judgeAge } from "./backup-age.ts";
import type { Backup, Driver } from "./driver.ts";
import { driverOf } from "./drivers.ts";
import { layerBefore, untilReady } from "./layer.ts";
import { type Marker, markerName, type RestoreState, thisProcess, writeMarker } from "./marker.ts";
import { type FoundRecord, progressName, waysOn } from "./progress-record.ts";
import { Progress } from "./progress.ts";
import type { RestoreContext, RestoreResult } from "./restore.ts";
import type { RestoreSettings } from "./settings.ts";
import { TimeLimit } from "./time-limit.ts";
import { waitOf } from "./volume-context.ts";

interface Context extends RestoreContext {
  /** Redacts. */
  readonly log: Log;
  readonly redactor: Redactor;
}

/** A backup as it may be shown and stored. */
type Shown = Pick<Marker, "backup" | "takenAt">;

interface Found {
  readonly backup: Backup;
  readonly shown: Shown;
}

interface Occasion {
  readonly settings: RestoreSettings;
  readonly limit: TimeLimit;
  /** The record of a run that did not finish and is gone on with. */
  readonly earlier: FoundRecord | undefined;
}

/** One restore of one backup. */
interface Work extends Found, Occasion {
  readonly driver: Driver;
}

const usualSign = 15_000;
const longestName = 200;
const noBackup: Shown = { backup: "", takenAt: "" };
const takenAway = `ConfigMap ${progressName} was removed or taken over while data was restored`;

const says: Readonly<Record<RestoreState, (backup: string) => string>> = {
  none: () => "no restore is configured: layers start without it",
  missing: () => "no backup was found: layers start without restored data",
  restored: (backup) => `backup ${backup} restored and verified`,
};

/** RestoreRun settles what becomes of the data, once. */
export class RestoreRun {
  readonly #cluster: Cluster;
  readonly #settings: RestoreSettings | undefined;
  readonly #context: Context;
  readonly #id = randomUUID();
  readonly #started = Date.now();

  constructor(cluster: Cluster, settings: RestoreSettings | undefined, context: Context) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#context = context;
  }

  /** `earlier` is the record of a run that did not finish and is to be gone on with. */
  async settle(earlier: FoundRecord | undefined): Promise<RestoreResult> {
    const settings = this.#settings;
    if (settings === undefined) return this.#mark("none", noBackup);
    const limit = new TimeLimit(settings.timeout, this.#context.signal);
    try {
      const driver = this.#driver(settings, limit);
      const found = await this.#find(driver, { settings, limit, earlier });
      if (found === undefined) return await this.#missing(settings);
      return await this.#restore({ driver, ...found, settings, limit, earlier });
    } finally {
      limit.dispose();
    }
  }

  #driver(settings: RestoreSettings, { until }: TimeLimit): Driver {
    const { log, redactor, kubeconfig } = this.#context;
    const redact = (text: string) => redactor.text(text);
    const of = { cluster: this.#cluster, run: this.#id };
    return driverOf(settings, { ...of, log, until, kubeconfig, redact });
  }

  /** Undefined when there is no backup. Nothing is written yet. */
  async #find(driver: Driver, { settings, limit, earlier }: Occasion): Promise<Found | undefined> {
    try {
      await this.#untilLayerReady(limit, settings);
      const backup = await driver.find(limit.signal);
      limit.signal.throwIfAborted();
      const shown = this.#shown(backup);
      requireSame(earlier, shown);
      if (backup === undefined) return undefined;
      this.#judge(shown, settings);
      return { backup, shown };
    } catch (error) {
      throw limit.explain(error);
    }
  }

  async #untilLayerReady({ until, signal }: TimeLimit, { after }: RestoreSettings): Promise<void> {
    const { fluxNamespace, log } = this.#context;
    const layer = await layerBefore(this.#cluster, after, fluxNamespace);
    if (layer === undefined) return;
    const { name, namespace } = layer;
    const wait = {
      what: `Kustomization/${namespace}/${name} (Ready, before data is restored)`,
      next: `kubectl -n ${namespace} get kustomizations`,
      signal,
    };
    await untilReady(this.#cluster, layer, waitOf({ log, until }, wait));
  }

  /** The record is there before anything is written, and goes when the marker is. */
  async #restore(work: Work): Promise<RestoreResult> {
    const { settings, shown, limit, earlier } = work;
    const { fluxNamespace: namespace, signMilliseconds = usualSign, log } = this.#context;
    const startedAt = this.#now();
    const record = { ...shown, startedAt, by: thisProcess(), run: this.#id, driver: settings.kind };
    log.start(`restoring backup ${shown.backup} with driver ${settings.kind}`);
    const progress = await Progress.begin(this.#cluster, {
      namespace,
      record,
      earlier,
      signMilliseconds,
    });
    progress.lost.addEventListener("abort", () => {
      limit.end(takenAway);
    });
    const result = await this.#restored(work, progress);
    try {
      await progress.done();
    } catch (error) {
      // The marker counts: the next run removes what is left of the record.
      log.fail(`removing ConfigMap/${namespace}/${progressName}: ${String(error)}`);
    }
    return result ?? this.#missing(settings);
  }

  /** Undefined when the driver found nothing to bring back. */
  async #restored(
    { driver, backup, shown, settings, limit }: Work,
    progress: Progress,
  ): Promise<RestoreResult | undefined> {
    try {
      const evidence = await driver.restore(backup, limit.signal);
      limit.signal.throwIfAborted();
      if (evidence === undefined) return undefined;
      const { facts, takenAt } = evidence;
      const found = takenAt === undefined ? shown : { ...shown, takenAt };
      if (takenAt !== undefined) this.#judge(found, settings);
      if (!(await progress.isHeld())) throw new Failure(takenAway);
      return await this.#mark("restored", found, facts);
    } catch (error) {
      throw await this.#failed(progress, limit.explain(error), shown);
    } finally {
      progress.stop();
    }
  }

  async #failed(progress: Progress, error: Error, { backup }: Shown): Promise<Failure> {
    const { redactor, fluxNamespace: namespace, log } = this.#context;
    const reason = redactor.text(error.message);
    try {
      await progress.failed(reason);
    } catch (cause) {
      log.fail(`writing down that the restore failed: ${String(cause)}`);
    }
    const { details = [], next } = error instanceof Failure ? error : {};
    return new Failure(
      `backup ${backup} was not restored: ${reason}. What waits for ConfigMap ${markerName} stays held.`,
      {
        details: [...redactor.document(details), ...waysOn(namespace)],
        next: next ?? `kubectl -n ${namespace} get configmap ${progressName} -o yaml`,
        cause: error,
      },
    );
  }

  async #missing(settings: RestoreSettings): Promise<RestoreResult> {
    if (settings.onMissing === "continue") return this.#mark("missing", noBackup);
    throw new Failure("a backup must exist (restore.onMissing), got none. Nothing was restored.", {
      next: "pulumi config set --path restore.onMissing continue",
    });
  }

  async #mark(
    state: RestoreState,
    shown: Shown,
    facts: readonly string[] = [],
  ): Promise<RestoreResult> {
    const { redactor, log, fluxNamespace: namespace } = this.#context;
    const { kind: driver = "none", digest = "" } = this.#settings ?? {};
    const marker: Marker = { state, driver, ...shown, at: this.#now(), digest };
    await writeMarker(this.#cluster, marker, { namespace, run: this.#id, log });
    const milliseconds = Date.now() - this.#started;
    const evidence = facts.map((fact) => redactor.text(fact));
    for (const fact of evidence) log.line(`  ${fact}`);
    log.done(`${says[state](shown.backup)} in ${formatDuration(milliseconds)}`);
    return { ...marker, ran: true, evidence, seconds: milliseconds / 1000 };
  }

  #judge({ backup, takenAt }: Shown, settings: RestoreSettings): void {
    const known = { id: backup, takenAt: takenAt === "" ? undefined : takenAt };
    this.#context.log.line(judgeAge(known, settings, this.#cluster.now()));
  }

  #shown(backup: Backup | undefined): Shown {
    if (backup === undefined) return noBackup;
    const { id, takenAt = "" } = backup;
    return { backup: this.#context.redactor.text(id).slice(0, longestName), takenAt };
  }

  #now(): string {
    return new Date(this.#cluster.now()).toISOString();
  }
}

/** Another backup over a half-restored one would leave a mixture of both. */
function requireSame(earlier: FoundRecord | undefined, { backup }: Shown): void {
  if (earlier === undefined || earlier.backup === backup) return;
  const got = backup === "" ? "none" : backup;
  throw new Failure(
    `the restore to go on with must find the backup it began with (${earlier.backup}), got ${got}. ` +
      "Nothing was restored again.",
    { details: waysOn(earlier.namespace).slice(1) },
  );
}
