import { join } from "node:path";

import { FleetWatch } from "../fleet/fleet-watch.ts";
import { Recorder } from "../fleet/recorder.ts";
import type { Log } from "../log.ts";
import { Redactor } from "../redact.ts";
import { LateLease } from "../repair/late-lease.ts";
import { RepairRun } from "../repair/repair-run.ts";
import { countsOf, reportOf, type Waited } from "../report/report.ts";
import { writeReport } from "../report/report-files.ts";
import { renderTerminal } from "../report/terminal.ts";
import { renderTimeline } from "../report/timeline.ts";
import type { Assessment } from "../tree/assessment.ts";
import { Tree } from "../tree/tree.ts";
import { waitFor, WaitTimeout } from "../wait.ts";
import { asFailure, failureText } from "./failing.ts";
import { assessNow, followFleet, type Following, lookNow } from "./follow-fleet.ts";
import type { PostBootstrapOptions } from "./input.ts";
import { LatestRevision } from "./latest-revision.ts";
import { outcomeOf, rootName } from "./outcome.ts";
import { PodCare } from "./pod-care.ts";
import { SideRestore } from "./side-restore.ts";

export interface PostBootstrapResult {
  readonly ready: number;
  readonly required: number;
  readonly failed: number;
  /** From the sync's source to its artifact, and to the last required object that became Ready. */
  readonly seconds: { readonly sync: number | undefined; readonly all: number | undefined };
  /** Path of report.json. */
  readonly report: string;
}

interface Context {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly redactor?: Redactor;
}

/**
 * postBootstrap resolves when all that is required is Ready and the data is back, and rejects with a Failure when something
 * of it is given up and no repair helps, or the time is over. What is stuck is repaired on the way, where that is allowed.
 * The report and the recording are written in every case.
 */
export async function postBootstrap(
  options: PostBootstrapOptions,
  context: Context,
): Promise<PostBootstrapResult> {
  const bootstrap = new Bootstrap(options, { redactor: new Redactor(), ...context });
  return bootstrap.run();
}

/** The wait that is open at the moment. */
interface Round {
  readonly changed: () => void;
  readonly reject: (error: Error) => void;
}

/** What a run came to. */
interface Conclusion {
  /** Why the following ended early; undefined when it came to an end. */
  readonly ended: unknown;
  readonly assessment: Assessment;
  readonly recording: string;
}

class Bootstrap {
  readonly #options: PostBootstrapOptions;
  readonly #context: Required<Context>;
  readonly #over = new AbortController();
  readonly #waits: Waited[] = [];
  readonly #pods: PodCare;
  #round: Round | undefined;
  readonly #changed = () => this.#round?.changed();
  #restoreFailure: Error | undefined;

  constructor(options: PostBootstrapOptions, context: Required<Context>) {
    this.#options = options;
    this.#context = context;
    this.#pods = new PodCare(options.connection.cluster, options.autoFixPods, context);
  }

  async run(): Promise<PostBootstrapResult> {
    const { cluster, namespace } = this.#options.connection;
    const { log } = this.#context;
    const tree = new Tree({ namespace, name: await rootName(cluster, namespace) });
    const recorder = this.#recorder();
    const watch = new FleetWatch(cluster, { fluxNamespace: namespace, recorder, follower: tree });
    const lease = new LateLease(cluster, namespace);
    const repair = this.#repair(watch, lease);
    const restore = this.#restore();
    const alsoWaitsFor = () => restore.waitsFor;
    const seen = { tree, watch, wanted: this.#options, latest: this.#latest(tree) };
    const following = { ...seen, repair, log, alsoWaitsFor };
    try {
      watch.start(this.#over.signal, this.#changed);
      const converged = await this.#converge(following);
      await repair?.close();
      return await this.#conclude(following, { ...converged, recording: recorder.path });
    } finally {
      await Promise.all([repair?.close(), restore.close()]);
      await lease.release();
      this.#over.abort();
      recorder.close();
    }
  }

  #recorder(): Recorder {
    const { connection, reportDirectory } = this.#options;
    const { cluster, namespace, uid = "" } = connection;
    return new Recorder(join(reportDirectory, "recording.jsonl"), {
      clusterUid: uid,
      fluxNamespace: namespace,
      now: () => cluster.now(),
      redactor: this.#context.redactor,
    });
  }

  #repair(watch: FleetWatch, lease: LateLease): RepairRun | undefined {
    const { connection, repair, timeoutMilliseconds } = this.#options;
    if (!repair) return undefined;
    const { cluster, namespace } = connection;
    const { log, signal } = this.#context;
    const limits = { deadlineMilliseconds: timeoutMilliseconds };
    return new RepairRun(
      cluster,
      { fluxNamespace: namespace, limits },
      {
        ...{ log, watch },
        signal: AbortSignal.any([signal, this.#over.signal]),
        allowed: () => lease.ensure(),
        changed: this.#changed,
      },
    );
  }

  #latest(tree: Tree): LatestRevision | undefined {
    const { connection, repair } = this.#options;
    const { log } = this.#context;
    const context = { log, signal: this.#over.signal, changed: this.#changed };
    return repair ? new LatestRevision(connection.cluster, tree, context) : undefined;
  }

  #restore(): SideRestore {
    const { connection, restore } = this.#options;
    const { cluster, namespace } = connection;
    const context = { ...this.#context, fluxNamespace: namespace, kubeconfig: restore.kubeconfig };
    return new SideRestore(cluster, restore.settings, context, (failure) => {
      this.#restoreFailure = failure;
      if (failure !== undefined) this.#round?.reject(failure);
      this.#changed();
    });
  }

  /** Follows the fleet to its end; once more when a pod was mended that stood in the way, or Flux took up something new. */
  async #converge(following: Following) {
    const { timeoutMilliseconds } = this.#options;
    const deadline = Date.now() + timeoutMilliseconds;
    const left = () => deadline - Date.now();
    let ended = await this.#follow(following, timeoutMilliseconds);
    await this.#pods.examine(following.watch);
    const cancelled = this.#context.signal.aborted || this.#restoreFailure !== undefined;
    if (!cancelled && (await this.#pods.mend(following.watch))) {
      if (left() > 0 && !assessNow(following).met) ended = await this.#follow(following, left());
      await this.#pods.examine(following.watch);
    }
    while (ended === undefined && left() > 0 && isUnderWay(assessNow(following))) {
      ended = await this.#follow(following, left());
    }
    return { ended, assessment: assessNow(following) };
  }

  /** Resolves with why the following ended early; undefined when there is nothing left to wait for. */
  async #follow(following: Following, timeoutMilliseconds: number): Promise<unknown> {
    const { connection, requirement } = this.#options;
    const wait = {
      what: `what the sync brings (required: ${String(requirement)})`,
      timeoutMilliseconds,
      next: `kubectl -n ${connection.namespace} get kustomizations,gitrepositories`,
      ...this.#context,
    };
    const started = Date.now();
    let ended: unknown;
    try {
      if (this.#restoreFailure !== undefined) throw this.#restoreFailure;
      await waitFor<undefined>(wait, (waiting) => {
        const changed = followFleet(following, waiting);
        this.#round = { changed, reject: waiting.reject };
      });
    } catch (error) {
      ended = error;
    }
    this.#round = undefined;
    this.#waits.push({
      what: wait.what,
      boundSeconds: timeoutMilliseconds / 1000,
      seconds: (Date.now() - started) / 1000,
      reached: ended === undefined,
      ...(ended instanceof WaitTimeout && { lastState: ended.lastState }),
    });
    return ended;
  }

  async #conclude(
    following: Following,
    { ended, assessment, recording }: Conclusion,
  ): Promise<PostBootstrapResult> {
    const { log, redactor } = this.#context;
    const failure = failureText(assessment, ended, this.#options.timeoutMilliseconds);
    const { diagnosis } = lookNow(following);
    const repairs = following.repair?.records ?? [];
    const { findings: pods, fixes: podFixes } = this.#pods;
    const course = { assessment, failure, diagnosis, repairs, pods, podFixes, recording };
    const outcome = await outcomeOf(this.#options, following.tree, {
      ...course,
      waits: this.#waits,
    });
    const report = reportOf(outcome, redactor);
    const path = await writeReport(this.#options.reportDirectory, report);
    if (failure === undefined) {
      for (const line of renderTerminal(report)) log.line(line);
      return { ...countsOf(assessment), seconds: outcome.seconds, report: path };
    }
    for (const line of renderTimeline(report.phases)) log.line(line);
    throw asFailure(failure, { ended, report, path });
  }
}

/** Something may still become Ready by itself. */
function isUnderWay({ met, settled }: Assessment): boolean {
  return !met && !settled;
}
