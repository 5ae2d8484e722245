import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Answer } from "../../../../scripts/lib/classify/snapshot.ts";
import type { Verdict } from "../../../../scripts/lib/classify/verdict.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { Journal } from "../../../../scripts/lib/repair/journal.ts";
import { defaultLimits } from "../../../../scripts/lib/repair/limits.ts";
import { restartTarget, verifyRestart } from "../../../../scripts/lib/repair/restart.ts";
import {
  diagnosisOf,
  fluxNamespace,
  now,
  objectOf,
  snapshotOf,
  verdictOf,
} from "./support/diagnosis.ts";
import { note } from "./support/plan.ts";

const component = "helm-controller";

/** One controller with its pod `<name>` that is Ready and leads. */
function controllerOf(pod: string, status: object = {}, metadata: object = {}): KubernetesObject[] {
  const labels = { app: component };
  const part = (kind: string, name: string, parts: object) =>
    objectOf(name, { kind, namespace: fluxNamespace, ...parts });
  return [
    part("Deployment", component, {
      metadata: { generation: 1 },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          spec: { containers: [{ args: ["--enable-leader-election", "--concurrent=2"] }] },
        },
      },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
    }),
    part("Pod", pod, {
      metadata: { labels, ...metadata },
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }], ...status },
    }),
    part("Lease", `${component}-leader-election`, { spec: { holderIdentity: `${pod}_1` } }),
  ];
}

function target(
  more: { answer?: Answer; status?: object; verdicts?: readonly Verdict[]; lease?: boolean } = {},
) {
  const { answer, status, verdicts = [], lease = true } = more;
  const objects = controllerOf("a", status).filter(({ kind }) => lease || kind !== "Lease");
  const answers = new Map(answer === undefined ? [] : [[component, answer]]);
  return restartTarget(component, diagnosisOf(verdicts), snapshotOf(objects, { answers }));
}

describe("restartTarget", () => {
  it("is the pod that leads, when its canary failed although it is up", () => {
    assert.equal(target({ answer: "silent" }).pod?.metadata.name, "a");
  });

  const refused: readonly (readonly [string, Parameters<typeof target>[0], RegExp])[] = [
    ["was not asked", {}, /only a silent controller is restarted/],
    ["answered", { answer: "answered" }, /only a silent controller is restarted/],
    ["does not lead", { answer: "silent", lease: false }, /its lease is held by nobody/],
    ["is not Ready", { answer: "silent", status: { conditions: [] } }, /none of its pods is ready/],
    ["is not Running", { answer: "silent", status: { phase: "Pending" } }, /is not Running/],
    [
      "is busy with as many installs as it has workers",
      { answer: "silent", verdicts: [verdictOf("one", "H7"), verdictOf("two", "H7")] },
      /a restart would kill what they do/,
    ],
  ];
  for (const [name, more, why] of refused) {
    it(`is none when the controller ${name}`, () => {
      assert.match(target(more).why ?? "", why);
    });
  }

  it("does not count installs as busy while a worker is free", () => {
    const verdicts = [verdictOf("one", "H7")];
    assert.equal(target({ answer: "silent", verdicts }).pod?.metadata.name, "a");
  });
});

describe("verifyRestart", () => {
  const pod = objectOf("a", { kind: "Pod", namespace: fluxNamespace });
  const silent = { ...verdictOf("a", "C6", { kind: "Pod" }), object: pod };

  function outcome(objects: readonly KubernetesObject[], at = now): string {
    const entry = note(new Journal(), silent, { phase: "asked", askedAt: now }) ?? assert.fail();
    const moment = { now: at, limits: defaultLimits, sign: 0, hopeless: false };
    const finding = verifyRestart(entry, snapshotOf(objects), moment);
    return finding?.kind === "change" ? (finding.change.outcome ?? "") : (finding?.kind ?? "open");
  }

  it("is effective when another pod leads", () => {
    assert.equal(outcome(controllerOf("b")), "effective");
  });

  it("is handled while the old pod ends or no other leads yet", () => {
    const ending = { deletionTimestamp: "2026-01-01T08:00:00Z" };
    assert.equal(outcome(controllerOf("a", {}, ending)), "handled");
    assert.equal(outcome(controllerOf("b", { conditions: [] })), "handled");
  });

  it("is overdue when the pod is there after 30 s", () => {
    assert.equal(outcome(controllerOf("a")), "open");
    assert.equal(outcome(controllerOf("a"), now + 30_000), "overdue");
  });
});
