import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { FluxInstance, Lease } from "../../../../scripts/lib/kinds.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { namespace, putController } from "../../support/flux.ts";
import { failed, setUp } from "../../support/drain.ts";

const key = "sharding.fluxcd.io/key";

/** Says that there is a shard, whose helm-controller alone may be there. */
function putShard(server: FakeApiServer, components: readonly string[]): void {
  const reference = { resource: FluxInstance, name: "flux", namespace };
  server.merge(reference, { spec: { sharding: { key, shards: ["a"] } } });
  for (const component of components) {
    const name = `${component}-a`;
    putController(server, name);
    server.remove({ resource: Lease, name: `${name}-leader-election`, namespace });
    server.put(Lease, {
      metadata: { name: `${component}-leader-election-a`, namespace },
      spec: { holderIdentity: `${name}-abc12_1` },
    });
  }
}

describe("a drain of a cluster with shards", { timeout: 60_000 }, () => {
  it("does not begin while a controller of a shard cannot remove what it made", async (test) => {
    const server = await setUp(test);
    putShard(server, ["helm-controller"]);
    const { message } = await failed(server, {});
    assert.match(message, /^kustomize-controller-a cannot remove what Flux made\./);
  });
});
