import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { HelmRelease } from "../../../../../scripts/lib/kinds.ts";
import { cart, run, setUp, shop } from "../../../support/drain.ts";
import { runFlux } from "../../../support/fake-flux.ts";
import { putKustomization, putRelease, putWorkload } from "../../../support/gitops.ts";

const count = 400;
/** Of the drain and of the server that it works on, which share the process. */
const boundMilliseconds = 10_000;

describe("the removal of hundreds of releases", { timeout: 60_000 }, () => {
  it("asks each once to go, and reads no more than what each applied", async (t) => {
    const server = await setUp(t);
    const names = Array.from({ length: count }, (_, index) => `app-${index}`);
    const releases = names.map((name) => ({ resource: HelmRelease, name, namespace: "shop" }));
    putKustomization(server, "apps", { owner: "flux-system", applied: [shop, cart, ...releases] });
    for (const { name, namespace } of releases) {
      const applied = [putWorkload(server, name, namespace)];
      putRelease(server, { name, namespace }, { owner: "apps", applied });
    }
    runFlux(server, { recreating: false });
    const requests: string[] = [];
    server.heard = (request) => {
      requests.push(request);
    };
    const started = process.cpuUsage();
    await run(server);
    const { user, system } = process.cpuUsage(started);
    assert.deepEqual(server.all(HelmRelease), []);
    const writes = requests.filter((request) => !request.startsWith("GET "));
    const deletions = writes.filter((request) => /^DELETE .*\/helmreleases\/app-/.test(request));
    assert.equal(new Set(deletions).size, count);
    assert.equal(deletions.length, count);
    // Canaries, the freeze, the record and the lease.
    assert.ok(writes.length <= count + 50, `${writes.length} writes`);
    const single = requests.filter((request) =>
      /^GET .*\/(deployments|helmreleases)\/app-/.test(request),
    );
    assert.ok(single.length <= count, `${single.length} reads of single objects`);
    // Lists come in pages, by kind and not by release.
    assert.ok(requests.length <= 2 * count + 500, `${requests.length} requests`);
    const milliseconds = (user + system) / 1_000;
    t.diagnostic(`${requests.length} requests, ${milliseconds} ms of processor time`);
    assert.ok(milliseconds < boundMilliseconds, `${milliseconds} ms`);
  });
});
