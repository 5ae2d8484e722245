import type { Cluster } from "../cluster.ts";
import { CustomResourceDefinition, Deployment, FluxInstance } from "../kinds.ts";
import { findCondition, type KubernetesObject } from "../object.ts";
import type { Outcome } from "../report/report.ts";
import { timelineOf } from "../report/timeline.ts";
import type { Assessment } from "../tree/assessment.ts";
import type { Tree } from "../tree/tree.ts";
import type { PostBootstrapOptions } from "./input.ts";

/** What the run saw and did. */
export type Course = Pick<
  Outcome,
  "diagnosis" | "repairs" | "podFixes" | "pods" | "waits" | "failure" | "assessment" | "recording"
>;

/** rootName is the name of the sync, which its source and root Kustomization have. */
export async function rootName(cluster: Cluster, namespace: string): Promise<string> {
  const instance = await cluster.get<KubernetesObject<{ sync?: { name?: string } }>>({
    resource: FluxInstance,
    name: "flux",
    namespace,
  });
  return instance?.spec?.sync?.name ?? namespace;
}

/** outcomeOf adds to the course of the run what the cluster tells of the bootstrap before it. */
export async function outcomeOf(
  { connection, requirement, gate }: PostBootstrapOptions,
  tree: Tree,
  course: Course,
): Promise<Outcome> {
  const { cluster, namespace, uid = "" } = connection;
  const nodes = tree.nodes();
  const all = [...nodes.values()];
  const source = all.find(({ key }) => key === tree.source)?.object;
  const [operator, instance, definitions] = await Promise.all([
    cluster.get({ resource: Deployment, name: "flux-operator", namespace }),
    cluster.get({ resource: FluxInstance, name: "flux", namespace }),
    cluster.list(CustomResourceDefinition),
  ]);
  const ours = definitions.filter(({ metadata }) =>
    /\.(fluxcd\.controlplane|toolkit\.fluxcd)\.io$/.test(metadata.name),
  );
  return {
    ...course,
    clusterUid: uid,
    fluxNamespace: namespace,
    requirement,
    nodes,
    ...timelineOf({ operator, instance, definitions: ours, gate, source, nodes: all }),
    seconds: secondsOf(source, course.assessment),
    generatedAt: new Date(cluster.now()).toISOString(),
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
