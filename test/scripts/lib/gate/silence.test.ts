import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { redactedLog, Redactor } from "../../../../scripts/lib/redact.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { putController, recordingLog, runControllers } from "../../support/flux.ts";
import { fakeApiServer } from "../../support/fake.ts";
import { canariesLeft, canaryKinds, components, refused } from "../../support/gate.ts";

describe("a gate that does not pass", { timeout: 60_000, concurrency: true }, () => {
  for (const component of components) {
    it(`fails when ${component} is silent, and names it with pod, lease and log`, async (t) => {
      const server = await fakeApiServer(t);
      putController(server, component);
      server.logs.set(`${component}-abc12`, ["first line", "last line"]);
      const { message, details, next } = await refused(server, [component]);
      assert.equal(message, `1 of 1 controllers did not answer within 3.0s: ${component}`);
      const text = details.join("\n");
      assert.match(text, new RegExp(`^${component}: no answer to \\w+`));
      assert.match(
        text,
        /Deployment\/flux-system\/\S+: 1 of 1 replicas ready, generation 2, observed 2/,
      );
      assert.match(text, /Pod\/flux-system\/\S+: phase Running, ready, 0 restarts/);
      assert.match(text, /Lease\/flux-system\/\S+: held by \S+_0b5d, renewed \d+(\.\d)?s ago/);
      assert.match(text, /\| last line$/);
      assert.equal(next, `kubectl -n flux-system logs deployment/${component} --tail=50`);
      assert.deepEqual(canariesLeft(server), []);
    });
  }

  it("names only the silent one of several", async (t) => {
    const server = await fakeApiServer(t);
    putController(server, "helm-controller");
    putController(server, "kustomize-controller");
    runControllers(server, canaryKinds, ["HelmRelease"]);
    const { message } = await refused(server, ["helm-controller", "kustomize-controller"]);
    assert.equal(message, "1 of 2 controllers did not answer within 3.0s: helm-controller");
  });

  const broken = [
    {
      why: "a missing Deployment",
      put: () => undefined,
      says: /^helm-controller: its Deployment does not exist$/,
      next: "kubectl -n flux-system describe fluxinstance flux",
    },
    {
      why: "a rollout that is not observed",
      put: (server: FakeApiServer) => {
        putController(server, "helm-controller", { deployment: { metadata: { generation: 3 } } });
      },
      says: /generation 3 is not observed yet/,
      next: "kubectl -n flux-system logs deployment/helm-controller --tail=50",
    },
    {
      why: "a crashing pod",
      put: (server: FakeApiServer) => {
        putController(server, "helm-controller", {
          deployment: { status: { readyReplicas: 0 } },
          pod: {
            status: {
              phase: "Pending",
              conditions: [{ type: "Ready", status: "False" }],
              containerStatuses: [
                {
                  restartCount: 4,
                  state: { waiting: { reason: "CrashLoopBackOff" } },
                  lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
                },
              ],
            },
          },
        });
      },
      says: /not ready, 4 restarts, waiting CrashLoopBackOff, terminated OOMKilled \(exit code 137\)/,
      next: "kubectl -n flux-system describe pod helm-controller-abc12",
    },
    {
      why: "a lease that another pod holds",
      put: (server: FakeApiServer) => {
        putController(server, "helm-controller", { holder: "helm-controller-old99_1" });
      },
      says: /its lease is held by helm-controller-old99_1, not by helm-controller-abc12/,
      next: "kubectl -n flux-system logs deployment/helm-controller --tail=50",
    },
    {
      why: "two replicas of which one is old",
      put: (server: FakeApiServer) => {
        putController(server, "helm-controller", { deployment: { status: { replicas: 2 } } });
      },
      says: /1 of 1 replicas are ready, 1 updated, 2 in total/,
      next: "kubectl -n flux-system logs deployment/helm-controller --tail=50",
    },
  ];
  for (const { why, put, says, next } of broken) {
    it(`fails with ${why} and writes no token, although the kind would be answered`, async (t) => {
      const server = await fakeApiServer(t);
      put(server);
      runControllers(server, canaryKinds);
      const failure = await refused(server, ["helm-controller"]);
      assert.match(failure.details.join("\n"), says);
      assert.equal(failure.next, next);
      assert.deepEqual(server.writes, []);
    });
  }

  it("keeps secrets in a controller's log out of the failure once it is redacted", async (t) => {
    const server = await fakeApiServer(t);
    putController(server, "helm-controller");
    server.logs.set("helm-controller-abc12", ["using https://bot:planted-password@git.example/x"]);
    const { details } = await refused(server, ["helm-controller"]);
    const { log, lines } = recordingLog();
    redactedLog(log, new Redactor()).line(details.join("\n"));
    assert.match(lines.join("\n"), /using https:\/\/\[redacted\]@git\.example/);
    assert.doesNotMatch(lines.join("\n"), /planted-password/);
  });
});
