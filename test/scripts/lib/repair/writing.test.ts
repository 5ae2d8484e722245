import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { HelmRelease, Pod } from "../../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { type Entry, Journal } from "../../../../scripts/lib/repair/journal.ts";
import { newRequestToken } from "../../../../scripts/lib/repair/token.ts";
import { deletePod, writeRequest } from "../../../../scripts/lib/repair/writing.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { fakeApiServer } from "../../support/fake.ts";

const web = { resource: HelmRelease, name: "web", namespace: "apps" };
const at = { name: "web", namespace: "apps" };

function entryOf(action: Entry["action"] = "reset"): Entry {
  return new Journal().add({
    key: "HelmRelease/apps/web",
    identity: "unused",
    component: "helm-controller",
    cause: "H10",
    state: "H10",
    standing: "stuck",
    action,
    token: "token-1",
    attempt: 1,
    at: 0,
  });
}

interface Scene {
  readonly server: FakeApiServer;
  readonly object: KubernetesObject;
  readonly stop: AbortController;
  readonly write: (action?: Entry["action"]) => ReturnType<typeof writeRequest>;
  readonly annotations: () => Readonly<Record<string, string>>;
}

async function scene(t: TestContext): Promise<Scene> {
  const server = await fakeApiServer(t);
  server.put(HelmRelease, { metadata: at, spec: { interval: "1h" } });
  const object = server.get(web) ?? assert.fail();
  const stop = new AbortController();
  const writing = {
    cluster: new Cluster(server.kubeconfig(), "repair"),
    fieldManager: "flux-client-side-apply",
    signal: stop.signal,
    allowed: async () => Promise.resolve(),
  };
  return {
    server,
    object,
    stop,
    write: async (action = "reset") => writeRequest(entryOf(action), object, writing),
    annotations: () => server.get(web)?.metadata.annotations ?? {},
  };
}

describe("writeRequest", { timeout: 20_000 }, () => {
  const stamps = {
    reconcile: { "reconcile.fluxcd.io/requestedAt": "token-1" },
    "reconcile-source": { "reconcile.fluxcd.io/requestedAt": "token-1" },
    reset: {
      "reconcile.fluxcd.io/requestedAt": "token-1",
      "reconcile.fluxcd.io/resetAt": "token-1",
    },
    force: {
      "reconcile.fluxcd.io/requestedAt": "token-1",
      "reconcile.fluxcd.io/forceAt": "token-1",
    },
  } as const;
  for (const [action, expected] of Object.entries(stamps)) {
    it(`writes a ${action} as one patch with one token and nothing else`, async (t) => {
      const { server, object, write, annotations } = await scene(t);
      const urls: string[] = [];
      server.heard = (request) => urls.push(request);
      assert.deepEqual(await write(action as keyof typeof stamps), { outcome: "asked" });
      assert.deepEqual(annotations(), expected);
      assert.deepEqual(server.get(web)?.spec, object.spec);
      assert.equal(urls.length, 1);
      assert.match(urls[0] ?? "", /^PATCH .*fieldManager=flux-client-side-apply/);
    });
  }

  it("reads again after a conflict, and keeps what the other wrote", async (t) => {
    const { server, write, annotations } = await scene(t);
    server.merge(web, { metadata: { annotations: { other: "kept" } } });
    assert.deepEqual(await write(), { outcome: "asked" });
    assert.equal(annotations()["other"], "kept");
    assert.equal(annotations()["reconcile.fluxcd.io/resetAt"], "token-1");
  });

  const changes: readonly (readonly [string, object])[] = [
    ["was suspended", { spec: { suspend: true } }],
    ["was disabled", { metadata: { labels: { "x.fluxcd.io/reconcile": "disabled" } } }],
    ["is at work", { status: { conditions: [{ type: "Ready", status: "Unknown" }] } }],
  ];
  for (const [name, change] of changes) {
    it(`leaves alone what ${name} since it was looked at`, async (t) => {
      const { server, write, annotations } = await scene(t);
      server.merge(web, change);
      assert.deepEqual(await write(), { outcome: "outdated" });
      assert.deepEqual(annotations(), {});
    });
  }

  it("gives up after five conflicts", async (t) => {
    const { server, write } = await scene(t);
    server.faults.refuse(/^PATCH/, { code: 409, reason: "Conflict" });
    assert.equal((await write()).outcome, "failed");
    assert.equal(server.writes.length, 6);
  });

  it("finds that the object was deleted, or that another took its name", async (t) => {
    const { server, write, annotations } = await scene(t);
    server.remove(web);
    assert.deepEqual(await write(), { outcome: "gone" });
    server.put(HelmRelease, { metadata: at });
    assert.deepEqual(await write(), { outcome: "gone" });
    assert.deepEqual(annotations(), {});
  });

  it("goes on after an outage", async (t) => {
    const { server, write, annotations } = await scene(t);
    server.faults.refuse(/^(PATCH|GET)/, { code: 503, reason: "ServiceUnavailable", times: 3 });
    assert.deepEqual(await write(), { outcome: "asked" });
    assert.equal(annotations()["reconcile.fluxcd.io/requestedAt"], "token-1");
  });

  it("takes a token that is there already as its own, when the answer got lost", async (t) => {
    const { server, write } = await scene(t);
    server.faults.refuse(/^PATCH/, { code: 500, reason: "InternalError", times: 1 });
    const annotations = { "reconcile.fluxcd.io/requestedAt": "token-1" };
    server.merge(web, { metadata: { annotations } });
    assert.deepEqual(await write(), { outcome: "asked" });
    assert.equal(server.writes.length, 1);
  });

  it("stops trying when the run is over", async (t) => {
    const { server, write, stop } = await scene(t);
    server.faults.refuse(/^PATCH/, { code: 503, reason: "ServiceUnavailable" });
    server.heard = () => {
      stop.abort();
    };
    assert.equal((await write()).outcome, "failed");
  });

  it("says why the API server refuses", async (t) => {
    const { server, write } = await scene(t);
    server.faults.forbid("patch", HelmRelease);
    const written = await write();
    assert.ok(written.outcome === "failed");
    assert.match(written.text, /403 Forbidden/);
    assert.equal(server.writes.length, 1);
  });
});

describe("deletePod", { timeout: 20_000 }, () => {
  it("deletes the pod that was looked at, and none that took its name", async (t) => {
    const server = await fakeApiServer(t);
    const pod = { resource: Pod, name: "helm-controller-1", namespace: "flux-system" };
    const metadata = { name: pod.name, namespace: pod.namespace };
    server.put(Pod, { metadata });
    const first = server.get(pod) ?? assert.fail();
    const writing = {
      cluster: new Cluster(server.kubeconfig(), "repair"),
      fieldManager: "unused",
      signal: new AbortController().signal,
      allowed: async () => Promise.resolve(),
    };
    assert.deepEqual(await deletePod(first, writing), { outcome: "asked" });
    assert.equal(server.get(pod), undefined);
    server.put(Pod, { metadata });
    assert.deepEqual(await deletePod(first, writing), { outcome: "gone" });
    assert.ok(server.get(pod));
  });
});

describe("newRequestToken", () => {
  it("is a time in nanoseconds that never comes twice", () => {
    const now = Date.now();
    const tokens = Array.from({ length: 2_000 }, () => newRequestToken(now));
    assert.equal(new Set(tokens).size, tokens.length);
    for (const token of tokens) {
      assert.match(token, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      assert.ok(Date.parse(token) >= now);
    }
  });
});
