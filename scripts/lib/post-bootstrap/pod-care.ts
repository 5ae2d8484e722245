import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { fetchLogs } from "../fleet/crash-logs.ts";
import type { FleetWatch } from "../fleet/fleet-watch.ts";
import type { Log } from "../log.ts";
import { examinePods } from "../pods/doctor.ts";
import type { PodFinding } from "../pods/finding.ts";
import { fixPods } from "../pods/fix.ts";
import type { PodFixRecord } from "../pods/fix-record.ts";
import type { PodFixSettings } from "../pods/input.ts";
import { logsWanted } from "../pods/logs-wanted.ts";

interface Context {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** PodCare finds out why pods do not run, and replaces those that may be replaced. */
export class PodCare {
  readonly #cluster: Cluster;
  readonly #settings: PodFixSettings;
  readonly #context: Context;
  readonly #fixes: PodFixRecord[] = [];
  #findings: readonly PodFinding[] = [];

  constructor(cluster: Cluster, settings: PodFixSettings, context: Context) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#context = context;
  }

  /** What was found when they were looked at last. */
  get findings(): readonly PodFinding[] {
    return this.#findings;
  }

  /** Every replacement so far. */
  get fixes(): readonly PodFixRecord[] {
    return this.#fixes;
  }

  /** Looks at all pods, and at the logs of those that do not run. */
  async examine(watch: FleetWatch): Promise<void> {
    const { log, signal } = this.#context;
    const snapshot = watch.snapshot();
    try {
      watch.learn({ logs: await fetchLogs(this.#cluster, logsWanted(snapshot), signal) });
    } catch (error) {
      log.line(`no log was read: ${error instanceof Error ? error.message : ""}`);
    }
    this.#findings = examinePods(watch.snapshot());
  }

  /** Replaces what may be replaced; true when a pod runs now that did not. What may not be deleted stays: that is no failure. */
  async mend(watch: FleetWatch): Promise<boolean> {
    if (this.#settings.mode === "off" || this.#findings.length === 0) return false;
    try {
      const of = [this.#cluster, watch.snapshot(), this.#settings, this.#context] as const;
      const { records } = await fixPods(...of);
      this.#fixes.push(...records);
      return records.some(({ outcome }) => outcome === "fixed" || outcome === "recovered");
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#context.log.line(`no pod was replaced: ${error.message}`);
      return false;
    }
  }
}
