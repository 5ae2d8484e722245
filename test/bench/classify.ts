// node test/bench/classify.ts [objects]: how long classify takes for a fleet of that many objects, from memory.
import { classify } from "../../scripts/lib/classify/classify.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { controllers } from "../scripts/lib/classify/support/controllers.ts";
import {
  appliedBy,
  deployment,
  gitRepository,
  inventory,
  kustomization,
  late,
  notReady,
  outOfRetries,
  pod,
  ready,
  release,
  replicaSet,
  running,
  snapshotOf,
} from "../scripts/lib/classify/support/objects.ts";

const wanted = Number(process.argv[2] ?? 5000);
const runs = 5;
const perApp = 4;
const apps = Math.floor(wanted / perApp);

/** A third is Ready, a third out of retries, the rest installs or waits for its neighbour. */
function conditionsOf(index: number) {
  const kinds = [
    [ready()],
    outOfRetries(`${late} after ${index}s`),
    index % 2 === 0 ? running("install", 30) : [notReady("DependencyNotReady")],
  ];
  return kinds[index % kinds.length] ?? [];
}

function app(index: number): KubernetesObject[] {
  const name = `app-${index}`;
  const owner = (kind: string, of: string) => ({
    apiVersion: "apps/v1",
    kind,
    name: of,
    uid: `${kind}-apps-${of}`,
  });
  return [
    release(name, {
      metadata: appliedBy("kustomize", "apps"),
      spec: { dependsOn: [{ name: `app-${Math.max(0, index - 1)}` }] },
      conditions: conditionsOf(index),
      status: inventory(`Deployment/apps/${name}`),
    }),
    deployment(name, {
      metadata: appliedBy("helm", name, "apps"),
      status: { readyReplicas: index % 5 === 0 ? 0 : 1, updatedReplicas: 1 },
    }),
    replicaSet(`${name}-1`, { metadata: { ownerReferences: [owner("Deployment", name)] } }),
    pod(`${name}-1-x`, {
      metadata: { ownerReferences: [owner("ReplicaSet", `${name}-1`)] },
      status: {
        phase: "Running",
        containerStatuses: [{ name: "app", state: { waiting: { reason: "CrashLoopBackOff" } } }],
      },
    }),
  ];
}

const fleet = Array.from({ length: apps }, (_, index) => app(index)).flat();
const snapshot = snapshotOf([
  gitRepository("flux-system", { conditions: [ready()] }),
  kustomization("apps", {
    spec: { wait: true },
    conditions: [notReady("HealthCheckFailed", "timeout waiting for: []")],
    status: inventory(...fleet.filter(({ kind }) => kind === "HelmRelease").map(keyOf)),
  }),
  ...fleet,
  ...controllers,
]);

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}

const milliseconds = Array.from({ length: runs }, () => {
  const started = performance.now();
  classify(snapshot);
  return Math.round(performance.now() - started);
});
const { causes, verdicts } = classify(snapshot);
process.stdout.write(
  `${snapshot.objects.length} objects: ${milliseconds.join(", ")} ms; ${verdicts.size} verdicts, ${causes.length} causes\n`,
);
