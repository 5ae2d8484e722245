import { ago, claim, dataVolume, deployment, object, replicaSet, warning } from "./pods.ts";
import { ended, failed, type State, unscheduled, waiting } from "./states.ts";

/** What keeps a whole pod from running. */
export const podStates: Readonly<Record<string, State>> = {
  "no node has room": {
    parts: {
      scheduled: false,
      status: unscheduled(
        "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
      ),
    },
    expected: {
      problem: "unschedulable",
      text: "0/3 nodes are available: 3 Insufficient cpu.",
      since: 590,
      next: "kubectl -n shop describe pod web-5d9f-abc12",
    },
  },
  "a claim waits for its first consumer, and the pod for a node": {
    parts: {
      scheduled: false,
      spec: dataVolume,
      status: unscheduled("0/3 nodes are available: 3 Insufficient cpu."),
    },
    around: () => [claim("data", "Pending")],
    expected: { problem: "unschedulable", text: /Insufficient cpu/ },
  },
  "the scheduler is not there": {
    parts: { scheduled: false, spec: { schedulerName: "mine" }, status: { conditions: [] } },
    expected: { problem: "unschedulable", text: "scheduler mine has not looked at it" },
  },
  "a scheduling gate": {
    parts: { scheduled: false, status: unscheduled("gated", "SchedulingGated") },
    expected: { problem: "unschedulable", text: "it waits for its scheduling gates to go" },
  },
  "a Secret to mount is missing": {
    parts: { state: waiting("ContainerCreating") },
    around: (about) => [
      warning(about, "FailedMount", "Unable to attach: timed out waiting for the condition", {
        seconds: 5,
      }),
      warning(about, "FailedMount", 'MountVolume.SetUp failed: secret "tls" not found'),
    ],
    expected: {
      problem: "config-error",
      container: undefined,
      text: 'MountVolume.SetUp failed: secret "tls" not found',
      blames: "Secret/shop/tls",
    },
  },
  "a volume cannot be attached": {
    parts: { state: waiting("ContainerCreating") },
    around: (about) => [warning(about, "FailedAttachVolume", "Multi-Attach error for volume")],
    expected: { problem: "volume-pending", text: "Multi-Attach error for volume" },
  },
  "a claim is not bound": {
    parts: {
      scheduled: false,
      spec: dataVolume,
      status: unscheduled("pod has unbound immediate PersistentVolumeClaims"),
    },
    around: () => {
      const data = claim("data", "Pending");
      return [data, warning(data, "ProvisioningFailed", 'storageclass "fast" not found')];
    },
    expected: {
      problem: "volume-pending",
      text: 'PersistentVolumeClaim data is Pending: storageclass "fast" not found',
      blames: "PersistentVolumeClaim/shop/data",
      since: 590,
      next: "kubectl -n shop describe pvc data",
    },
  },
  "a claim does not exist": {
    parts: {
      scheduled: false,
      spec: dataVolume,
      status: unscheduled('persistentvolumeclaim "data" not found'),
    },
    expected: {
      problem: "volume-pending",
      text: 'persistentvolumeclaim "data" not found',
      blames: "PersistentVolumeClaim/shop/data",
    },
  },
  "its network cannot be made": {
    parts: { state: waiting("ContainerCreating") },
    around: (about) => [warning(about, "FailedCreatePodSandBox", "plugin cilium failed")],
    expected: { problem: "container-creating", text: "plugin cilium failed" },
  },
  "its node does nothing": {
    parts: { state: waiting("ContainerCreating") },
    expected: { problem: "container-creating", text: "node node-1 has not started it yet" },
  },
  "no status at all": {
    parts: { status: { phase: "Pending", containerStatuses: undefined } },
    expected: { problem: "container-creating", text: /has not started it yet/ },
  },
  "its node is gone": {
    parts: {},
    around: () => [object("v1", "Node", "node-2", { namespace: "" })],
    expected: {
      problem: "not-ready",
      text: "its node node-1 does not exist",
      blames: "Node//node-1",
      next: "kubectl describe node node-1",
    },
  },
  "it was evicted": {
    parts: { owner: replicaSet, status: failed({ reason: "Evicted", message: "low on memory" }) },
    around: () => [replicaSet, deployment],
    expected: { problem: "evicted", text: "Evicted: low on memory" },
  },
  "it made room for another": {
    parts: {
      status: failed({
        conditions: [
          {
            type: "DisruptionTarget",
            status: "True",
            reason: "PreemptionByScheduler",
            message: "preempted",
          },
        ],
      }),
    },
    expected: { problem: "evicted", text: "PreemptionByScheduler: preempted" },
  },
  "it failed for good": {
    parts: { spec: { restartPolicy: "Never", nodeName: "n" }, state: ended(4), status: failed() },
    expected: { problem: "failed", container: undefined, text: /.*/ },
  },
  "it should be gone, and a finalizer keeps it": {
    parts: { metadata: { deletionTimestamp: ago(300), finalizers: ["example.com/guard"] } },
    expected: {
      problem: "terminating-stuck",
      text: "deleted and kept by its finalizers: example.com/guard",
      since: 300,
    },
  },
  "it should be gone, and its node is silent": {
    parts: { metadata: { deletionTimestamp: ago(300) } },
    expected: { problem: "terminating-stuck", text: /node node-1 has not confirmed its end/ },
  },
  "all its containers are ready, and a gate is not": {
    parts: {
      container: { ready: true },
      spec: { nodeName: "node-1", readinessGates: [{ conditionType: "lb.example/ready" }] },
    },
    expected: { problem: "not-ready", text: "its readiness gate lb.example/ready is not True" },
  },
};
