import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";

import { inUseLabel } from "../../../../components/names.ts";
import { Cluster } from "../../../../scripts/lib/cluster.ts";
import type { Connection } from "../../../../scripts/lib/connection.ts";
import { drainIdOf } from "../../../../scripts/lib/drain/drain-id.ts";
import { stillInUse } from "../../../../scripts/lib/drain/in-use.ts";
import { Failure } from "../../../../scripts/lib/failure.ts";
import { ConfigMap } from "../../../../scripts/lib/kinds.ts";
import { ownerAnnotations } from "../../../../scripts/lib/owner.ts";
import { FakeApiServer } from "../../../support/api-server.ts";

const namespace = "flux-system";
let server: FakeApiServer;
let connection: Connection;
before(async () => {
  server = await FakeApiServer.start();
  const cluster = new Cluster(server.kubeconfig(), "test");
  connection = { cluster, uid: FakeApiServer.uid, namespace };
});
after(() => server.stop());
afterEach(() => {
  for (const { metadata } of server.all(ConfigMap)) {
    server.remove({ resource: ConfigMap, name: metadata.name, namespace });
  }
});

function mark(name: string, drain: string, more: object = {}) {
  const object = { metadata: { name, namespace, labels: inUseLabel, ...more }, data: { drain } };
  server.put(ConfigMap, object);
}

describe("a stack whose Drain ends", () => {
  it("is being destroyed when its mark is gone, whatever else stands there", async () => {
    mark("flux-runtime-info", "one", { labels: {} });
    assert.equal(await stillInUse({ connection, drainId: "one" }), undefined);
  });

  it("still stands when its mark names this Drain", async () => {
    mark("flux-sync-in-use-1", "one");
    await assert.rejects(stillInUse({ connection, drainId: "one" }), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(
        error.message,
        /got the end of Drain alone while ConfigMap\/flux-system\/flux-sync-in-use-1 stands\. Nothing was touched\./,
      );
      return true;
    });
  });

  it("has another Drain when its mark names that", async () => {
    mark("flux-sync-in-use-1", "two");
    assert.equal(
      await stillInUse({ connection, drainId: "one" }),
      "ConfigMap/flux-system/flux-sync-in-use-1 names another Drain, which took the place of this one: nothing was touched",
    );
  });

  it("is no stack when it is drained by hand", async () => {
    mark("flux-sync-in-use-1", "one");
    assert.equal(await stillInUse({ connection }), undefined);
  });

  it("still stands when one of two marks names this Drain", async () => {
    mark("flux-sync-in-use-1", "two");
    mark("flux-sync-in-use-2", "one");
    await assert.rejects(stillInUse({ connection, drainId: "one" }), Failure);
  });
});

describe("a stack that took the cluster from another", () => {
  const former = { [ownerAnnotations.id]: "former" };

  it("is being destroyed when the mark of that one is all there is", async () => {
    mark("flux-sync-in-use-1", "one", { annotations: former });
    assert.equal(await stillInUse({ connection, drainId: "one", owner: "own" }), undefined);
  });

  it("still stands when its own mark does", async () => {
    mark("flux-sync-in-use-1", "two", { annotations: former });
    mark("flux-sync-in-use-2", "one", { annotations: { [ownerAnnotations.id]: "own" } });
    await assert.rejects(stillInUse({ connection, drainId: "one", owner: "own" }), Failure);
  });
});

describe("the id of a Drain", () => {
  const cases: readonly (readonly [what: string, printed: string | undefined, id: string])[] = [
    ["what it printed when it was made", '{"recorded":true,"id":"one"}', "one"],
    ["the first, when it was made before there were ids", '{"recorded":true}', "first"],
    ["the first, when nothing is known", undefined, "first"],
    ["the first, when what it printed is no document", "recorded", "first"],
  ];
  for (const [what, printed, id] of cases) {
    it(`is ${what}`, () => {
      assert.equal(drainIdOf(printed), id);
    });
  }
});
