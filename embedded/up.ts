import { formatDuration, type Log } from "../scripts/lib/log.ts";
import { layoutOf } from "./cluster/layout.ts";
import { startCluster } from "./cluster/start.ts";
import { deleteCluster } from "./cluster/stop.ts";
import { clusterStatus } from "./cluster/status.ts";
import { uncommittedFleet } from "./git/publish.ts";
import { type EmbeddedPulumi, prepareEnvironment } from "./pulumi/environment.ts";
import { endOrphanedPlugins } from "./pulumi/orphans.ts";
import { run } from "./pulumi/run.ts";
import { ensureStack, stackExists } from "./pulumi/stack.ts";
import { ensureToolchain } from "./toolchain/build.ts";

export interface EmbeddedOptions {
  /** The clone that the command was called in. */
  readonly checkout: string;
  /** The stack and the cluster. */
  readonly name: string;
  readonly log: Log;
  /** Ends a build of the toolchain, which goes on from there the next time. */
  readonly signal: AbortSignal;
}

/** The embedded environment, built and prepared; the cluster may or may not run. */
export async function environmentOf(options: EmbeddedOptions): Promise<EmbeddedPulumi> {
  const { checkout, name, log, signal } = options;
  const toolchain = await ensureToolchain({ log, signal });
  await endOrphanedPlugins();
  const pulumi = await prepareEnvironment({ checkout, toolchain, stack: name });
  await ensureStack(pulumi);
  return pulumi;
}

/**
 * up leaves an embedded cluster whose fleet is reconciled: it builds what is missing, starts the cluster and runs
 * `pulumi up`. Returns the exit code of Pulumi.
 */
export async function up(options: EmbeddedOptions): Promise<number> {
  const { checkout, name, log, signal } = options;
  const toolchain = await ensureToolchain({ log, signal });
  const started = Date.now();
  await startCluster({ name, toolchain, checkout, log });
  const pulumi = await environmentOf(options);
  const code = await run(pulumi, ["pulumi", "up", "--yes", "--skip-preview", "--stack", name]);
  const took = formatDuration(Date.now() - started);
  if (code === 0) {
    log.done(`embedded cluster ${name} is reconciled in ${took}`);
    await whereToLook(options);
  } else {
    log.fail(`pulumi up ended with exit code ${code} after ${took}. Next: npm start`);
  }
  return code;
}

/** down destroys the stack and deletes the cluster. Returns the exit code of Pulumi. */
export async function down(options: EmbeddedOptions): Promise<number> {
  const { checkout, name, log, signal } = options;
  const toolchain = await ensureToolchain({ log, signal });
  const pulumi = await environmentOf(options);
  if (clusterStatus(name) === undefined) return forget(pulumi, log);
  await startCluster({ name, toolchain, checkout, log });
  const destroy = ["pulumi", "destroy", "--yes", "--skip-preview", "--stack", name] as const;
  const code = await run(pulumi, destroy);
  if (code !== 0) {
    log.fail(
      `pulumi destroy ended with exit code ${code}; the cluster still runs. Next: npm run down`,
    );
    return code;
  }
  await deleteCluster(name, log);
  return 0;
}

/** Without a cluster nothing is left to drain: what the stack still knows of it is dropped. */
async function forget(pulumi: EmbeddedPulumi, log: Log): Promise<number> {
  const { stack, environment } = pulumi;
  if (!(await stackExists(pulumi))) return 0;
  log.line(`there is no embedded cluster ${stack}: dropping what the stack knows of it`);
  const gone = {
    ...environment,
    FLUX_BOOTSTRAP_GONE: stack,
    PULUMI_K8S_DELETE_UNREACHABLE: "true",
  };
  // Only a refresh drops a Helm release that cannot be reached.
  const destroy = ["pulumi", "destroy", "--refresh", "--yes", "--skip-preview"] as const;
  return run({ ...pulumi, environment: gone }, [...destroy, "--stack", stack]);
}

async function whereToLook({ checkout, name, log }: EmbeddedOptions): Promise<void> {
  const uncommitted = await uncommittedFleet(checkout);
  log.line(`
  kubeconfig   ${layoutOf(name).kubeconfig}
  report       .flux-bootstrap/${name}/report.html
  look         npm run shell -- npm run fleet -- status
  change       edit examples/fleet, commit, and watch it arrive
  end          npm run down`);
  if (uncommitted.length > 0) {
    log.line(
      `  ${uncommitted.length} files in examples/fleet are not committed, and so not served`,
    );
  }
}
