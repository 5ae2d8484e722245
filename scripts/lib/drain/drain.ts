import { discover } from "../discovery.ts";
import { Failure, firstDetails } from "../failure.ts";
import { canaries } from "../gate/canary.ts";
import { proveControllers } from "../gate/gate.ts";
import { installedControllers } from "../gate/shards.ts";
import type { Log } from "../log.ts";

import { requireNobodyElse } from "./answering.ts";
import { decide, type Decision, type DestroyMode, type Found } from "./decision.ts";
import type { DrainPlan } from "./plan/drain-plan.ts";
import { drainReport, writeDrainReport } from "./report/drain-report.ts";
import { planNow } from "./plan/plan-now.ts";
import { needsOfPlan } from "./plan/plan-needs.ts";
import { drainCluster, type Drained } from "./drain-run.ts";
import { stillInUse } from "./in-use.ts";
import type { DrainOptions } from "./input.ts";
import { keepsFlux, keptSync, keptText, requireOwn } from "./owner.ts";
import { orphan } from "./orphan.ts";
import { isFrozen } from "./freeze/original.ts";
import { Rights } from "../repair/rights.ts";
import { nameOf } from "../report/text.ts";
import { countBy } from "./removal/remaining.ts";
import { readScene, type Scene, type SceneFound } from "./scene.ts";

export type DrainResult =
  | { readonly drained: false; readonly reason: string }
  | {
      readonly drained: true;
      readonly mode: DestroyMode;
      /** How many Flux objects of each kind went. */
      readonly removed: Readonly<Record<string, number>>;
      readonly seconds: number;
      /** Path of the report. */
      readonly report?: string;
    };

interface Context {
  readonly log: Log;
  readonly signal: AbortSignal;
}

const patience = 45_000;
const skipped = "FLUX_BOOTSTRAP_DESTROY_MODE=skip: nothing was touched";

/**
 * drain empties the cluster of what Flux made and resolves when nothing of it is left; with mode `orphan` it only makes
 * Flux forget it. Rejects with a Failure that names what is left. Run again after an interruption, at whatever point,
 * it takes up where the cluster stands.
 */
export async function drain(options: DrainOptions, context: Context): Promise<DrainResult> {
  const { mode, force, gone, connection } = options;
  if (gone || mode === "skip") {
    await requireNobodyElse(connection, options);
    return untouched(gone ? "FLUX_BOOTSTRAP_GONE: the cluster is gone" : skipped);
  }
  const { scene, found } = await readScene(connection);
  if (found.cluster === "unreachable") throw unreachable(options, found);
  const kept = await keptOf(options, found);
  if (kept !== undefined) return untouched(kept);
  const known = { mode, force, ...withoutOurs(found, scene, options) };
  const decision = decided(decide(known));
  if (decision.kind === "nothing") return untouched(decision.reason);
  const standing = await stillInUse(options);
  if (standing !== undefined) return untouched(standing);
  if (scene === undefined) return untouched("there is nothing to drain");
  return perform(options, { scene, known }, context);
}

async function perform(
  options: DrainOptions,
  { scene, known }: { readonly scene: Scene; readonly known: Found },
  context: Context,
): Promise<DrainResult> {
  const started = Date.now();
  const { mode, force, adopts } = options;
  if (adopts !== undefined) context.log.line(keptText(adopts));
  const plan = mode === "orphan" ? undefined : await planNow(options);
  if (plan !== undefined) {
    heed(plan, force, context.log);
    await requireRights(options, plan);
  }
  const { silent, details } = await askControllers(options, scene, context);
  decided(decide({ ...known, silent }), details);
  const end = (removed: Readonly<Record<string, number>>, report?: string) => {
    const seconds = (Date.now() - started) / 1000;
    return {
      ...{ drained: true as const, mode, removed, seconds },
      ...(report !== undefined && { report }),
    };
  };
  if (plan === undefined) {
    await orphan(options, scene, context);
    return end({});
  }
  const drained = await drainCluster({ options, scene, plan }, context);
  const report = await reported(options, drained, started);
  return end(countBy(scene.scope.made), report);
}

/** Why the recorded cluster is left as it is; throws where another stack holds it. */
async function keptOf(options: DrainOptions, { cluster }: SceneFound): Promise<string | undefined> {
  if (cluster !== "recorded") return undefined;
  await requireOwn(options);
  return keptSync(options.adopts);
}

/** The decision, unless it is to fail. */
function decided(decision: Decision, details: readonly string[] = []): Decision {
  if (decision.kind !== "fail") return decision;
  throw new Failure(decision.reason, { next: decision.next, details });
}

/** Throws when something refuses; what is only in the way, or overruled by force, is said. */
function heed({ blockers }: DrainPlan, force: boolean, log: Log): void {
  const lines = blockers.map(({ key, problem }) => `${nameOf(key)}: ${problem}`);
  const refusing = blockers.filter(({ refuses }) => refuses);
  const [first] = refusing;
  if (first === undefined || force) {
    for (const line of lines) log.line(force ? `forced: ${line}` : line);
    return;
  }
  const [problem = "", ...more] = refusing.map(({ key, problem: one }) => `${nameOf(key)}: ${one}`);
  throw new Failure(problem, { details: firstDetails(more), next: first.next });
}

/** Throws when the user may not write all that the plan takes: half a drain is worse than none. */
async function requireRights({ connection }: DrainOptions, plan: DrainPlan): Promise<void> {
  const { cluster, namespace: fluxNamespace } = connection;
  const isProtecting = plan.kept.some(({ protect }) => protect !== undefined);
  const served = isProtecting ? await discover(cluster) : [];
  await new Rights(cluster).require(needsOfPlan(plan, { fluxNamespace, served }));
}

/** The report's path, which a failure takes along. */
async function reported(
  { clusterName, reportDirectory, force: forced }: DrainOptions,
  { plan, records, left, resumed, failure }: Drained,
  started: number,
): Promise<string | undefined> {
  const end = {
    ...{ clusterName, plan, records, left, started, forced },
    resumedFrom: resumed?.since,
    failure: failure && { reason: failure.message, next: failure.next },
  };
  const path =
    reportDirectory === undefined
      ? undefined
      : await writeDrainReport(reportDirectory, drainReport(end));
  if (failure === undefined) return path;
  const { message, details, next, cause } = failure;
  const more = { details, cause, ...(next !== undefined && { next }) };
  throw new Failure(message, path === undefined ? more : { ...more, report: path });
}

/** A FluxInstance that an earlier drain switched off is switched on by this one. */
function withoutOurs(
  found: SceneFound,
  scene: Scene | undefined,
  { adopts }: Pick<DrainOptions, "adopts">,
): SceneFound {
  // Where Flux stays, what a person applied with it keeps what uninstalls it.
  const own = keepsFlux(adopts) ? { ...found, byHand: [] } : found;
  if (scene === undefined || !isFrozen(scene.instance)) return own;
  return { ...own, instance: { disabled: false } };
}

function untouched(reason: string): DrainResult {
  return { drained: false, reason };
}

function unreachable({ clusterName }: DrainOptions, { endpoint }: Pick<Found, "endpoint">) {
  const word =
    clusterName === undefined
      ? "FLUX_BOOTSTRAP_DESTROY_MODE=skip"
      : `FLUX_BOOTSTRAP_GONE=${clusterName}`;
  return new Failure(
    `${endpoint} does not answer, so nobody knows what Flux made, and an outage does not mean that it is gone. ` +
      `When it is gone for good: ${word} PULUMI_K8S_DELETE_UNREACHABLE=true pulumi destroy --refresh`,
    { next: "kubectl cluster-info" },
  );
}

/** The controllers that have to finalize what Flux made, as far as they are installed. */
async function askControllers(
  {
    connection: { cluster, namespace },
    mode,
    timeoutMilliseconds: whole,
    canaryMilliseconds = patience,
  }: DrainOptions,
  { instance }: Scene,
  context: Context,
): Promise<{ silent: string[]; details: readonly string[] }> {
  const needed =
    mode === "orphan" ? ["kustomize-controller"] : ["kustomize-controller", "helm-controller"];
  const { components: installed = Object.keys(canaries), sharding } = instance.spec ?? {};
  const components = needed.filter((name) => installed.includes(name));
  const gate = {
    namespace,
    components,
    ...(sharding !== undefined && { sharding }),
    timeoutMilliseconds: Math.min(canaryMilliseconds, whole),
  };
  try {
    await proveControllers(cluster, gate, context);
    return { silent: [], details: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const asked = installedControllers(components, sharding).map(({ deployment }) => deployment);
    const silent = asked.filter((name) =>
      error.details.some((line) => line.startsWith(`${name}:`)),
    );
    return { silent, details: error.details };
  }
}
