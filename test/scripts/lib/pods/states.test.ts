import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { examinePods } from "../../../../scripts/lib/pods/doctor.ts";
import { podProblems } from "../../../../scripts/lib/pods/finding.ts";
import { containerStates } from "./support/container-states.ts";
import { podStates } from "./support/pod-states.ts";
import { ago, at, type Parts, pod, readyConditions, snapshotOf, warning } from "./support/pods.ts";
import { ended, examined, initContainer, waiting } from "./support/states.ts";

const states = { ...podStates, ...containerStates };

describe("examinePods explains", () => {
  for (const [name, { parts, around, expected }] of Object.entries(states)) {
    it(name, () => {
      const findings = examined({ parts, ...(around && { around }) });
      assert.equal(findings.length, 1, JSON.stringify(findings));
      const [finding] = findings;
      assert.equal(finding?.problem, expected.problem);
      if (typeof expected.text === "string") assert.equal(finding.text, expected.text);
      else assert.match(finding.text, expected.text);
      const { container, blames, since, next } = expected;
      if (container !== undefined) assert.equal(finding.container, container);
      assert.equal(finding.blames, blames);
      if (since !== undefined) assert.equal((at - finding.since) / 1000, since);
      if (next !== undefined) assert.equal(finding.next, next);
    });
  }

  it("every problem that a pod can have", () => {
    const explained = new Set(Object.values(states).map(({ expected }) => expected.problem));
    const elsewhere = ["failed-job", "not-created"];
    assert.deepEqual(
      podProblems.filter((problem) => !explained.has(problem)),
      elsewhere,
    );
  });
});

describe("examinePods leaves out", () => {
  const young = { metadata: { creationTimestamp: ago(10) } };
  const since = (seconds: number) => ({
    conditions: [
      { type: "PodScheduled", status: "True", lastTransitionTime: ago(seconds) },
      { type: "Ready", status: "False", lastTransitionTime: ago(seconds) },
    ],
  });
  const well: Readonly<Record<string, Parts>> = {
    "a pod that is Ready": { status: { phase: "Running", conditions: readyConditions } },
    "a Ready pod of an odd phase": { status: { phase: "Simulated", conditions: readyConditions } },
    "the pod of a Job that is done": { status: { phase: "Succeeded" } },
    "a pod that has just been created": { ...young, scheduled: false, status: { conditions: [] } },
    "a container that is being created": {
      ...young,
      state: waiting("ContainerCreating"),
      status: since(10),
    },
    "a container that has just started": {
      state: { running: { startedAt: ago(10) } },
      containerSpec: { readinessProbe: {} },
    },
    "an init container that has just started": initContainer({ running: { startedAt: ago(10) } }),
    "a pod that is about to go": { metadata: { deletionTimestamp: ago(5) } },
    "a container that may end": {
      spec: { restartPolicy: "Never", nodeName: "node-1" },
      state: ended(0, "Completed"),
      status: { ...since(5) },
    },
  };
  for (const [name, parts] of Object.entries(well)) {
    it(name, () => {
      assert.deepEqual(examined({ parts }), []);
    });
  }

  it("warnings about an earlier pod of the same name", () => {
    const one = pod({ containerSpec: { readinessProbe: {} } });
    const old = warning(one, "Unhealthy", "Readiness probe failed: old", { uid: "uid-of-old" });
    const [finding] = examinePods(snapshotOf([one, old]));
    assert.match(finding?.text ?? "", /no event says why/);
  });

  it("a crash of long ago as the reason of a pod that is not ready", () => {
    const past = { terminated: { exitCode: 1, finishedAt: ago(3600) } };
    const [finding] = examined({
      parts: {
        container: { restartCount: 1, lastState: past },
        containerSpec: { readinessProbe: {} },
      },
    });
    assert.equal(finding?.problem, "probe-failing");
  });
});
