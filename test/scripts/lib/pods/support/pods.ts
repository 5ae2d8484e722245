import type { Snapshot } from "../../../../../scripts/lib/classify/snapshot.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { ownedBy } from "../../../support/gitops.ts";

export const at = Date.parse("2026-01-01T12:00:00Z");

/** The time that many seconds before `at`. */
export const ago = (seconds: number) => new Date(at - seconds * 1000).toISOString();

export function snapshotOf(
  objects: readonly KubernetesObject[],
  logs: Readonly<Record<string, readonly string[]>> = {},
): Snapshot {
  return {
    at,
    objects,
    unread: [],
    answers: new Map(),
    fluxNamespace: "flux-system",
    logs: new Map(Object.entries(logs)),
  };
}

export interface Parts {
  readonly name?: string;
  readonly namespace?: string;
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
  /** Whether the pod has a node. @default true */
  readonly scheduled?: boolean;
  /** State of the container `web`. */
  readonly state?: object;
  readonly container?: object;
  readonly containerSpec?: object;
  readonly owner?: KubernetesObject | undefined;
}

/** A pod of one container `web` that has not been ready for ten minutes; each part can be made worse. */
export function pod(parts: Parts = {}): KubernetesObject {
  const { name = "web-5d9f-abc12", namespace = "shop", scheduled = true } = parts;
  const status = { type: "web", status: scheduled ? "True" : "False" };
  const container = {
    name: "web",
    ready: false,
    restartCount: 0,
    state: parts.state ?? { running: { startedAt: ago(600) } },
    ...parts.container,
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      creationTimestamp: ago(600),
      ...(parts.owner !== undefined && { ownerReferences: [ownedByObject(parts.owner)] }),
      ...parts.metadata,
    },
    spec: {
      ...(scheduled && { nodeName: "node-1" }),
      containers: [{ name: "web", image: "registry.example/web:1.2", ...parts.containerSpec }],
      ...parts.spec,
    },
    status: {
      phase: "Pending",
      conditions: [
        { ...status, type: "PodScheduled", lastTransitionTime: ago(590) },
        { type: "Ready", status: "False", lastTransitionTime: ago(580) },
      ],
      ...(scheduled && { containerStatuses: [container] }),
      ...parts.status,
    },
  };
}

export const readyConditions = [{ type: "Ready", status: "True", lastTransitionTime: ago(500) }];

export function ownedByObject({ apiVersion, kind, metadata }: KubernetesObject) {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", controller: true };
}

/** An object of `group/version kind/namespace/name`. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  more: { namespace?: string; metadata?: object; spec?: object; status?: object } = {},
): KubernetesObject {
  const { namespace = "shop", metadata, spec, status } = more;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      uid: `uid-${kind}-${name}`,
      creationTimestamp: ago(900),
      ...metadata,
    },
    ...(spec !== undefined && { spec }),
    ...(status !== undefined && { status }),
  };
}

/** A Deployment `web` with its ReplicaSet, as Helm made them for the release `shop/web`. */
export const deployment = object("apps/v1", "Deployment", "web", {
  metadata: { labels: ownedBy("helm", "web", "shop") },
});
export const replicaSet = object("apps/v1", "ReplicaSet", "web-5d9f", {
  metadata: { ownerReferences: [ownedByObject(deployment)] },
});

/** An object of that kind as the controller of pods. */
export function controller(kind: string, name = "web", metadata: object = {}): KubernetesObject {
  return object(kind === "Job" || kind === "CronJob" ? "batch/v1" : "apps/v1", kind, name, {
    metadata,
  });
}

let events = 0;

export function warning(
  about: KubernetesObject,
  reason: string,
  message: string,
  more: { seconds?: number; uid?: string } = {},
): KubernetesObject {
  const { kind, metadata } = about;
  const { name, namespace } = metadata;
  events += 1;
  return {
    ...object("v1", "Event", `event-${events}`),
    type: "Warning",
    involvedObject: { kind, name, namespace, uid: more.uid ?? metadata.uid },
    reason,
    message,
    count: 3,
    lastTimestamp: ago(more.seconds ?? 60),
  } as KubernetesObject;
}

export function claim(name: string, phase: string): KubernetesObject {
  return object("v1", "PersistentVolumeClaim", name, { status: { phase } });
}

export const dataVolume = {
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
};
