import { logsOfSilentControllers } from "../classify/wanted-logs.ts";
import type { Cluster } from "../cluster.ts";
import { fetchLogs } from "../fleet/crash-logs.ts";
import type { FleetWatch } from "../fleet/fleet-watch.ts";
import type { Log } from "../log.ts";
import type { Limits } from "./limits.ts";
import type { PlannedRepair, Scope } from "./plan.ts";
import { probeControllers, probeNeeds, unprovenComponents } from "./probe.ts";
import type { RepairRecord } from "./record.ts";
import { Repairer } from "./repairer.ts";
import { describeNeed, Rights } from "./rights.ts";
import type { Look } from "./session.ts";

export interface RepairRunOptions {
  readonly fluxNamespace: string;
  readonly limits?: Partial<Limits>;
  readonly scope?: Scope;
  /** How long a controller that left something unobserved gets to answer. @default 30 s */
  readonly probeMilliseconds?: number | undefined;
}

export interface RepairRunContext {
  readonly log: Log;
  /** Ends the run: nothing is written afterwards. */
  readonly signal: AbortSignal;
  /** Where `consider` gets its states from; it learns how controllers answered. */
  readonly watch: FleetWatch;
  readonly rights?: Rights;
  /** Resolves when writing is allowed at this moment. @default always */
  readonly allowed?: () => Promise<void>;
  /** Hears that a new look may tell something else. */
  readonly changed: () => void;
}

/** Long enough for a busy controller: one that is taken for silent may be restarted. */
const defaultProbeMilliseconds = 30_000;

/** RepairRun is a repairer that also asks controllers whether they are alive when something was left unobserved. */
export class RepairRun {
  readonly #cluster: Cluster;
  readonly #options: RepairRunOptions;
  readonly #context: RepairRunContext;
  readonly #rights: Rights;
  readonly #repairer: Repairer;
  readonly #doubted = new Set<string>();
  readonly #probed = new Set<string>();
  #probing: Promise<void> | undefined;

  constructor(cluster: Cluster, options: RepairRunOptions, context: RepairRunContext) {
    const { limits, scope } = options;
    const { log, signal, allowed, changed } = context;
    this.#cluster = cluster;
    this.#options = options;
    this.#context = context;
    this.#rights = context.rights ?? new Rights(cluster);
    this.#repairer = new Repairer(
      cluster,
      { ...(limits && { limits }), ...(scope && { scope }) },
      {
        ...{ log, signal, changed },
        rights: this.#rights,
        ...(allowed && { allowed }),
        doubted: (component) => this.#doubted.add(component),
      },
    );
  }

  /** Every write so far. */
  get records(): readonly RepairRecord[] {
    return this.#repairer.records;
  }

  /** Writes that are held, and advice. */
  get planned(): readonly PlannedRepair[] {
    return this.#repairer.planned;
  }

  /** True while it is not known yet what came of a write. */
  get open(): boolean {
    return this.#repairer.open;
  }

  /** True when no write is open, due or held, and no controller is being asked. */
  get idle(): boolean {
    return this.#repairer.idle && this.#probing === undefined;
  }

  /** Takes in a new state of the cluster. */
  consider(look: Look): void {
    this.#repairer.consider(look.diagnosis, look.snapshot);
    this.#probe(look);
  }

  /** Ends the run; resolves when nothing of it is under way any more. */
  async close(): Promise<void> {
    this.#repairer.close();
    await Promise.all([this.#repairer.settled(), this.#probing]);
  }

  /** Asks controllers that left something unobserved, once, and again after one of them was silent or restarted. */
  #probe({ diagnosis, snapshot }: Look): void {
    if (this.#probing !== undefined) return;
    const unproven = unprovenComponents(diagnosis, snapshot.answers);
    const unasked = unproven.filter((component) => !this.#probed.has(component));
    const components = [...new Set([...unasked, ...this.#doubted])];
    if (components.length === 0) return;
    for (const component of components) this.#probed.add(component);
    this.#doubted.clear();
    this.#probing = this.#ask(components).finally(() => {
      this.#probing = undefined;
      this.#context.changed();
    });
  }

  async #ask(components: readonly string[]): Promise<void> {
    const { fluxNamespace: namespace, probeMilliseconds } = this.#options;
    const { log, signal, watch } = this.#context;
    try {
      const [missing] = await this.#rights.missing(probeNeeds(components, namespace));
      if (missing !== undefined) {
        log.line(`no controller was probed: the user is not allowed to ${describeNeed(missing)}`);
        return;
      }
      const timeoutMilliseconds = probeMilliseconds ?? defaultProbeMilliseconds;
      const of = { components, namespace, timeoutMilliseconds };
      const answers = await probeControllers(this.#cluster, of, { log, signal });
      // Only its log tells a controller that lacks a right, which no restart cures, from one that hangs.
      const silent = logsOfSilentControllers({ ...watch.snapshot(), answers });
      watch.learn({ answers, logs: await fetchLogs(this.#cluster, silent, signal) });
    } catch (error) {
      log.line(`no controller was probed: ${error instanceof Error ? error.message : "no answer"}`);
    }
  }
}
