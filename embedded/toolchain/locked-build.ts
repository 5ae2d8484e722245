import { mkdir, rm } from "node:fs/promises";

import { formatDuration, type Log } from "../../scripts/lib/log.ts";
import { assemble, inUse, isAssembled, type Parts } from "./assemble.ts";
import { buildGroups } from "./build-groups.ts";
import { prune } from "./cache.ts";
import { buildEnvironment, type GoInstallation } from "./go.ts";
import { isBuilt, type GroupPlan } from "./group-build.ts";
import { acquireLock } from "./lock.ts";
import { about, totalSeconds } from "./progress.ts";

export interface BuildInputs {
  readonly env: NodeJS.ProcessEnv;
  readonly go: GoInstallation;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * buildUnderLock builds the groups that are missing and assembles them, unless another process has just done so. Afterwards Go's caches are
 * gone, and so are builds that nothing used for 30 days.
 */
export async function buildUnderLock(parts: Parts, inputs: BuildInputs): Promise<void> {
  const { env, go, log, signal } = inputs;
  const { paths } = parts;
  const lock = await acquireLock(paths.root, { log, signal });
  try {
    // Another process may have built them while this one waited.
    const missing = parts.plans.filter((plan) => !isBuilt(plan));
    if (missing.length > 0) {
      const started = Date.now();
      announce(parts, missing, log);
      const context = { env: buildEnvironment(env, go, paths.work), signal, paths };
      const proxy = go.fetching["GOPROXY"] ?? "";
      await mkdir(paths.groups, { recursive: true });
      await buildGroups(missing, context, {
        log,
        proxy,
        report: (text) => {
          lock.report(text);
        },
      });
      log.done(`toolchain built in ${formatDuration(Date.now() - started)}`);
    }
    if (!isAssembled(parts)) await assemble(parts);
    await rm(paths.work, { recursive: true, force: true });
    await prune(paths, inUse(parts));
  } finally {
    lock.release();
  }
}

/** announce says what follows before minutes pass. */
function announce({ paths, plans }: Parts, missing: readonly GroupPlan[], log: Log): void {
  const time = about(totalSeconds(missing.map(({ group }) => group.cost)));
  const size = missing.reduce((sum, { group }) => sum + group.cost.megabytes, 0);
  log.start(
    `building the toolchain once from pinned Go modules: ${missing.length} of ${plans.length} groups ` +
      `(${missing.map(({ group }) => group.name).join(", ")})`,
  );
  log.line(
    `  about ${time} on two cores, ${diskWhileBuilding(missing).toFixed(0)} GB of disk while building, ` +
      `${(size / 1000).toFixed(1)} GB afterwards, in ${paths.root}`,
  );
  log.line("  it can be interrupted: the next run goes on from there");
}

/** diskWhileBuilding is in gigabytes: Go's caches and the binaries. */
export function diskWhileBuilding(missing: readonly GroupPlan[]): number {
  const megabytes = missing.map(({ group }) => group.cost.megabytes + group.cost.workMegabytes);
  return megabytes.reduce((sum, one) => sum + one, 0.3e3) / 1000;
}
