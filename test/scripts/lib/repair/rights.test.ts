import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { Failure } from "../../../../scripts/lib/failure.ts";
import { HelmRelease, Lease, Pod } from "../../../../scripts/lib/kinds.ts";
import { leaseNeeds } from "../../../../scripts/lib/repair/lease.ts";
import { needsOf, Rights } from "../../../../scripts/lib/repair/rights.ts";
import { fakeApiServer } from "../../support/fake.ts";
import { verdictOf } from "./support/diagnosis.ts";

async function scene(t: TestContext) {
  const server = await fakeApiServer(t);
  let questions = 0;
  server.heard = (request) => {
    if (request.includes("selfsubjectaccessreviews")) questions += 1;
  };
  const rights = new Rights(new Cluster(server.kubeconfig(), "repair"));
  return { server, rights, asked: () => questions };
}

const patchIn = (namespace: string) =>
  ({ verb: "patch", resource: HelmRelease, namespace }) as const;

describe("Rights", { timeout: 20_000 }, () => {
  it("asks once for a right on all namespaces, however many there are", async (t) => {
    const { server, rights, asked } = await scene(t);
    const needs = Array.from({ length: 50 }, (_, index) => patchIn(`ns-${index}`));
    await rights.require(needs);
    assert.equal(asked(), 1);
    assert.deepEqual(server.writes, []);
  });

  it("names every missing verb and resource in one failure", async (t) => {
    const { server, rights } = await scene(t);
    server.faults.forbid("patch", HelmRelease);
    server.faults.forbid("create", Lease);
    const needs = [patchIn("apps"), ...leaseNeeds("flux-system")];
    await assert.rejects(rights.require(needs), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(
        error.message,
        /must be allowed to patch helmreleases\.helm\.toolkit\.fluxcd\.io in namespace apps, got a refusal\. Nothing was written/,
      );
      assert.deepEqual(error.details, [
        "missing: patch helmreleases.helm.toolkit.fluxcd.io in namespace apps",
        "missing: create leases.coordination.k8s.io in namespace flux-system",
      ]);
      assert.equal(
        error.next,
        "kubectl auth can-i patch helmreleases.helm.toolkit.fluxcd.io -n apps",
      );
      return true;
    });
    assert.deepEqual(server.writes, []);
  });

  it("leaves it to the write where nobody may ask", async (t) => {
    const { server, rights } = await scene(t);
    server.faults.refuse(/selfsubjectaccessreviews/, { code: 403, reason: "Forbidden" });
    assert.deepEqual(await rights.missing([patchIn("apps")]), []);
  });
});

describe("needsOf", () => {
  it("is one right for each kind and namespace, and the deletion of a pod for a restart", () => {
    const silent = verdictOf("helm-controller", "C6", {
      kind: "Deployment",
      namespace: "flux-system",
    });
    const releases = ["a", "b"].map((name) => verdictOf(name, "H10"));
    const planned = [silent, ...releases].map((verdict) => ({ verdict, action: verdict.action }));
    assert.deepEqual(needsOf(planned), [
      { verb: "delete", resource: Pod, namespace: "flux-system" },
      patchIn("apps"),
    ]);
  });
});
