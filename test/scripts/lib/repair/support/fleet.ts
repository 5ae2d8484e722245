import { Cluster } from "../../../../../scripts/lib/cluster.ts";
import {
  Deployment,
  HelmRelease,
  Kustomization,
  OCIRepository,
  type Resource,
} from "../../../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import {
  repairFleet,
  type RepairOptions,
  type RepairResult,
} from "../../../../../scripts/lib/repair/repair.ts";
import type { FakeApiServer } from "../../../../support/api-server.ts";
import { namespace, putController, recordingLog } from "../../../support/flux.ts";

export const apps = "apps";
const finalizers = ["finalizers.fluxcd.io"];
const long = "2026-01-01T00:00:00Z";

function condition(type: string, status: string, reason: string, message = reason) {
  return { type, status, reason, message, observedGeneration: 1, lastTransitionTime: long };
}

export const readyStatus = {
  observedGeneration: 1,
  conditions: [condition("Ready", "True", "InstallSucceeded")],
};
const failed = "Helm install failed: timed out waiting for the condition";
export const exhaustedStatus = {
  observedGeneration: 1,
  installFailures: 1,
  conditions: [
    condition("Stalled", "True", "RetriesExceeded", "Failed to install after 1 attempt(s)"),
    condition("Ready", "False", "InstallFailed", failed),
    condition("Released", "False", "InstallFailed", failed),
  ],
};
export const applyFailedStatus = {
  observedGeneration: -1,
  conditions: [
    condition(
      "Ready",
      "False",
      "ReconciliationFailed",
      'no matches for kind "Widget" in version "v1"',
    ),
  ],
};
export const installingStatus = {
  observedGeneration: -1,
  conditions: [
    {
      ...condition(
        "Ready",
        "Unknown",
        "Progressing",
        "Running 'install' action with timeout of 5m0s",
      ),
      lastTransitionTime: new Date().toISOString(),
    },
    {
      ...condition(
        "Reconciling",
        "True",
        "Progressing",
        "Running 'install' action with timeout of 5m0s",
      ),
      lastTransitionTime: new Date().toISOString(),
    },
  ],
};

/** Puts the controllers and one OCIRepository `chart` that serves every release, all of them healthy. */
export function putFlux(server: FakeApiServer): void {
  for (const name of ["source-controller", "kustomize-controller", "helm-controller"]) {
    putController(server, name);
  }
  put(server, OCIRepository, "chart", { status: readyStatus });
}

export interface Parts {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

export function put(server: FakeApiServer, resource: Resource, name: string, parts: Parts): void {
  server.put(resource, {
    metadata: {
      name,
      namespace: apps,
      generation: 1,
      creationTimestamp: long,
      finalizers,
      ...parts.metadata,
    },
    spec: { interval: "1h", ...parts.spec },
    status: parts.status ?? readyStatus,
  });
}

export function putRelease(server: FakeApiServer, name: string, parts: Parts = {}): void {
  const spec = { chartRef: { kind: "OCIRepository", name: "chart" }, ...parts.spec };
  put(server, HelmRelease, name, { status: exhaustedStatus, ...parts, spec });
}

/** What a controller makes of a request: another status, or nothing when it does not answer. */
export type Behaviour = (object: KubernetesObject, token: string) => object | undefined;

const handledFields = {
  "reconcile.fluxcd.io/resetAt": "lastHandledResetAt",
  "reconcile.fluxcd.io/forceAt": "lastHandledForceAt",
} as const;

/** Handles the request, with its reset and force, and reaches `status`. */
export function handles(status: object): Behaviour {
  return ({ metadata: { annotations = {} } }, token) => ({
    ...status,
    lastHandledReconcileAt: token,
    ...Object.fromEntries(
      Object.entries(handledFields)
        .filter(([annotation]) => annotations[annotation] === token)
        .map(([, field]) => [field, token]),
    ),
  });
}

export const heals = handles(readyStatus);

/** Plays the controllers: every new token of a kind is answered as `behave` says. */
export function runRequests(
  server: FakeApiServer,
  behave: Behaviour,
  kinds: readonly Resource[] = [HelmRelease, Kustomization, OCIRepository],
): void {
  server.react((object, event) => {
    const resource = kinds.find(({ kind }) => kind === object.kind);
    const token = object.metadata.annotations?.["reconcile.fluxcd.io/requestedAt"];
    const { lastHandledReconcileAt } = (object.status ?? {}) as Record<string, unknown>;
    if (event === "DELETED" || resource === undefined || token === undefined) return;
    if (token === lastHandledReconcileAt) return;
    const status = behave(object, token);
    if (status !== undefined) {
      const { name, namespace: at = "" } = object.metadata;
      server.merge({ resource, name, namespace: at }, { status });
    }
  });
}

export interface Repaired extends RepairResult {
  readonly lines: readonly string[];
}

export async function repair(
  server: FakeApiServer,
  options: Partial<RepairOptions> = {},
  signal = new AbortController().signal,
): Promise<Repaired> {
  const { log, lines } = recordingLog();
  const cluster = new Cluster(server.kubeconfig(), "repair");
  const all = {
    fluxNamespace: namespace,
    dryRun: false,
    probeMilliseconds: 10_000,
    ...options,
    limits: { settleMilliseconds: 50, deadlineMilliseconds: 20_000, ...options.limits },
  };
  return { ...(await repairFleet(cluster, all, { log, signal })), lines };
}

/** Writes to Flux objects, leaving out the lease. */
export function requestsOf(server: FakeApiServer): string[] {
  return server.writes.filter((write) => !write.includes("/leases"));
}

/** `name` of every object that was patched. */
export function patchedNames(server: FakeApiServer): string[] {
  return requestsOf(server)
    .filter((write) => write.startsWith("PATCH"))
    .map((write) => write.split("/").at(-1) ?? "");
}

export function scaleDown(server: FakeApiServer, component: string): void {
  server.merge({ resource: Deployment, name: component, namespace }, { spec: { replicas: 0 } });
}
