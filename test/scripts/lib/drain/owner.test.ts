import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import type { Connection } from "../../../../scripts/lib/connection.ts";
import { requireNobodyElse } from "../../../../scripts/lib/drain/answering.ts";
import { keepsFlux, keptSync, keptText, requireOwn } from "../../../../scripts/lib/drain/owner.ts";
import { Failure } from "../../../../scripts/lib/failure.ts";
import { Namespace } from "../../../../scripts/lib/kinds.ts";
import { annotationsOf, parseAdopts } from "../../../../scripts/lib/owner.ts";
import { FakeApiServer } from "../../../support/api-server.ts";

let server: FakeApiServer;
let connection: Connection;
before(async () => {
  server = await FakeApiServer.start();
  const cluster = new Cluster(server.kubeconfig(), "test");
  connection = { cluster, uid: FakeApiServer.uid, namespace: "flux-system" };
});
after(() => server.stop());

function held(id?: string) {
  const owner =
    id === undefined ? undefined : { id, by: "ada@laptop", since: "2026-01-01T00:00:00Z" };
  server.put(Namespace, { metadata: { name: "flux-system", annotations: annotationsOf(owner) } });
}

describe("a stack that is destroyed", () => {
  it("goes on where it holds the cluster, nobody does, or it recorded no owner", async () => {
    held("one");
    await requireOwn({ connection, owner: "one" });
    await requireOwn({ connection });
    held();
    await requireOwn({ connection, owner: "one" });
    server.remove({ resource: Namespace, name: "flux-system" });
    await requireOwn({ connection, owner: "one" });
  });

  it("stops where another took the cluster over, so that Pulumi deletes nothing of that one", async () => {
    held("two");
    await assert.rejects(requireOwn({ connection, owner: "one" }), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(
        error.message,
        "the cluster must be held by this stack to be destroyed by it, got owner two, made by ada@laptop at " +
          "2026-01-01T00:00:00Z, who took it over. Nothing was touched. Make this stack forget it",
      );
      assert.equal(error.next, "pulumi stack rm --force --preserve-config STACK");
      return true;
    });
  });

  it("stops there too when a person says that nothing is to be drained", async () => {
    held("two");
    const skip = { gone: false, clusterName: "dev" };
    await assert.rejects(requireNobodyElse(connection, { ...skip, owner: "one" }), Failure);
    await requireNobodyElse(connection, { ...skip, owner: "two" });
  });
});

describe("what was there before the stack", () => {
  const objects = ["Namespace/flux-system", "FluxInstance/flux-system/flux"];

  it("is a sync that nothing touches, and says what stays", () => {
    assert.equal(
      keptSync({ objects, sync: true }),
      "Flux reconciled this source before the stack came: nothing was touched. " +
        "Kept, because it was there before: Namespace/flux-system, FluxInstance/flux-system/flux",
    );
    assert.equal(keptSync({ objects, sync: false }), undefined);
    assert.equal(keptSync(undefined), undefined);
  });

  it("is listed with a count of the kinds of Flux", () => {
    const kinds = ["a", "b"].map((name) => `CustomResourceDefinition/${name}`);
    assert.equal(
      keptText({ objects: [...objects, ...kinds], sync: false }),
      "Kept, because it was there before: Namespace/flux-system, FluxInstance/flux-system/flux, 2 CustomResourceDefinitions",
    );
  });

  it("may be Flux itself, or only its namespace", () => {
    assert.equal(keepsFlux({ objects, sync: false }), true);
    assert.equal(keepsFlux({ objects: ["Namespace/flux-system"], sync: false }), false);
    assert.equal(keepsFlux(undefined), false);
  });

  it("is read from what Preflight hands on, and nothing else", () => {
    assert.deepEqual(parseAdopts({ objects, sync: true }), { objects, sync: true });
    for (const document of [undefined, null, {}, { objects: [1], sync: true }, { objects }]) {
      assert.throws(() => parseAdopts(document), { message: "be {objects, sync}" });
    }
  });
});
