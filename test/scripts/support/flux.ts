import { createLog, type Log } from "../../../scripts/lib/log.ts";
import type { Resource } from "../../../scripts/lib/kinds.ts";
import { Deployment, Lease, Pod } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { purposeLabel, requestedAt } from "../../../scripts/lib/gate/canary.ts";
import type { FakeApiServer } from "../../support/api-server.ts";

export const namespace = "flux-system";

/** What a controller has to show; each part can be made worse. */
export interface ControllerParts {
  readonly deployment?: object;
  readonly pod?: object;
  readonly holder?: string;
}

/** Puts a Deployment, its pod and its lease as a healthy controller has them, `parts` merged into them. */
export function putController(
  server: FakeApiServer,
  name: string,
  parts: ControllerParts = {},
): void {
  const labels = { app: name };
  const pod = `${name}-abc12`;
  const at = (objectName: string, resource: Resource): Reference => ({
    resource,
    name: objectName,
    namespace,
  });
  server.put(Deployment, {
    metadata: { name, namespace, generation: 2 },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { spec: { containers: [{ args: ["--enable-leader-election"] }] } },
    },
    status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
  });
  server.merge(at(name, Deployment), parts.deployment ?? {});
  server.put(Pod, {
    metadata: { name: pod, namespace, labels },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [{ restartCount: 0, state: {} }],
    },
  });
  server.merge(at(pod, Pod), parts.pod ?? {});
  server.put(Lease, {
    metadata: { name: `${name}-leader-election`, namespace },
    spec: {
      holderIdentity: parts.holder ?? `${pod}_0b5d`,
      renewTime: new Date(Date.now() - 3_000).toISOString(),
    },
  });
}

/** Lets the controllers handle tokens of all kinds but `silent`, and release what they hold when it is deleted. */
export function runControllers(
  server: FakeApiServer,
  plurals: readonly Resource[],
  silent: readonly string[] = [],
) {
  server.react((object, event) => {
    const resource = plurals.find(({ kind }) => kind === object.kind);
    if (event === "DELETED" || resource === undefined || silent.includes(object.kind)) return;
    if (object.metadata.labels?.[purposeLabel] === undefined) return;
    answer(server, resource, object);
  });
}

function answer(server: FakeApiServer, resource: Resource, object: KubernetesObject): void {
  const { name, metadata } = { name: object.metadata.name, metadata: object.metadata };
  const reference = { resource, name, namespace: metadata.namespace ?? namespace };
  if (metadata.deletionTimestamp !== undefined) {
    server.merge(reference, { metadata: { finalizers: null } });
    return;
  }
  const token = metadata.annotations?.[requestedAt];
  const { lastHandledReconcileAt } = (object.status ?? {}) as { lastHandledReconcileAt?: string };
  if (token === lastHandledReconcileAt) return;
  server.merge(reference, {
    metadata: { finalizers: ["finalizers.fluxcd.io"] },
    status: { lastHandledReconcileAt: token },
  });
}

/** A log that remembers its lines. */
export function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: createLog((line) => lines.push(line)), lines };
}
