import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { ago, condition, deployment, fluxNamespace, type Parts, pod } from "./objects.ts";

export interface ControllerParts {
  readonly args?: readonly string[];
  readonly replicas?: number;
  /** Seconds since its process was started. */
  readonly startedAgo?: number;
  /** `status.containerStatuses[0]` of its pod; false for a controller without a pod. */
  readonly container?: object | false;
  readonly holder?: string;
  readonly renewedAgo?: number;
  readonly acquiredAgo?: number;
  readonly createdAgo?: number;
}

/** A controller's Deployment, its pod and its lease; healthy unless `parts` say otherwise. */
export function controller(name: string, parts: ControllerParts = {}): KubernetesObject[] {
  const { replicas = 1, container, args = [] } = parts;
  const labels = { app: name };
  const isReady = container === undefined && replicas > 0;
  const creationTimestamp = ago(parts.createdAgo ?? parts.startedAgo ?? 3600);
  const made = { namespace: fluxNamespace, metadata: { labels, creationTimestamp } };
  const manager = { name: "manager", args: ["--enable-leader-election", ...args] };
  return [
    deployment(name, {
      ...made,
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { spec: { containers: [manager] } },
      },
      status: { readyReplicas: isReady ? replicas : 0 },
    }),
    ...(container === false || replicas === 0 ? [] : [podOf(name, made, parts)]),
    lease(name, parts),
  ];
}

function podOf(name: string, made: Parts, { container, startedAgo = 3600 }: ControllerParts) {
  const running = { state: { running: { startedAt: ago(startedAgo) } }, ready: true };
  const status = { name: "manager", restartCount: 0, ...(container ?? running) };
  const isReady = container === undefined ? "True" : "False";
  return pod(`${name}-5d8b-x2x4z`, {
    ...made,
    conditions: [condition("Ready", isReady, "ContainersReady")],
    status: { phase: "Running", containerStatuses: [status] },
  });
}

function lease(name: string, parts: ControllerParts): KubernetesObject {
  const { holder = `${name}-5d8b-x2x4z_7f3a`, renewedAgo = 2, acquiredAgo } = parts;
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: `${name}-leader-election`, namespace: fluxNamespace },
    spec: {
      holderIdentity: holder,
      renewTime: ago(renewedAgo),
      ...(acquiredAgo !== undefined && { acquireTime: ago(acquiredAgo) }),
    },
  };
}

/** Every controller, all of them healthy. */
export const controllers: readonly KubernetesObject[] = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "flux-operator",
].flatMap((name) => controller(name));

/** Every controller, with that one in the place of the healthy one. */
export function controllersWith(name: string, parts: ControllerParts): KubernetesObject[] {
  const others = controllers.filter(({ metadata }) => !metadata.name.startsWith(name));
  return [...others, ...controller(name, parts)];
}
