import { formatDuration, type Log } from "../../scripts/lib/log.ts";
import { BuildProgress } from "./build-progress.ts";
import { sizeOf } from "./cache.ts";
import {
  compileGroup,
  fetchGroup,
  prepareGroup,
  type BuildContext,
  type GroupPlan,
  type PreparedGroup,
} from "./group-build.ts";
import { explainFailure, ToolchainError } from "./problems.ts";

export interface BuildOptions {
  readonly log: Log;
  /** The user's GOPROXY, for messages. */
  readonly proxy: string;
  /** Gets the progress as text, which changes only when something was done. */
  readonly report: (progress: string) => void;
}

/**
 * buildGroups builds and publishes the groups in their order. While one compiles, the modules of those that follow are fetched. The first
 * failure ends everything; modules that cannot be had are told all at once, as a ToolchainError.
 */
export async function buildGroups(
  plans: readonly GroupPlan[],
  context: BuildContext,
  options: BuildOptions,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const progress = new BuildProgress(plans, options.log, options.report);
  const run = startGroups(plans, { ...context, signal }, { ...options, progress });
  try {
    await Promise.all([...run.prepared, ...run.built]);
  } catch (error) {
    const checks = await Promise.allSettled(run.prepared);
    failed.abort();
    await Promise.allSettled(run.built);
    context.signal.throwIfAborted();
    const problems = checks.flatMap((check) =>
      check.status === "rejected" && check.reason instanceof ToolchainError
        ? check.reason.problems
        : [],
    );
    throw problems.length > 0 ? new ToolchainError(problems) : error;
  } finally {
    progress.stop();
  }
}

interface Run {
  readonly prepared: readonly Promise<PreparedGroup>[];
  readonly built: readonly Promise<void>[];
}

function startGroups(
  plans: readonly GroupPlan[],
  context: BuildContext,
  { log, proxy, progress }: { log: Log; proxy: string; progress: BuildProgress },
): Run {
  const explain = (plan: GroupPlan) => (error: unknown) => {
    context.signal.throwIfAborted();
    throw new ToolchainError([explainFailure(plan.group.name, error, proxy)]);
  };
  const prepared = plans.map((plan) => prepareGroup(plan, context).catch(explain(plan)));
  let fetches: Promise<unknown> = Promise.resolve();
  let builds: Promise<unknown> = Promise.resolve();
  const built = prepared.map((preparing) => {
    const fetched = Promise.all([preparing, fetches]).then(async ([group]) => {
      await fetchGroup(group, context, progress.fetching(group.plan)).catch(explain(group.plan));
      return group;
    });
    fetches = fetched;
    const done = Promise.all([fetched, builds]).then(async ([group]) => {
      const started = Date.now();
      const onLine = progress.compiling(group.plan);
      await compileGroup(group, context, onLine).catch(explain(group.plan));
      progress.done(group.plan);
      log.done(`${summary(group.plan)} in ${formatDuration(Date.now() - started)}`);
    });
    builds = done;
    return done;
  });
  // Whoever awaits the first failure handles it; those that follow from it are not unhandled.
  for (const promise of [...prepared, ...built, fetches]) promise.catch(() => undefined);
  return { prepared, built };
}

function summary({ group, tools, directory }: GroupPlan): string {
  const binaries = tools.length === 1 ? "1 binary" : `${tools.length} binaries`;
  return `${group.name} (${binaries}, ${Math.round(sizeOf(directory) / 1e6)} MB)`;
}
