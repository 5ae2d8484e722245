import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { Cluster } from "../../../../../scripts/lib/cluster.ts";
import { recordReference } from "../../../../../scripts/lib/drain/freeze/record.ts";
import { frozenAnnotation } from "../../../../../scripts/lib/drain/freeze/original.ts";
import { readFreeze, thawStale } from "../../../../../scripts/lib/drain/freeze/thaw.ts";
import { FluxInstance, Kustomization, Lease } from "../../../../../scripts/lib/kinds.ts";
import type { FakeApiServer } from "../../../../support/api-server.ts";
import { apps, cart, failed, root, run, setUp } from "../../../support/drain.ts";
import { runFlux } from "../../../support/fake-flux.ts";
import { namespace, recordingLog } from "../../../support/flux.ts";

const instance = { resource: FluxInstance, name: "flux", namespace };
const lease = { resource: Lease, name: "flux-bootstrap-drain", namespace };

/** A drain that is cancelled while the first deletion goes on. */
async function interrupted(t: TestContext): Promise<FakeApiServer> {
  const server = await setUp(t);
  runFlux(server, { dead: ["HelmRelease"] });
  server.merge(apps, { spec: { dependsOn: [{ name: "base" }] } });
  const killed = new AbortController();
  server.react(({ metadata }) => {
    if (metadata.name === "cart" && metadata.deletionTimestamp !== undefined) killed.abort();
  });
  const { message, next } = await failed(server, { signal: killed.signal });
  assert.equal(message, "the drain was cancelled; 0 of 3 objects are gone");
  assert.equal(next, "pulumi destroy");
  return server;
}

async function thaw(server: FakeApiServer, lines: string[] = []): Promise<boolean> {
  const { log, lines: written } = recordingLog();
  const done = await thawStale(new Cluster(server.kubeconfig(), "probe"), namespace, { log });
  lines.push(...written);
  return done;
}

function dependsOn(server: FakeApiServer, at: typeof apps): unknown {
  return (server.get(at)?.spec as { dependsOn?: unknown } | undefined)?.dependsOn;
}

describe("an interrupted drain", { timeout: 60_000, concurrency: 4 }, () => {
  it("leaves what it stopped stopped, says who did it, and gives its lease back", async (t) => {
    const server = await interrupted(t);
    assert.deepEqual(dependsOn(server, apps), [{ name: "flux-bootstrap-drain" }]);
    assert.equal(server.get(lease), undefined);
    const freeze = await readFreeze(new Cluster(server.kubeconfig(), "fleet"), namespace);
    assert.match(freeze?.by ?? "", new RegExp(`/${process.pid}/`));
    assert.deepEqual([freeze?.live, freeze?.plan?.steps.length], [false, 3]);
  });

  it("is thawed: dependencies, FluxInstance and root are as before, and the record is gone", async (t) => {
    const server = await interrupted(t);
    const lines: string[] = [];
    assert.equal(await thaw(server, lines), true);
    assert.deepEqual(dependsOn(server, apps), [{ name: "base" }]);
    assert.equal(dependsOn(server, root), undefined);
    assert.equal(server.get(recordReference(namespace)), undefined);
    for (const reference of [instance, apps, root]) {
      const { annotations = {} } = server.get(reference)?.metadata ?? {};
      assert.equal(annotations[frozenAnnotation], undefined);
      assert.equal(annotations["fluxcd.controlplane.io/reconcile"], undefined);
    }
    assert.match(lines.join("\n"), /^✔ thawed 3 objects: Flux reconciles them again$/m);
  });

  it("is thawed once: the second time nothing is written", async (t) => {
    const server = await interrupted(t);
    await thaw(server);
    server.writes.length = 0;
    assert.equal(await thaw(server), false);
    assert.deepEqual(server.writes, []);
  });

  it("is not thawed while its lease lives", async (t) => {
    const server = await interrupted(t);
    let renewals = 0;
    const renew = () => {
      renewals += 1;
      const renewTime = new Date(Date.now() + renewals).toISOString();
      const spec = { holderIdentity: "other/1/ann_x", leaseDurationSeconds: 30, renewTime };
      server.put(Lease, { metadata: { name: lease.name, namespace }, spec });
    };
    renew();
    server.heard = (request) => {
      if (request.startsWith("GET") && request.includes(lease.name)) renew();
    };
    await assert.rejects(thaw(server), /got one by other\/1\/ann_x/);
    assert.deepEqual(dependsOn(server, apps), [{ name: "flux-bootstrap-drain" }]);
  });

  it("is taken up by the next drain, which knows what the first one knew", async (t) => {
    const server = await interrupted(t);
    runFlux(server);
    server.merge(cart, { metadata: { labels: { touched: "true" } } });
    const lines: string[] = [];
    assert.equal((await run(server, {}, lines)).drained, true);
    assert.match(lines.join("\n"), /^taking up the drain by .* since \d{4}-/m);
    assert.deepEqual(server.all(Kustomization), []);
    assert.equal(server.get(recordReference(namespace)), undefined);
  });

  it("is thawed first when the next destroy only wants to orphan", async (t) => {
    const server = await interrupted(t);
    server.merge(cart, { metadata: { finalizers: null } });
    await run(server, { mode: "orphan" });
    assert.deepEqual(dependsOn(server, apps), [{ name: "base" }]);
    assert.equal(server.get(root), undefined);
  });

  it("puts everything back by itself when it could not stop what applies", async (t) => {
    const server = await setUp(t);
    runFlux(server, { dead: ["Kustomization"] });
    const { message, details } = await failed(server, { freezeMilliseconds: 300 });
    assert.match(
      message,
      /^Kustomization\/flux-system\/flux-system must stop before anything is deleted, got no answer by kustomize-controller within 0\.3s$/,
    );
    assert.match(details.join("\n"), /^Kustomization\/flux-system\/flux-system: Ready=True/);
    assert.equal(dependsOn(server, root), undefined);
    assert.equal(server.get(recordReference(namespace)), undefined);
    assert.ok(
      !server.writes.some((write) => write.startsWith("DELETE") && write.includes("/cart")),
    );
  });

  it("names flux-operator when that does not answer, within the time of the drain", async (t) => {
    const server = await setUp(t);
    runFlux(server, { dead: ["FluxInstance"] });
    const { message, next } = await failed(server, { timeoutMilliseconds: 1_500 });
    assert.match(
      message,
      /^FluxInstance\/flux-system\/flux must stop .*got no answer by flux-operator within /,
    );
    assert.equal(next, "kubectl -n flux-system get pods");
    const { annotations = {} } = server.get(instance)?.metadata ?? {};
    assert.equal(annotations["fluxcd.controlplane.io/reconcile"], undefined);
  });
});
