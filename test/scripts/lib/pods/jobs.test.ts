import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { examinePods } from "../../../../scripts/lib/pods/doctor.ts";
import { logsWanted } from "../../../../scripts/lib/pods/logs-wanted.ts";
import { Redactor } from "../../../../scripts/lib/redact.ts";
import { ago, object, ownedByObject, pod, snapshotOf } from "./support/pods.ts";

const condition = (type: string, reason = "", message = "") => ({
  conditions: [{ type, status: "True", reason, message, lastTransitionTime: ago(100) }],
});
const job = (name: string, more: Parameters<typeof object>[3] = {}) =>
  object("batch/v1", "Job", name, more);
const attempt = (owner: KubernetesObject, name: string, exitCode = 1) =>
  pod({
    name,
    owner,
    spec: { restartPolicy: "Never", nodeName: "node-1" },
    state: { terminated: { exitCode, reason: "Error", startedAt: ago(200), finishedAt: ago(150) } },
    status: { phase: "Failed" },
  });
const summary = (...objects: KubernetesObject[]) =>
  examinePods(snapshotOf(objects)).map(({ key, problem, text, count }) => [
    key,
    problem,
    text,
    count,
  ]);

describe("examinePods on Jobs", () => {
  it("tells how many attempts failed, as one finding", () => {
    const migrate = job("migrate", { spec: { backoffLimit: 3 }, status: { failed: 2 } });
    assert.deepEqual(
      summary(attempt(migrate, "migrate-a"), attempt(migrate, "migrate-b"), migrate),
      [["Pod/shop/migrate-a", "failed-job", "exit code 1 (Error); 2 of 4 attempts failed", 2]],
    );
  });

  it("says nothing of attempts while the first is still on its way", () => {
    const migrate = job("migrate", { status: { active: 1 } });
    const first = pod({ owner: migrate, scheduled: false, status: { conditions: [] } });
    assert.deepEqual(summary(first, migrate)[0]?.slice(1, 3), [
      "unschedulable",
      "scheduler default-scheduler has not looked at it",
    ]);
  });

  it("tells that a Job gave up", () => {
    const migrate = job("migrate", { status: condition("Failed", "BackoffLimitExceeded") });
    assert.deepEqual(summary(attempt(migrate, "migrate-a"), migrate), [
      [
        "Pod/shop/migrate-a",
        "failed-job",
        "exit code 1 (Error); the Job gave up (BackoffLimitExceeded)",
        1,
      ],
    ]);
  });

  it("tells of a Job that failed and has no pod left", () => {
    const migrate = job("migrate", { status: condition("Failed", "DeadlineExceeded", "too slow") });
    assert.deepEqual(summary(migrate), [
      ["Job/shop/migrate", "failed-job", "DeadlineExceeded: too slow", 1],
    ]);
  });

  it("leaves out attempts of a Job that succeeded in the end", () => {
    const migrate = job("migrate", { status: condition("Complete") });
    assert.deepEqual(summary(attempt(migrate, "migrate-a"), migrate), []);
  });

  it("leaves out a failed Job of a CronJob whose later Job succeeded, not one whose earlier Job did", () => {
    const cron = object("batch/v1", "CronJob", "nightly");
    const run = (name: string, seconds: number, status: object) =>
      job(name, {
        metadata: { creationTimestamp: ago(seconds), ownerReferences: [ownedByObject(cron)] },
        status,
      });
    const failed = condition("Failed", "BackoffLimitExceeded");
    const later = run("nightly-2", 100, condition("Complete"));
    assert.deepEqual(summary(run("nightly-1", 500, failed), later), []);
    assert.equal(summary(run("nightly-3", 50, failed), later).length, 1);
  });

  it("tells of a Job that may not create its pod", () => {
    const event = {
      ...object("v1", "Event", "e"),
      type: "Warning",
      involvedObject: { kind: "Job", name: "migrate", namespace: "shop" },
      reason: "FailedCreate",
      message: "denied by webhook",
      eventTime: ago(20),
    } as KubernetesObject;
    assert.deepEqual(summary(job("migrate"), event), [
      ["Job/shop/migrate", "not-created", "denied by webhook", 1],
    ]);
    assert.deepEqual(summary(job("migrate", { status: { succeeded: 1 } }), event), []);
  });
});

describe("a failing post-install check", () => {
  const hook = "post-install,post-upgrade";
  const name = "master-release-post-install-check";
  const check = job(name, {
    namespace: "apps",
    metadata: { annotations: { "helm.sh/hook": hook } },
    spec: { backoffLimit: 0 },
    status: condition("Failed", "BackoffLimitExceeded"),
  });
  const failed = {
    ...attempt(check, `${name}-x7x2p`),
    metadata: { ...attempt(check, `${name}-x7x2p`).metadata, namespace: "apps" },
  };
  const release = object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "master-release", {
    namespace: "apps",
  });
  const output = [
    "Checking for non-running pods in namespace apps...",
    "api-6c9d 0/1 CrashLoopBackOff",
    "connecting with password=planted-in-the-log",
    "global.autoFixPods is false, not restarting anything",
  ];

  it("is found with the output of its pod, its release and when it runs", () => {
    const logs = { [`apps/${name}-x7x2p/web`]: output };
    const [finding] = examinePods(snapshotOf([check, failed, release], logs));
    assert.equal(finding?.hook, hook);
    assert.equal(finding.flux.helmRelease, "HelmRelease/apps/master-release");
    assert.deepEqual(finding.logLines, output.with(2, "connecting with password=[redacted]"));
    assert.equal(finding.workload.key, `Job/apps/${name}`);
    assert.equal(finding.next, `kubectl -n apps logs ${name}-x7x2p -c web --tail=50`);
  });

  it("is the first whose log is fetched", () => {
    const conditions = [{ type: "Ready", status: "False", lastTransitionTime: ago(5) }];
    const crash = pod({ state: { terminated: { exitCode: 1 } }, status: { conditions } });
    assert.deepEqual(logsWanted(snapshotOf([crash, failed, check])), [
      { namespace: "apps", pod: `${name}-x7x2p`, container: "web", previous: false },
      { namespace: "shop", pod: "web-5d9f-abc12", container: "web", previous: false },
    ]);
  });

  it("is left out once it is passed", () => {
    const passed = { ...check, status: condition("Complete") };
    assert.deepEqual(examinePods(snapshotOf([passed, failed, release])), []);
    assert.deepEqual(logsWanted(snapshotOf([passed, failed, release])), []);
  });
});

describe("logsWanted", () => {
  const looping = {
    state: { waiting: { reason: "CrashLoopBackOff" } },
    container: { restartCount: 2, lastState: { terminated: { exitCode: 1 } } },
  };

  it("asks for the run before the present one, once a workload", () => {
    const set = object("apps/v1", "StatefulSet", "db");
    const pods = ["db-0", "db-1"].map((name) => pod({ name, owner: set, ...looping }));
    assert.deepEqual(logsWanted(snapshotOf([...pods, set])), [
      { namespace: "shop", pod: "db-0", container: "web", previous: true },
    ]);
  });

  it("asks for no log where there is none", () => {
    const states = [
      { waiting: { reason: "ImagePullBackOff" } },
      { waiting: { reason: "ContainerCreating" } },
    ];
    const pods = states.map((state, index) => pod({ name: `web-${index}`, state }));
    assert.deepEqual(logsWanted(snapshotOf(pods)), []);
  });
});

describe("log lines of a finding", () => {
  const key = [...["a", "b"].map((last) => `${"Ab1+".repeat(15)}123${last}`), "Ab1+zz=="];
  const linesOf = (log: readonly string[]) => {
    const crash = pod({ state: { terminated: { exitCode: 1 } } });
    const [finding] = examinePods(snapshotOf([crash], { "shop/web-5d9f-abc12/web": log }));
    return finding?.logLines ?? [];
  };

  it("hold no part of a private key, wherever the log was cut", () => {
    const whole = [
      "start",
      "-----BEGIN RSA PRIVATE KEY-----",
      ...key,
      "-----END RSA PRIVATE KEY-----",
      "end",
    ];
    for (let from = 0; from < whole.length; from += 1) {
      for (let to = from + 1; to <= whole.length; to += 1) {
        // Nothing tells what the short end of a key is when it stands alone.
        if (from === 4 && to === 5) continue;
        const text = linesOf(whole.slice(from, to)).join("\n");
        assert.ok(!text.includes("Ab1+"), `${from} to ${to}: ${text}`);
      }
    }
    assert.equal(linesOf(whole).at(0), "start");
    assert.equal(linesOf(whole).at(-1), "end");
  });

  it("are the last ten", () => {
    const lines = Array.from({ length: 15 }, (_, line) => `line ${line}`);
    assert.deepEqual(linesOf(lines), lines.slice(5));
  });

  it("and the text leave the secrets to the redactor that knows them", () => {
    const crash = pod({
      state: {
        terminated: { exitCode: 1, message: "token=planted-token at https://u:planted-password@h" },
      },
    });
    const redactor = new Redactor();
    redactor.add("planted-value");
    const findings = examinePods(
      snapshotOf([crash], { "shop/web-5d9f-abc12/web": ["is planted-value"] }),
    );
    const printed = JSON.stringify(redactor.document(findings));
    assert.ok(!printed.includes("planted"), printed);
  });
});
