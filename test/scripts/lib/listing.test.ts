import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { ApiError } from "../../../scripts/lib/api-server.ts";
import { Cluster } from "../../../scripts/lib/cluster.ts";
import { ConfigMap, HelmRelease } from "../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../support/api-server.ts";

const namespace = "default";
const tenMinutes = 600_000;

describe("a Cluster's requests", { timeout: 20_000 }, () => {
  let server: FakeApiServer;
  let cluster: Cluster;
  let requests: string[];

  beforeEach(async () => {
    server = await FakeApiServer.start();
    cluster = new Cluster(server.kubeconfig(), "test");
    requests = [];
    server.heard = (request) => requests.push(request);
    for (const name of ["a", "b", "c", "d", "e"]) {
      server.put(ConfigMap, { metadata: { name, namespace } });
    }
  });
  afterEach(async () => {
    await server.stop();
  });

  const names = async () => (await cluster.list(ConfigMap)).map(({ metadata }) => metadata.name);

  it("read a list page by page", async () => {
    server.pages.most = 2;
    assert.deepEqual(await names(), ["a", "b", "c", "d", "e"]);
    assert.equal(requests.length, 3);
    assert.equal(cluster.api.requests, 3);
  });

  it("begin the list again when its pages expire, without doubles", async () => {
    server.pages.most = 2;
    server.pages.expired = 1;
    assert.deepEqual(await names(), ["a", "b", "c", "d", "e"]);
  });

  it("ask for the whole list at once when its pages keep expiring", async () => {
    server.pages.most = 2;
    server.pages.expired = 1000;
    assert.deepEqual(await names(), ["a", "b", "c", "d", "e"]);
    assert.equal(requests.at(-1), "GET /api/v1/configmaps?limit=0");
    assert.equal(requests.length, 5);
  });

  it("give up on a list that is gone even as a whole", async () => {
    server.faults.refuse(/configmaps/, { code: 410, reason: "Expired" });
    await assert.rejects(names(), (error) => error instanceof ApiError && error.code === 410);
    assert.equal(requests.length, 3);
  });

  it("tell a kind that is not served from one without objects", async () => {
    assert.deepEqual(await cluster.find(HelmRelease), []);
    server.missing.add(HelmRelease.plural);
    assert.equal(await cluster.find(HelmRelease), undefined);
  });

  it("repeat a read that the server puts off, and stop with its own words", async () => {
    const busy = { code: 503, reason: "ServiceUnavailable", retryAfter: "0" };
    server.faults.refuse(/configmaps/, { ...busy, times: 2 });
    assert.equal((await names()).length, 5);
    assert.equal(requests.length, 3);
    server.faults.refuse(/configmaps/, busy);
    await assert.rejects(names(), /503 ServiceUnavailable/);
    assert.equal(requests.length, 9);
  });

  it("repeat a write only when the server says that it did nothing", async () => {
    const one = { resource: ConfigMap, name: "a", namespace };
    const patch = { metadata: { labels: { tier: "a" } } };
    server.faults.refuse(/^PATCH/, { code: 429, reason: "Busy", retryAfter: "0", times: 1 });
    await cluster.patch(one, patch);
    assert.equal(server.writes.length, 2);
    server.faults.refuse(/^PATCH/, { code: 503, reason: "Busy", retryAfter: "0" });
    await assert.rejects(cluster.patch(one, patch), /503 Busy/);
    assert.equal(server.writes.length, 3);
  });

  it("end with their signal while they wait for a busy server", async (test) => {
    const ended = new AbortController();
    test.mock.method(cluster.api.clock, "answered", () => {
      setImmediate(() => {
        ended.abort();
      });
    });
    server.faults.refuse(/configmaps/, { code: 429, reason: "Busy", retryAfter: "25" });
    await assert.rejects(cluster.list(ConfigMap, { signal: ended.signal }), { name: "AbortError" });
  });

  it("tell the time of a server whose clock is off", async () => {
    server.faults.clockOffset = tenMinutes;
    await names();
    const off = cluster.now() - Date.now() - tenMinutes;
    assert.ok(Math.abs(off) < 1100, `off by ${off} ms`);
  });
});
