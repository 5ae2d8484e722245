import type { Cluster } from "../cluster.ts";
import { Failure, firstDetails } from "../failure.ts";
import { CustomResourceDefinition, Deployment, FluxInstance } from "../kinds.ts";
import { formatDuration, type Log } from "../log.ts";
import { findCondition, type KubernetesObject } from "../object.ts";
import { Redactor } from "../redact.ts";
import { type Assessment, describeNode } from "../tree/assessment.ts";
import { Tree } from "../tree/tree.ts";
import { waitFor, WaitTimeout } from "../wait.ts";
import { assessNow, followTree } from "./follow-tree.ts";
import type { PostBootstrapOptions } from "./input.ts";
import { countsOf, type Outcome, reportOf } from "./report.ts";
import { writeReport } from "./report-files.ts";
import { renderTimeline, timelineOf } from "./timeline.ts";

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
 * postBootstrap resolves when all that is required is Ready, and rejects with a Failure when something of it is given up
 * or the time is over. The report is written in every case. It only reads from the cluster.
 */
export async function postBootstrap(
  options: PostBootstrapOptions,
  context: Context,
): Promise<PostBootstrapResult> {
  const { connection, requirement, kustomizations, timeoutMilliseconds } = options;
  const { cluster, namespace } = connection;
  const tree = new Tree({ namespace, name: await rootName(cluster, namespace) });
  const following = { tree, wanted: { requirement, kustomizations }, log: context.log };
  const wait = {
    what: `what the sync brings (required: ${String(requirement)})`,
    timeoutMilliseconds,
    next: `kubectl -n ${namespace} get kustomizations,gitrepositories`,
    ...context,
  };
  let ended: unknown;
  try {
    await waitFor<undefined>(wait, (waiting) => {
      followTree(cluster, following, waiting);
    });
  } catch (error) {
    ended = error;
  }
  const assessment = assessNow(following);
  const failure = failureText(assessment, { ended, timeoutMilliseconds });
  const outcome = await outcomeOf(options, { tree, assessment, failure });
  for (const line of renderTimeline(outcome.phases)) context.log.line(line);
  const report = (context.redactor ?? new Redactor()).document(reportOf(outcome));
  const path = await writeReport(options.reportDirectory, report);
  if (failure !== undefined) {
    throw new Failure(failure, {
      details: detailsOf(assessment),
      next: nextCommand(assessment, namespace),
      report: path,
      cause: ended,
    });
  }
  warn(assessment, context.log);
  return { ...countsOf(assessment), seconds: outcome.seconds, report: path };
}

/** The name of the sync, which its source and root Kustomization have. */
async function rootName(cluster: Cluster, namespace: string): Promise<string> {
  const instance = await cluster.get<KubernetesObject<{ sync?: { name?: string } }>>({
    resource: FluxInstance,
    name: "flux",
    namespace,
  });
  return instance?.spec?.sync?.name ?? namespace;
}

function failureText(
  assessment: Assessment,
  { ended, timeoutMilliseconds }: { ended: unknown; timeoutMilliseconds: number },
): string | undefined {
  if (assessment.met && ended === undefined) return undefined;
  if (ended !== undefined && !(ended instanceof WaitTimeout)) {
    return ended instanceof Error ? ended.message : "ended early";
  }
  const { required, failed } = countsOf(assessment);
  const bound = formatDuration(timeoutMilliseconds);
  const given = `${failed} of ${required} required objects are not Ready`;
  return ended === undefined ? `${given} and will not become so` : `${given} after ${bound}`;
}

async function outcomeOf(
  { connection, requirement, gate }: PostBootstrapOptions,
  {
    tree,
    assessment,
    failure,
  }: { tree: Tree; assessment: Assessment; failure: string | undefined },
): Promise<Outcome> {
  const { cluster, namespace, uid = "" } = connection;
  const nodes = [...tree.nodes().values()];
  const source = nodes.find(({ key }) => key === tree.source)?.object;
  const [operator, instance, definitions] = await Promise.all([
    cluster.get({ resource: Deployment, name: "flux-operator", namespace }),
    cluster.get({ resource: FluxInstance, name: "flux", namespace }),
    cluster.list(CustomResourceDefinition),
  ]);
  const ours = definitions.filter(({ metadata }) =>
    /\.(fluxcd\.controlplane|toolkit\.fluxcd)\.io$/.test(metadata.name),
  );
  const phases = timelineOf({ operator, instance, definitions: ours, gate, source, nodes });
  return {
    clusterUid: uid,
    fluxNamespace: namespace,
    requirement,
    failure,
    assessment,
    phases,
    seconds: secondsOf(source, assessment),
    generatedAt: new Date().toISOString(),
  };
}

function secondsOf(
  source: KubernetesObject | undefined,
  { ready }: Assessment,
): Outcome["seconds"] {
  const start = Date.parse(source?.metadata.creationTimestamp ?? "");
  const since = (times: readonly (string | undefined)[]) => {
    const known = times.map((time) => Date.parse(time ?? "")).filter((time) => !Number.isNaN(time));
    const seconds = (Math.max(...known) - start) / 1000;
    return Number.isFinite(seconds) ? seconds : undefined;
  };
  const stored = findCondition(source, "ArtifactInStorage");
  return {
    sync: since([stored?.status === "True" ? stored.lastTransitionTime : undefined]),
    all: since(ready.map(({ readyAt }) => readyAt)),
  };
}

function detailsOf({ stalled, blocked, waiting, missing }: Assessment): string[] {
  return firstDetails([
    ...missing.map((what) => `missing: ${what}`),
    ...stalled.map((node) => `stalled: ${describeNode(node)}`),
    ...waiting.map((node) => `not ready: ${describeNode(node)}`),
    ...blocked.map((node) => `held up: ${describeNode(node)}`),
  ]);
}

function nextCommand({ stalled, waiting, blocked }: Assessment, namespace: string): string {
  const failing = waiting.filter(({ health }) => health.state === "failing");
  const [worst] = [...stalled, ...failing, ...waiting, ...blocked];
  if (worst === undefined) return `kubectl -n ${namespace} describe fluxinstance flux`;
  const { kind, metadata } = worst.object;
  return `kubectl -n ${metadata.namespace ?? namespace} describe ${kind.toLowerCase()} ${metadata.name}`;
}

function warn({ suspended, others }: Assessment, log: Log): void {
  for (const node of [...suspended, ...others].slice(0, 10)) {
    log.line(`not required to be Ready: ${describeNode(node)}`);
  }
}
