import { findCondition, type KubernetesObject } from "../object.ts";
import { conditionEvidence, describe } from "./condition.ts";
import { fieldsOf, numberOf, read, textOf } from "./field.ts";
import type { Judgement } from "./judgement.ts";
import type { ObjectIndex } from "./object-index.ts";

/** The kinds that run pods. */
export const workloadKinds: ReadonlySet<string> = new Set([
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "Job",
]);

/** Where each kind says how many pods it wants, and how many are ready. */
const counts: Readonly<Record<string, readonly [readonly string[], string]>> = {
  Deployment: [["spec", "replicas"], "readyReplicas"],
  ReplicaSet: [["spec", "replicas"], "readyReplicas"],
  StatefulSet: [["spec", "replicas"], "readyReplicas"],
  DaemonSet: [["status", "desiredNumberScheduled"], "numberReady"],
};

/** isWorkloadReady is true when every pod that it wants is ready and of its current template; a Job when it is complete. */
export function isWorkloadReady(workload: KubernetesObject): boolean {
  if (workload.kind === "Job") return findCondition(workload, "Complete")?.status === "True";
  const { wanted, ready } = countsOf(workload);
  const { observedGeneration, updatedReplicas } = fieldsOf(workload.status);
  const { generation = 0 } = workload.metadata;
  const isCurrent = (numberOf(observedGeneration) ?? generation) >= generation;
  const updated = workload.kind === "Deployment" ? (numberOf(updatedReplicas) ?? 0) : wanted;
  return isCurrent && Math.min(updated, ready) >= wanted;
}

function countsOf(workload: KubernetesObject) {
  const [path, field] = counts[workload.kind] ?? [[], ""];
  return {
    field,
    wanted: numberOf(read(workload, ...path)) ?? 1,
    ready: numberOf(read(workload.status, field)) ?? 0,
  };
}

/** The conditions in which a workload says that it gave up, or cannot make its pods. */
const failures: readonly (readonly [string, "True" | "False"])[] = [
  ["Progressing", "False"],
  ["ReplicaFailure", "True"],
  ["Failed", "True"],
];

/** failureOf is the type of the condition in which the workload reports a failure of its own. */
export function failureOf(workload: KubernetesObject): string | undefined {
  return failures.find(([type, status]) => findCondition(workload, type)?.status === status)?.[0];
}

/** judgeWorkload is W0: the workload is not ready, and none of its pods tells why. */
export function judgeWorkload(workload: KubernetesObject): Judgement {
  const type = failureOf(workload);
  const { wanted, ready, field } = countsOf(workload);
  const count = workload.kind === "Job" ? "not complete" : `${ready} of ${wanted} pods ready`;
  const said = type === undefined ? "" : `, ${describe(findCondition(workload, type))}`;
  return {
    state: "W0",
    text: `${count}${said}`,
    evidence: [
      { field: `status.${field === "" ? "succeeded" : field}`, value: String(ready) },
      ...(type === undefined ? [] : conditionEvidence(workload, type)),
    ],
  };
}

/** podsOfWorkload are its pods, by ownership where the snapshot holds the owners, else by its selector. */
export function podsOfWorkload(workload: KubernetesObject, index: ObjectIndex): KubernetesObject[] {
  const owned = index
    .ownedBy(workload.metadata.uid)
    .flatMap((object) =>
      object.kind === "ReplicaSet" ? index.ownedBy(object.metadata.uid) : [object],
    )
    .filter(({ kind }) => kind === "Pod");
  if (owned.length > 0) return owned;
  const wanted = Object.entries(fieldsOf(read(workload.spec, "selector", "matchLabels")));
  if (wanted.length === 0) return [];
  return index
    .podsIn(workload.metadata.namespace)
    .filter(({ metadata }) =>
      wanted.every(([label, value]) => metadata.labels?.[label] === textOf(value)),
    );
}
