import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ageSince, formatAge } from "../../../../scripts/lib/commands/age.ts";
import { revisionOf, shortRevision } from "../../../../scripts/lib/commands/revision.ts";
import { SameCluster } from "../../../../scripts/lib/commands/same-cluster.ts";

describe("formatAge", () => {
  const minute = 60_000;
  const cases: readonly (readonly [number, string])[] = [
    [-5, "0s"],
    [119_000, "119s"],
    [5 * minute, "5m"],
    [200 * minute, "3h20m"],
    [120 * minute, "2h"],
    [52 * 60 * minute, "2d4h"],
    [40 * 24 * 60 * minute, "40d"],
  ];
  for (const [age, expected] of cases) {
    it(`says ${expected}`, () => {
      assert.equal(formatAge(age), expected);
    });
  }

  it("says so when a time is none", () => {
    assert.equal(ageSince(undefined, 0), "unknown");
    assert.equal(ageSince("soon", 0), "unknown");
  });
});

describe("revisionOf", () => {
  const of = (status: unknown) =>
    revisionOf({ apiVersion: "v1", kind: "X", metadata: { name: "x" }, status });

  it("shortens digests and names of branches", () => {
    assert.equal(shortRevision("refs/heads/main@sha1:0123456789abcdef"), "main@01234567");
    assert.equal(shortRevision("1.2.0@sha256:0123456789abcdef"), "1.2.0@01234567");
    assert.equal(shortRevision("1.2.0"), "1.2.0");
  });

  it("is the artifact, what was applied, the chart or what was attempted", () => {
    assert.equal(of({ artifact: { revision: "main@sha1:1" } }), "main@1");
    assert.equal(of({ lastAppliedRevision: "2", lastAttemptedRevision: "3" }), "2");
    assert.equal(of({ history: [{ chartVersion: "1.3.0" }], lastAttemptedRevision: "3" }), "1.3.0");
    assert.equal(of({ lastAttemptedRevision: "3" }), "3");
  });

  it("survives any status", () => {
    for (const status of [
      undefined,
      null,
      {},
      { history: "x" },
      { history: [null] },
      { artifact: 1 },
    ]) {
      assert.equal(of(status), "");
    }
  });
});

describe("SameCluster", () => {
  const given = (values: Readonly<Record<string, string>>) =>
    new SameCluster({ flag: (name) => name in values, text: (name) => values[name] });

  it("repeats the options that say which cluster is meant, as each program knows them", () => {
    const same = given({ context: "prod", kubeconfig: "/a b", namespace: "flux" });
    const options = "--kubeconfig '/a b' --context prod";
    assert.equal(same.next("kubectl get pods"), `kubectl ${options} get pods`);
    assert.equal(
      same.next("npm run fleet -- doctor"),
      `npm run fleet -- doctor ${options} --namespace flux`,
    );
    assert.equal(same.next("helm list"), "helm list --kubeconfig '/a b' --kube-context prod");
    assert.equal(same.next("pulumi up"), "pulumi up");
  });

  it("leaves commands as they are when nothing was said", () => {
    assert.equal(given({}).next("kubectl get pods"), "kubectl get pods");
  });
});
