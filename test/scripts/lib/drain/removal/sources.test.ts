import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { GitRepository, HelmChart, HelmRepository } from "../../../../../scripts/lib/kinds.ts";
import { cart, cartWorkload, root, run, setUp } from "../../../support/drain.ts";
import { runFlux } from "../../../support/fake-flux.ts";
import { namespace } from "../../../support/flux.ts";
import { ownedBy } from "../../../support/gitops.ts";
import type { FakeApiServer } from "../../../../support/api-server.ts";

const at = { name: "shop-cart", namespace: "shop" };
const chart = { resource: HelmChart, ...at };
const byHand = { resource: HelmRepository, name: "mine", namespace: "shop" };
const source = { resource: GitRepository, name: "flux-system", namespace };

/** The chart that Flux made for a release that goes alone, and a source that a person made. */
function putCharts(server: FakeApiServer): void {
  server.merge(cart, { metadata: { annotations: { "helm.sh/resource-policy": "keep" } } });
  server.put(HelmChart, { metadata: { ...at, labels: ownedBy("helm", "cart", "shop") } });
  server.put(HelmRepository, { metadata: { name: byHand.name, namespace: byHand.namespace } });
}

describe("a source that nobody is left to remove", { timeout: 60_000 }, () => {
  it("is deleted by the drain, and no other is", async (t) => {
    const server = await setUp(t);
    putCharts(server);
    runFlux(server);
    await run(server);
    assert.equal(server.get(chart), undefined);
    assert.equal(server.get(cart), undefined);
    assert.notEqual(server.get(cartWorkload), undefined);
    assert.notEqual(server.get(byHand), undefined);
    const deleted = server.writes.filter((write) => /^DELETE .*\/source\./.test(write));
    assert.deepEqual(deleted, [
      "DELETE /apis/source.toolkit.fluxcd.io/v1/namespaces/shop/helmcharts/shop-cart",
    ]);
    assert.deepEqual([server.get(root), server.get(source)], [undefined, undefined]);
  });
});
