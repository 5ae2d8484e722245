import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { Cluster } from "../../../../../scripts/lib/cluster.ts";
import type { DrainScene } from "../../../../../scripts/lib/drain/plan/drain-plan.ts";
import { planDrain } from "../../../../../scripts/lib/drain/plan/plan.ts";
import { budgetsOf } from "../../../../../scripts/lib/drain/plan/estimate.ts";
import { readDrainScene } from "../../../../../scripts/lib/drain/plan/scene-reader.ts";
import { Failure } from "../../../../../scripts/lib/failure.ts";
import {
  ConfigMap,
  Event,
  HelmRelease,
  Kustomization,
  Namespace,
  Secret,
} from "../../../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../../../support/api-server.ts";
import { fakeApiServer } from "../../../support/fake.ts";
import { kindOf } from "../../../support/drain-plan.ts";
import { ownedBy, putKustomization, putRelease, putSync } from "../../../support/gitops.ts";

const fluxNamespace = "flux-system";
const Slice = {
  ...kindOf("discovery.k8s.io/v1", "EndpointSlice"),
  plural: "endpointslices",
};
const Webhook = {
  ...kindOf("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", false),
};
const Widget = kindOf("example.com/v1", "Widget");

/** A sync with one layer, which applied the namespace shop and a release in it. */
async function setUp(test: TestContext): Promise<FakeApiServer> {
  const server = await fakeApiServer(test);
  const at = { namespace: fluxNamespace };
  const shop = { resource: Namespace, name: "shop" };
  const cart = { resource: HelmRelease, name: "cart", namespace: "shop" };
  putSync(server, [{ resource: Kustomization, name: "apps", ...at }]);
  putKustomization(server, "apps", { owner: "flux-system", applied: [shop, cart] });
  putRelease(server, { name: "cart", namespace: "shop" }, { owner: "apps" });
  server.put(Namespace, { metadata: { name: "shop", labels: ownedBy("kustomize", "apps") } });
  server.put(Secret, { metadata: { name: "foreign", namespace: "shop" }, spec: { secret: true } });
  return server;
}

function read(server: FakeApiServer): Promise<DrainScene> {
  return readDrainScene(new Cluster(server.kubeconfig(), "drain"), { fluxNamespace });
}

const options = { volumes: "keep", budgets: budgetsOf(undefined) } as const;

describe("readDrainScene", { timeout: 30_000 }, () => {
  it("reads what a plan needs, and writes nothing", async (test) => {
    const server = await setUp(test);
    const scene = await read(server);
    const plan = planDrain(scene, options);
    assert.deepEqual(
      plan.steps.map(({ key }) => key),
      [
        "HelmRelease/shop/cart",
        "Kustomization/flux-system/apps",
        "Kustomization/flux-system/flux-system",
      ],
    );
    assert.match(plan.kept[0]?.reason ?? "", /^holds Secret\/shop\/foreign/);
    assert.deepEqual([scene.uid, scene.endpoint], [FakeApiServer.uid, server.url]);
    assert.deepEqual(server.writes, []);
  });

  it("asks for each collection once, and of what is only in the way for its metadata", async (test) => {
    const server = await setUp(test);
    const heard: string[] = [];
    server.heard = (request) => heard.push(request.split("?")[0] ?? "");
    const { flux, objects } = await read(server);
    assert.equal(new Set(heard).size, heard.length);
    const secret = objects.find(({ metadata }) => metadata.name === "foreign");
    assert.deepEqual(Object.keys(secret ?? {}).toSorted(), ["apiVersion", "kind", "metadata"]);
    assert.ok(flux.every(({ spec }) => spec !== undefined));
  });

  it("reads collections that come in pages whole", async (test) => {
    const server = await setUp(test);
    server.pages.most = 2;
    for (const name of ["a", "b", "c", "d", "e"]) {
      server.put(ConfigMap, { metadata: { name, namespace: "shop" } });
    }
    const { objects } = await read(server);
    assert.equal(objects.filter(({ kind }) => kind === "ConfigMap").length, 5);
  });

  it("passes over what Kubernetes makes in masses", async (test) => {
    const server = await setUp(test);
    server.put(Event, { metadata: { name: "e", namespace: "shop" } });
    server.put(Slice, { metadata: { name: "s", namespace: "shop" } });
    const { objects } = await read(server);
    assert.deepEqual(
      objects.filter(({ kind }) => kind === "Event" || kind === "EndpointSlice"),
      [],
    );
  });

  it("reads who answers for the Services that webhooks ask", async (test) => {
    const server = await setUp(test);
    const labels = { "kubernetes.io/service-name": "guard" };
    server.put(Slice, { metadata: { name: "guard-1", namespace: "guard", labels } });
    server.put(Slice, { metadata: { name: "other", namespace: "guard" } });
    const service = { name: "guard", namespace: "guard" };
    const webhooks = [{ clientConfig: { service } }, { clientConfig: { url: "https://x" } }];
    server.put(Webhook, { metadata: { name: "guard" }, ...{ webhooks } });
    const { objects } = await read(server);
    assert.deepEqual(
      objects.filter(({ kind }) => kind === "EndpointSlice").map(({ metadata }) => metadata.name),
      ["guard-1"],
    );
  });

  it("fails when the user may not list a kind, and says which", async (test) => {
    const server = await setUp(test);
    server.faults.refuse(/\/secrets\b/, { code: 403, reason: "Forbidden" });
    await assert.rejects(read(server), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.message, /must be allowed to list every kind, got 403 for Secret:/);
      assert.equal(error.next, "kubectl auth can-i list secrets --all-namespaces");
      return true;
    });
  });

  it("names a kind that the server cannot list, and reads the others", async (test) => {
    const server = await setUp(test);
    server.put(Widget, { metadata: { name: "w", namespace: "shop" } });
    server.faults.refuse(/\/widgets\b/, { code: 500, reason: "InternalError" });
    const { unread = [], objects } = await read(server);
    assert.deepEqual(
      unread.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
      ["example.com/v1 Widget"],
    );
    assert.ok(objects.some(({ kind }) => kind === "Secret"));
  });
});
