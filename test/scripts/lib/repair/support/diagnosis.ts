import { type StateId, states } from "../../../../../scripts/lib/classify/states.ts";
import type { Snapshot } from "../../../../../scripts/lib/classify/snapshot.ts";
import type { Diagnosis, Verdict } from "../../../../../scripts/lib/classify/verdict.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { type Key, keyOf } from "../../../../../scripts/lib/tree/owner.ts";
import { repairableKinds } from "../../../../../scripts/lib/repair/eligibility.ts";

export const fluxNamespace = "flux-system";
export const now = Date.parse("2026-01-01T08:00:00Z");

export interface Parts {
  readonly kind?: string;
  readonly namespace?: string;
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
  /** Differences from the state's row. */
  readonly verdict?: Partial<Verdict>;
}

const apiVersions: Readonly<Record<string, string>> = {
  Deployment: "apps/v1",
  ...Object.fromEntries(repairableKinds.map(({ kind, apiVersion }) => [kind, apiVersion])),
};

/** A HelmRelease, or an object of another kind, that its controller has seen. */
export function objectOf(name: string, parts: Parts = {}): KubernetesObject {
  const { kind = "HelmRelease", namespace = "apps", metadata, spec = {}, status = {} } = parts;
  return {
    apiVersion: apiVersions[kind] ?? "v1",
    kind,
    metadata: {
      name,
      namespace,
      uid: `${kind}-${namespace}-${name}`,
      finalizers: ["finalizers.fluxcd.io"],
      ...metadata,
    },
    spec,
    status,
  };
}

export function verdictOf(name: string, state: StateId, parts: Parts = {}): Verdict {
  const object = objectOf(name, parts);
  const { standing, action, retries } = states[state];
  return {
    key: keyOf(object),
    object,
    state,
    standing,
    text: states[state].name,
    evidence: [],
    because: [],
    action,
    nextRetry: retries,
    ...parts.verdict,
  };
}

export function diagnosisOf(verdicts: readonly Verdict[], at = now): Diagnosis {
  const byKey = new Map<Key, Verdict>(verdicts.map((verdict) => [verdict.key, verdict]));
  return { at, fluxNamespace, verdicts: byKey, causes: [], limits: [] };
}

export function snapshotOf(objects: readonly KubernetesObject[], more: Partial<Snapshot> = {}) {
  return {
    at: now,
    objects,
    unread: [],
    answers: new Map(),
    fluxNamespace,
    logs: new Map(),
    ...more,
  } satisfies Snapshot;
}

/** A source, Ready unless said otherwise. */
export function source(name: string, state: StateId = "ok", parts: Parts = {}): Verdict {
  return verdictOf(name, state, { kind: "HelmRepository", ...parts });
}

/** The spec of a release whose chart comes from `repository`, by its HelmChart `apps-<name>`. */
export function chartFrom(repository: string) {
  return {
    chart: { spec: { chart: "c", sourceRef: { kind: "HelmRepository", name: repository } } },
  };
}
