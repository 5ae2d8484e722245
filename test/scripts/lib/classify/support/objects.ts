import { classify } from "../../../../../scripts/lib/classify/classify.ts";
import type { Answer, Snapshot } from "../../../../../scripts/lib/classify/snapshot.ts";
import type { Diagnosis, Verdict } from "../../../../../scripts/lib/classify/verdict.ts";
import type { Condition, KubernetesObject, ObjectMeta } from "../../../../../scripts/lib/object.ts";

export const fluxNamespace = "flux-system";
export const at = Date.parse("2026-01-01T12:00:00Z");

/** The time so many seconds before the snapshot. */
export function ago(seconds: number): string {
  return new Date(at - seconds * 1000).toISOString().replace(".000Z", "Z");
}

export interface Parts {
  readonly namespace?: string;
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: object;
  readonly status?: object;
  readonly conditions?: readonly Condition[];
}

const generation = 2;

/** A condition of the current generation. */
export function condition(
  type: string,
  status: Condition["status"],
  reason: string,
  more: { message?: string; seconds?: number; observedGeneration?: number } = {},
): Condition {
  const { message = `${reason} as it is`, seconds = 30 } = more;
  const { observedGeneration = generation } = more;
  return { type, status, reason, message, observedGeneration, lastTransitionTime: ago(seconds) };
}

function maker(apiVersion: string, kind: string, defaultNamespace: string, spec: object) {
  return (name: string, parts: Parts = {}): KubernetesObject => {
    const { namespace = defaultNamespace, conditions } = parts;
    return {
      apiVersion,
      kind,
      metadata: {
        name,
        namespace,
        uid: `${kind}-${namespace}-${name}`,
        generation,
        creationTimestamp: ago(3600),
        finalizers: ["finalizers.fluxcd.io"],
        ...parts.metadata,
      },
      spec: { ...spec, ...parts.spec },
      status: {
        observedGeneration: generation,
        ...(conditions !== undefined && { conditions }),
        ...parts.status,
      },
    };
  };
}

const source = "source.toolkit.fluxcd.io/v1";

export const release = maker("helm.toolkit.fluxcd.io/v2", "HelmRelease", "apps", {
  interval: "10m",
  chartRef: { kind: "OCIRepository", name: "chart" },
});
export const kustomization = maker(
  "kustomize.toolkit.fluxcd.io/v1",
  "Kustomization",
  fluxNamespace,
  { interval: "10m", sourceRef: { kind: "GitRepository", name: "flux-system" } },
);
export const gitRepository = maker(source, "GitRepository", fluxNamespace, { interval: "1m" });
export const ociRepository = maker(source, "OCIRepository", "apps", { interval: "1m" });
export const helmRepository = maker(source, "HelmRepository", "apps", { interval: "1m" });
export const helmChart = maker(source, "HelmChart", "apps", {
  sourceRef: { kind: "HelmRepository", name: "charts" },
});
export const resourceSet = maker("fluxcd.controlplane.io/v1", "ResourceSet", "apps", {});
export const fluxInstance = maker("fluxcd.controlplane.io/v1", "FluxInstance", fluxNamespace, {});
export const imagePolicy = maker("image.toolkit.fluxcd.io/v1", "ImagePolicy", "apps", {});
export const deployment = maker("apps/v1", "Deployment", "apps", { replicas: 1 });
export const statefulSet = maker("apps/v1", "StatefulSet", "apps", { replicas: 1 });
export const job = maker("batch/v1", "Job", "apps", {});
export const replicaSet = maker("apps/v1", "ReplicaSet", "apps", { replicas: 1 });
export const pod = maker("v1", "Pod", "apps", {});

export function namespace(name: string, conditions: readonly Condition[]): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, deletionTimestamp: ago(300) },
    status: { phase: "Terminating", conditions },
  };
}

/** What no controller has touched, so many seconds after its creation. */
export function untouched(object: KubernetesObject, seconds = 600): KubernetesObject {
  return {
    ...object,
    metadata: { ...object.metadata, finalizers: [], creationTimestamp: ago(seconds) },
    status: { observedGeneration: -1 },
  };
}

export function ready(reason = "Succeeded", seconds = 600): Condition {
  return condition("Ready", "True", reason, { seconds });
}

export function notReady(reason: string, message?: string, seconds = 30): Condition {
  const more = message === undefined ? { seconds } : { message, seconds };
  return condition("Ready", "False", reason, more);
}

/** The conditions of an action that runs for so many seconds. */
export function running(name: string, seconds: number, timeout = "5m0s"): Condition[] {
  const message = `Running '${name}' action with timeout of ${timeout}`;
  return [
    condition("Reconciling", "True", "Progressing", { message, seconds }),
    condition("Ready", "Unknown", "Progressing", { message, seconds }),
  ];
}

/** The conditions of a release that its controller gave up. */
export function outOfRetries(message: string, attempts = 1): Condition[] {
  return [
    condition("Stalled", "True", "RetriesExceeded", {
      message: `Failed to install after ${attempts} attempt(s)`,
    }),
    notReady("InstallFailed", message),
    condition("Released", "False", "InstallFailed", { message }),
  ];
}

export const late =
  "Helm install failed for release apps/web with chart web@1.0.0: context deadline exceeded";

/** Inventory as `Kind/namespace/name` of the apps group, or of the group that a Flux kind has. */
export function inventory(...keys: readonly string[]) {
  const groups: Readonly<Record<string, string>> = {
    HelmRelease: "helm.toolkit.fluxcd.io",
    Kustomization: "kustomize.toolkit.fluxcd.io",
    Job: "batch",
    Pod: "",
  };
  const entries = keys.map((key) => {
    const [kind = "", at = "", name = ""] = key.split("/");
    return { id: `${at}_${name}_${groups[kind] ?? "apps"}_${kind}`, v: "v1" };
  });
  return { inventory: { entries } };
}

/** The labels of what a Kustomization or HelmRelease applied. */
export function appliedBy(kind: "kustomize" | "helm", name: string, at = fluxNamespace) {
  const prefix = `${kind}.toolkit.fluxcd.io`;
  return { labels: { [`${prefix}/name`]: name, [`${prefix}/namespace`]: at } };
}

export interface SnapshotParts extends Partial<Omit<Snapshot, "objects" | "answers">> {
  readonly answers?: Readonly<Record<string, Answer>>;
}

export function snapshotOf(objects: readonly unknown[], parts: SnapshotParts = {}): Snapshot {
  const { answers = {}, ...more } = parts;
  return {
    at,
    objects: objects as readonly KubernetesObject[],
    unread: [],
    answers: new Map(Object.entries(answers)),
    fluxNamespace,
    logs: new Map(),
    ...more,
  };
}

export function diagnose(objects: readonly unknown[], parts: SnapshotParts = {}): Diagnosis {
  return classify(snapshotOf(objects, parts));
}

/** The verdict on the first of the objects. */
export function judge(objects: readonly KubernetesObject[], parts: SnapshotParts = {}): Verdict {
  const [first] = objects;
  if (first === undefined) throw new Error("there must be an object to judge, got none");
  const { kind, metadata } = first;
  const key = `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
  const verdict = diagnose(objects, parts).verdicts.get(key);
  if (verdict === undefined) throw new Error(`${key} must be judged, got no verdict`);
  return verdict;
}
