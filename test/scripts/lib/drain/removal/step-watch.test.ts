import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Cluster } from "../../../../../scripts/lib/cluster.ts";
import { StepWatch } from "../../../../../scripts/lib/drain/removal/step-watch.ts";
import { ConfigMap } from "../../../../../scripts/lib/kinds.ts";
import { fakeApiServer } from "../../../support/fake.ts";

describe("a StepWatch", { timeout: 20_000 }, () => {
  it("takes a kind that is not served for one without objects, until it is told that it is served", async (t) => {
    const server = await fakeApiServer(t);
    server.put(ConfigMap, { metadata: { name: "one", namespace: "shop" } });
    const one = { resource: ConfigMap, name: "one", namespace: "shop" };
    const over = new AbortController();
    t.after(() => {
      over.abort();
    });
    const { signal } = over;
    const watch = new StepWatch(new Cluster(server.kubeconfig(), "drain"), [], signal);
    await watch.until([ConfigMap], () => true, signal);
    assert.equal(watch.get(one), undefined);
    watch.serve([ConfigMap]);
    await watch.until([ConfigMap], () => true, signal);
    assert.equal(watch.get(one)?.metadata.name, "one");
  });
});
