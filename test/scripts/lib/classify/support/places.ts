import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import type { StateCase } from "./case.ts";
import { controller, controllers, type ControllerParts } from "./controllers.ts";
import { condition, deployment, inventory, namespace, pod, release, running } from "./objects.ts";

function helm(state: StateCase["state"], what: string, parts: ControllerParts): StateCase {
  return { state, what, objects: controller("helm-controller", parts) };
}

/** Beside a shard, whose lease comes first and begins with the same words. */
function sharded(): KubernetesObject[] {
  const shard = controller("helm-controller-a", {
    args: ["--watch-label-selector=sharding.fluxcd.io/key=a"],
  });
  const [main, ...rest] = controller("helm-controller", {
    args: ["--watch-label-selector=!sharding.fluxcd.io/key"],
  });
  const name = "helm-controller-leader-election-1b2c3d4e";
  const renamed = shard.map((object) =>
    object.kind === "Lease" ? { ...object, metadata: { ...object.metadata, name } } : object,
  );
  return main === undefined ? [] : [main, ...renamed, ...rest];
}

function onNode(parts: ControllerParts): KubernetesObject[] {
  return controller("helm-controller", parts).map((object) =>
    object.kind === "Pod"
      ? { ...object, spec: { ...(object.spec as object), hostNetwork: true } }
      : object,
  );
}

const crashing = {
  restartCount: 4,
  ready: false,
  state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
  lastState: { terminated: { reason: "Error", exitCode: 1 } },
};

export const placeCases: readonly StateCase[] = [
  helm("ok", "ready and leading", {}),
  helm("C1", "scaled to 0", { replicas: 0 }),
  helm("C2", "crash looping", { container: crashing }),
  helm("C3", "out of memory", {
    container: { ...crashing, lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } } },
  }),
  {
    ...helm("C4", "its image cannot be pulled", {
      container: { ready: false, state: { waiting: { reason: "ImagePullBackOff" } } },
    }),
    text: "ImagePullBackOff",
  },
  {
    ...helm("C4", "just starting", {
      createdAgo: 20,
      container: { ready: false, state: { waiting: { reason: "ContainerCreating" } } },
    }),
    standing: "waiting",
  },
  helm("C4", "without a pod", { container: false }),
  helm("C5", "its lease is held by a pod that is gone", { holder: "helm-controller-old_1" }),
  helm("C5", "its lease is not renewed", { renewedAgo: 120 }),
  { state: "ok", what: "leading, and so does a shard of it", objects: sharded() },
  {
    state: "ok",
    what: "leading under the name of its machine, on the network of its node",
    objects: onNode({ holder: "machine-1_7f3a" }),
  },
  {
    state: "C5",
    what: "its lease is held by the pod before it, which was on the network of the pods",
    objects: onNode({ holder: "helm-controller-4c7a-q9w8e_1" }),
  },
  helm("C5", "its process was started again, and its lease is that of the one before", {
    startedAgo: 5,
    createdAgo: 3600,
    acquiredAgo: 3500,
  }),
  helm("ok", "started again, and leading since", {
    startedAgo: 50,
    createdAgo: 3600,
    acquiredAgo: 20,
  }),
  {
    state: "C6",
    what: "a canary is not answered while installs run",
    objects: [
      ...controller("helm-controller"),
      release("web", { conditions: running("install", 20) }),
    ],
    parts: { answers: { "helm-controller": "silent" } },
    standing: "failing",
    action: "wait",
  },
  {
    ...helm("C6", "a canary is not answered", {}),
    parts: { answers: { "helm-controller": "silent" } },
  },
  {
    ...helm("ok", "an old lease, and an answer", { holder: "helm-controller-old_1" }),
    parts: { answers: { "helm-controller": "answered" } },
  },
  { state: "T0", what: "just deleted", objects: [namespace("shop", [])] },
  {
    state: "T1",
    what: "held by finalizers",
    objects: [
      namespace("shop", [
        condition("NamespaceContentRemaining", "True", "SomeResourcesRemain"),
        condition("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain"),
        condition("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered"),
      ]),
    ],
  },
  {
    state: "T2",
    what: "not empty yet",
    objects: [
      namespace("shop", [condition("NamespaceContentRemaining", "True", "SomeResourcesRemain")]),
    ],
  },
  {
    state: "T3",
    what: "an API does not answer",
    objects: [
      namespace("shop", [
        condition("NamespaceDeletionDiscoveryFailure", "True", "DiscoveryFailed"),
        condition("NamespaceContentRemaining", "True", "SomeResourcesRemain"),
      ]),
    ],
  },
  {
    state: "W0",
    what: "its replicas are refused",
    objects: [
      deployment("web", {
        conditions: [
          condition("ReplicaFailure", "True", "FailedCreate", { message: "exceeded quota" }),
        ],
        status: { readyReplicas: 0, updatedReplicas: 0 },
      }),
      release("web", {
        conditions: running("install", 20),
        status: inventory("Deployment/apps/web"),
      }),
      ...controllers,
    ],
    text: "0 of 1 pods ready, FailedCreate: exceeded quota",
  },
  {
    state: "W1",
    what: "its container crashes",
    objects: [
      pod("web-1", {
        metadata: { labels: { app: "web" } },
        status: { phase: "Running", containerStatuses: [{ name: "app", ...crashing }] },
      }),
      deployment("web", {
        spec: { selector: { matchLabels: { app: "web" } } },
        status: { readyReplicas: 0, updatedReplicas: 1 },
      }),
      release("web", {
        conditions: running("install", 20),
        status: inventory("Deployment/apps/web"),
      }),
      ...controllers,
    ],
    text: "CrashLoopBackOff: container app, back-off 40s, last exit code 1 (Error), 4 restarts",
  },
];
