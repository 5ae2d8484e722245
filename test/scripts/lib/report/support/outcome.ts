import { healthOf } from "../../../../../scripts/lib/tree/health.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import type { Cause, Diagnosis, Verdict } from "../../../../../scripts/lib/classify/verdict.ts";
import type { FoundPod } from "../../../../../scripts/lib/report/findings.ts";
import type { Outcome } from "../../../../../scripts/lib/report/report.ts";
import { assess } from "../../../../../scripts/lib/tree/assessment.ts";
import { type Key, keyOf } from "../../../../../scripts/lib/tree/owner.ts";
import type { Node } from "../../../../../scripts/lib/tree/tree.ts";
import type { RepairRecord } from "../../../../../scripts/lib/repair/record.ts";

/** Time of the second `second` of a bootstrap. */
export function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 15, 9, 30, 0) + second * 1000).toISOString();
}

export interface Planned {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Seconds of the bootstrap at which it was created and became Ready. */
  readonly created: number;
  readonly ready?: number | undefined;
  /** Reason and message of Ready=False; with `stalled` of Stalled=True too. */
  readonly reason?: string;
  readonly message?: string;
  readonly stalled?: boolean;
  readonly suspended?: boolean;
  readonly dependsOn?: readonly string[];
  readonly source?: string;
  readonly parent?: Key;
  readonly children?: readonly Key[];
}

/** A node of the tree as the cluster would show it. */
export function node(planned: Planned): Node {
  const { kind, namespace = "flux-system", name, ready, parent, children = [] } = planned;
  const object: KubernetesObject = {
    apiVersion: "v1",
    kind,
    metadata: { name, namespace, generation: 1, creationTimestamp: at(planned.created) },
    spec: specOf(planned),
    status: { conditions: conditionsOf(planned) },
  };
  const readyAt = ready === undefined ? undefined : at(ready);
  return { key: keyOf(object), object, parent, children, health: healthOf(object), readyAt };
}

function specOf({ dependsOn, source, suspended }: Planned) {
  return {
    ...(dependsOn !== undefined && { dependsOn: dependsOn.map((name) => ({ name })) }),
    ...(source !== undefined && {
      sourceRef: {
        kind: source.split("/")[0],
        name: source.split("/")[1],
        namespace: "flux-system",
      },
    }),
    ...(suspended === true && { suspend: true }),
  };
}

function conditionsOf({ ready, reason, message, stalled, suspended }: Planned) {
  if (suspended === true) return [];
  const condition = (type: string, status: string) => ({ type, status, reason, message });
  if (ready !== undefined) return [condition("Ready", "True")];
  if (reason === undefined) return [];
  return stalled === true
    ? [condition("Ready", "False"), condition("Stalled", "True")]
    : [condition("Ready", "False")];
}

/** A bootstrap that ended with these objects; everything is required but what `optional` names. */
export function outcome(
  planned: readonly Planned[],
  more: Partial<Outcome> & {
    readonly optional?: readonly Key[];
    readonly missing?: readonly string[];
  } = {},
): Outcome {
  const { optional = [], missing = [], ...rest } = more;
  const nodes = new Map(planned.map((plan) => [node(plan).key, node(plan)]));
  const required = new Set([...nodes.keys()].filter((key) => !optional.includes(key)));
  return {
    clusterUid: "6ec190aa-2e04-4a76-9202-13ecaedbc6d3",
    context: "dev",
    fluxNamespace: "flux-system",
    requirement: "all",
    failure: undefined,
    assessment: assess(nodes, { nodes: required, base: [], missing }),
    nodes,
    startedAt: at(0),
    phases: [],
    seconds: { sync: undefined, all: undefined },
    generatedAt: at(130),
    ...rest,
  };
}

/** A diagnosis with these causes, and a verdict for everything in them. */
export function diagnosis(causes: readonly Cause[], limits: readonly string[] = []): Diagnosis {
  const verdicts = new Map<Key, Verdict>();
  for (const { affected, ...cause } of causes) {
    const objects = cause.objects.map((key) => verdict(key, cause));
    const standing = "waiting" as const;
    const text = `DependencyNotReady: waits for ${cause.objects[0] ?? ""}`;
    const waiting = affected.map((key) =>
      verdict(key, { ...cause, state: "H3", standing, text, because: cause.objects }),
    );
    for (const entry of [...objects, ...waiting]) verdicts.set(entry.key, entry);
  }
  return { at: Date.parse(at(120)), fluxNamespace: "flux-system", verdicts, causes, limits };
}

function verdict(
  key: Key,
  { because = [], ...cause }: Omit<Cause, "affected" | "objects"> & { because?: readonly Key[] },
): Verdict {
  const [kind = "", namespace = "", name = ""] = key.split("/");
  const object = { apiVersion: "v1", kind, metadata: { namespace, name } };
  const { state, standing, text, evidence, action, nextRetry } = cause;
  return { key, object, state, standing, text, evidence, because, action, nextRetry };
}

export function cause(more: Partial<Cause> = {}): Cause {
  return {
    objects: ["HelmRelease/shop/database"],
    state: "H10",
    standing: "stuck",
    text: "RetriesExceeded: install retries exhausted",
    evidence: [{ field: "status.conditions[Stalled].reason", value: "RetriesExceeded" }],
    affected: [],
    action: "reset",
    nextRetry: "never",
    next: "kubectl -n shop describe helmrelease database",
    ...more,
  };
}

export function repair(more: Partial<RepairRecord> = {}): RepairRecord {
  return {
    key: "HelmRelease/monitoring/grafana",
    state: "H10",
    action: "reset",
    token: "2026-01-15T09:31:36.000000001Z",
    attempt: 1,
    at: Date.parse(at(96)),
    outcome: "effective",
    text: "lastHandledResetAt is the token; Ready=True 14s later",
    ...more,
  };
}

export function pod(more: Partial<FoundPod> = {}): FoundPod {
  return {
    key: "Pod/shop/database-0",
    workload: { key: "StatefulSet/shop/database", kind: "StatefulSet", name: "database" },
    problem: "image-pull",
    container: "postgres",
    text: "the registry does not have registry.example.com/postgres:16.9-r4: manifest unknown",
    logLines: [],
    count: 1,
    since: Date.parse(at(64)),
    hook: undefined,
    flux: {
      helmRelease: "HelmRelease/shop/database",
      chart: "1.4.0",
      kustomization: "Kustomization/flux-system/apps",
      revision: "main@sha1:2f1c9e04",
      suspended: false,
    },
    next: "kubectl -n shop describe pod database-0",
    ...more,
  };
}
