import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  backOffSeconds,
  type ContainerState,
  podStatusPatch,
} from "../../../embedded/node-agent/container-state.ts";

const now = "2026-01-01T00:00:10Z";
const container = { name: "manager", image: "fluxcd/helm-controller:v1.6.3" };
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "n", creationTimestamp: "2026-01-01T00:00:00Z" },
};

function patch(state: ContainerState) {
  const { status } = podStatusPatch(pod, container, state, now);
  const [containerStatus] = status.containerStatuses;
  const ready = status.conditions.find(({ type }) => type === "Ready");
  return { phase: status.phase, ready: ready?.status, container: containerStatus };
}

const last = {
  kind: "terminated",
  reason: "Error",
  exitCode: 137,
  signal: 9,
  startedAt: "2026-01-01T00:00:01Z",
  finishedAt: "2026-01-01T00:00:09Z",
} as const;

describe("the status of a pod", () => {
  it("is Pending while its container is created", () => {
    const {
      phase,
      ready,
      container: status,
    } = patch({
      current: { kind: "waiting", reason: "ContainerCreating" },
      restarts: 0,
    });
    assert.deepEqual([phase, ready], ["Pending", "False"]);
    assert.deepEqual(status?.state, { waiting: { reason: "ContainerCreating" } });
  });

  it("is Running and not Ready until the probe answers", () => {
    const current = { kind: "running", startedAt: now, ready: false } as const;
    const { phase, ready } = patch({ current, restarts: 0 });
    assert.deepEqual([phase, ready], ["Running", "False"]);
  });

  it("is Ready when the probe has answered", () => {
    const current = { kind: "running", startedAt: now, ready: true } as const;
    assert.equal(patch({ current, restarts: 0 }).ready, "True");
  });

  it("tells the exit code and the signal of the run before", () => {
    const current = {
      kind: "waiting",
      reason: "CrashLoopBackOff",
      message: "back-off 10s",
    } as const;
    const { phase, container: status } = patch({ current, last, restarts: 1 });
    assert.equal(phase, "Running");
    assert.deepEqual(status?.state, {
      waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" },
    });
    assert.deepEqual(status.lastState, {
      terminated: {
        reason: "Error",
        exitCode: 137,
        signal: 9,
        startedAt: last.startedAt,
        finishedAt: last.finishedAt,
      },
    });
  });

  it("backs off as a kubelet does: at once, 10 seconds, doubling up to 300", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6, 20].map(backOffSeconds),
      [0, 10, 20, 40, 80, 160, 300, 300],
    );
  });
});
