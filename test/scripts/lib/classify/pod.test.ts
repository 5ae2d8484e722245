import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ObjectIndex } from "../../../../scripts/lib/classify/object-index.ts";
import { troubleOf } from "../../../../scripts/lib/classify/pod.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { ago, at, condition, pod } from "./support/objects.ts";

function trouble(parts: Parameters<typeof pod>[1], events: readonly KubernetesObject[] = []) {
  return troubleOf(pod("web", parts), { at, index: new ObjectIndex(events) });
}

const container = (fields: object) => ({ containerStatuses: [{ name: "app", ...fields }] });
const running = { state: { running: { startedAt: ago(300) } }, ready: false };
const unready = (seconds: number) => [
  condition("Ready", "False", "ContainersNotReady", { seconds, message: "unready" }),
];
const unscheduled = (seconds: number) => [
  condition("PodScheduled", "False", "Unschedulable", { seconds, message: "0/3 nodes" }),
];
const waiting = (reason: string) => container({ state: { waiting: { reason } } });

describe("troubleOf", () => {
  const table: [string, Parameters<typeof pod>[1], string | undefined][] = [
    ["a pod that is done", { status: { phase: "Succeeded" } }, undefined],
    ["a ready pod", { conditions: [condition("Ready", "True", "x")] }, undefined],
    [
      "a pod that goes",
      { metadata: { deletionTimestamp: ago(5) }, status: { phase: "Failed" } },
      undefined,
    ],
    ["a pod that failed", { status: { phase: "Failed", reason: "Evicted" } }, "Evicted"],
    ["a pod just not scheduled", { conditions: unscheduled(10) }, undefined],
    ["a pod that cannot be scheduled", { conditions: unscheduled(60) }, "Unschedulable: 0/3 nodes"],
    [
      "a container just being created",
      { metadata: { creationTimestamp: ago(20) }, status: waiting("ContainerCreating") },
      undefined,
    ],
    [
      "a container that is not created for long",
      { metadata: { creationTimestamp: ago(300) }, status: waiting("ContainerCreating") },
      "ContainerCreating: for 5m00s",
    ],
    [
      "a container that cannot be configured",
      { status: waiting("CreateContainerConfigError") },
      "CreateContainerConfigError: container app",
    ],
    [
      "a container just not ready",
      { conditions: unready(20), status: container(running) },
      undefined,
    ],
    [
      "a container that stays not ready",
      { conditions: unready(120), status: container(running) },
      "ContainersNotReady: container app runs and is not ready for 2m00s, unready",
    ],
    [
      "a finished init container",
      {
        metadata: { creationTimestamp: ago(20) },
        status: {
          initContainerStatuses: [{ name: "init", state: { terminated: { exitCode: 0 } } }],
          ...waiting("PodInitializing"),
        },
      },
      undefined,
    ],
    [
      "an init container that fails",
      {
        status: {
          initContainerStatuses: [
            {
              name: "init",
              state: { waiting: { reason: "CrashLoopBackOff" } },
              lastState: { terminated: { exitCode: 2, reason: "Error" } },
              restartCount: 3,
            },
          ],
          ...waiting("PodInitializing"),
        },
      },
      "CrashLoopBackOff: container init, last exit code 2 (Error), 3 restarts",
    ],
  ];
  for (const [what, parts, text] of table) {
    it(`says ${text === undefined ? "nothing" : "why"} of ${what}`, () => {
      assert.equal(trouble(parts)?.text, text);
    });
  }

  it("is not patient when what waited for the pod has failed", () => {
    const young = pod("web", { conditions: unscheduled(10) });
    const moment = { at, index: new ObjectIndex([]), isLate: true };
    assert.equal(troubleOf(young, moment)?.reason, "Unschedulable");
  });

  it("quotes the warning that says why a container is not created", () => {
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e", namespace: "apps" },
      involvedObject: { kind: "Pod", namespace: "apps", name: "web" },
      message: 'MountVolume.SetUp failed: secret "tls" not found',
    };
    const parts = {
      metadata: { creationTimestamp: ago(300) },
      status: waiting("ContainerCreating"),
    };
    assert.equal(trouble(parts, [event])?.text.includes('secret "tls" not found'), true);
  });
});
