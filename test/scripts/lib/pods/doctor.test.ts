import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { examinePods } from "../../../../scripts/lib/pods/doctor.ts";
import {
  ago,
  controller,
  deployment,
  object,
  pod,
  replicaSet,
  snapshotOf,
  warning,
} from "./support/pods.ts";
import { ended, examined, waiting } from "./support/states.ts";

describe("examinePods", () => {
  it("makes one finding of equal pods of a workload, the oldest first", () => {
    const crash = (name: string, seconds: number, restarts: number) =>
      pod({
        name,
        owner: replicaSet,
        state: waiting("CrashLoopBackOff"),
        container: { restartCount: restarts, lastState: ended(1) },
        status: {
          conditions: [{ type: "Ready", status: "False", lastTransitionTime: ago(seconds) }],
        },
      });
    const pods = [
      crash("web-5d9f-a", 450, 4),
      crash("web-5d9f-b", 500, 9),
      crash("web-5d9f-c", 420, 4),
    ];
    const logs = { "shop/web-5d9f-a/web": ["boom"] };
    const [finding, ...more] = examinePods(snapshotOf([...pods, replicaSet, deployment], logs));
    assert.deepEqual(more, []);
    assert.equal(finding?.count, 3);
    assert.deepEqual(finding.pods, [
      "Pod/shop/web-5d9f-b",
      "Pod/shop/web-5d9f-a",
      "Pod/shop/web-5d9f-c",
    ]);
    assert.equal(finding.text, "exit code 1 (Error), 9 restarts");
    assert.deepEqual(finding.logLines, ["boom"]);
    assert.equal(finding.workload.key, "Deployment/shop/web");
  });

  it("keeps pods of a workload apart whose trouble differs", () => {
    const pods = [1, 2].map((exitCode) =>
      pod({ name: `web-5d9f-${exitCode}`, owner: replicaSet, state: ended(exitCode) }),
    );
    assert.equal(examinePods(snapshotOf([...pods, replicaSet])).length, 2);
  });

  it("tells the worst of several containers", () => {
    const [finding] = examined({
      parts: {
        spec: { nodeName: "node-1", containers: [{ name: "web" }, { name: "log" }] },
        status: {
          containerStatuses: [
            { name: "web", state: { running: { startedAt: ago(600) } } },
            { name: "log", state: waiting("CrashLoopBackOff"), lastState: ended(9) },
          ],
        },
      },
    });
    assert.deepEqual([finding?.problem, finding?.container], ["crash-loop", "log"]);
  });

  it("orders by workload, whatever the order of the objects", () => {
    const pods = ["b", "c", "a"].map((name) => pod({ name }));
    const names = (objects: readonly KubernetesObject[]) =>
      examinePods(snapshotOf(objects)).map(({ workload }) => workload.name);
    assert.deepEqual(names(pods), ["a", "b", "c"]);
    assert.deepEqual(names(pods.toReversed()), ["a", "b", "c"]);
  });

  it("explains workloads whose pods may not be created", () => {
    const quota = 'pods "web" is forbidden: exceeded quota: small';
    const refused = object("apps/v1", "Deployment", "web", {
      status: {
        conditions: [
          { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: quota },
        ],
      },
    });
    const set = object("apps/v1", "StatefulSet", "db", {
      spec: { replicas: 1 },
      status: { replicas: 0 },
    });
    const full = object("apps/v1", "DaemonSet", "log", {
      status: { desiredNumberScheduled: 2, currentNumberScheduled: 2 },
    });
    const account =
      'pods "db-0" is forbidden: error looking up service account shop/db: serviceaccount "db" not found';
    const findings = examinePods(
      snapshotOf([
        refused,
        set,
        full,
        warning(set, "FailedCreate", account),
        warning(full, "FailedCreate", "old"),
      ]),
    );
    assert.deepEqual(
      findings.map(({ key, problem, text, blames }) => [key, problem, text, blames]),
      [
        ["StatefulSet/shop/db", "not-created", account, "ServiceAccount/shop/db"],
        ["Deployment/shop/web", "not-created", quota, undefined],
      ],
    );
  });

  it("never throws on fields of the wrong shape", () => {
    const odd = [null, "odd", 7, [], [null], [7], {}, { web: 1 }];
    const status = pod({ state: waiting("CrashLoopBackOff") });
    for (const field of ["spec", "status"] as const) {
      const fields = status[field] as Record<string, unknown>;
      for (const value of odd) {
        const broken = [
          { ...status, [field]: value },
          ...Object.keys(fields).map((name) => ({
            ...status,
            [field]: { ...fields, [name]: value },
          })),
        ];
        for (const one of broken) {
          const jobs = [controller("Job"), { ...controller("Job", "odd"), status: value }];
          examinePods(snapshotOf([one, ...jobs, { ...deployment, status: value }]));
        }
      }
    }
  });
});
