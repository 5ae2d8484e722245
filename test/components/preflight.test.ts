import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, describe, it } from "node:test";

import { identityProblem, preflight, UnreachableCluster } from "../../components/preflight.ts";
import { Deployment, FluxInstance, Namespace } from "../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../support/api-server.ts";

let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
});
after(() => server.stop());
afterEach(() => {
  server.merge({ resource: Namespace, name: "flux-system" }, { metadata: { finalizers: [] } });
  server.remove({ resource: Namespace, name: "flux-system" });
  for (const resource of [FluxInstance, Deployment]) {
    for (const { metadata } of server.all(resource)) {
      server.remove({ resource, name: metadata.name, namespace: "flux-system" });
    }
  }
});

const look = (options: { adopt?: boolean; kubeconfig?: string } = {}) =>
  preflight({
    kubeconfig: server.kubeconfig(),
    context: undefined,
    stackLabel: "organization.flux-bootstrap.dev",
    adopt: false,
    unreachableFix: "Run: npm start",
    ...options,
  });

function put(labels: Record<string, string> = {}) {
  server.put(Namespace, { metadata: { name: "flux-system", labels } });
}

function putFlux() {
  const namespace = "flux-system";
  const labels = { "app.kubernetes.io/part-of": "flux" };
  server.put(FluxInstance, { metadata: { name: "flux", namespace } });
  server.put(Deployment, { metadata: { name: "flux-operator", namespace } });
  server.put(Deployment, { metadata: { name: "helm-controller", namespace, labels } });
}

const fix = "To take it over, run: pulumi config set adopt true";
const rule = "the cluster must hold no Flux that this stack did not make, got";

describe("preflight", () => {
  it("says which cluster it is and writes nothing", async () => {
    assert.deepEqual(await look(), { server: server.url, uid: FakeApiServer.uid });
    assert.deepEqual(server.writes, []);
  });

  it("goes on where this stack made what is there", async () => {
    put({ "flux-bootstrap.dev/stack": "organization.flux-bootstrap.dev" });
    putFlux();
    await look();
  });

  it("names every object of a Flux that nobody labelled", async () => {
    put();
    putFlux();
    await assert.rejects(look(), {
      message: `${rule} Namespace/flux-system, FluxInstance/flux-system/flux, Deployment/flux-system/flux-operator, Deployment/flux-system/helm-controller. ${fix}`,
    });
  });

  it("names the stack that owns the namespace", async () => {
    put({ "flux-bootstrap.dev/stack": "organization.flux-bootstrap.prod" });
    await assert.rejects(look(), {
      message: `${rule} Namespace/flux-system of stack organization.flux-bootstrap.prod. ${fix}`,
    });
  });

  it("takes over what a person said may be adopted", async () => {
    put();
    putFlux();
    await look({ adopt: true });
  });

  it("stops at a namespace that is being deleted, adopted or not", async () => {
    const deletionTimestamp = "2026-01-01T00:00:00Z";
    const finalizers = ["kubernetes"];
    server.put(Namespace, { metadata: { name: "flux-system", deletionTimestamp, finalizers } });
    await assert.rejects(look({ adopt: true }), {
      message:
        "Namespace/flux-system must be there or gone, got one that is being deleted. " +
        "See what holds it: kubectl get namespace flux-system -o yaml",
    });
  });

  it("names the endpoint and one command when nothing answers", async () => {
    const kubeconfig = server
      .kubeconfig("planted-token")
      .replace(server.url, "https://127.0.0.1:1");
    await assert.rejects(look({ kubeconfig }), (error: Error) => {
      assert.ok(error instanceof UnreachableCluster);
      assert.match(
        error.message,
        /^the API server at https:\/\/127\.0\.0\.1:1 must answer within 2s, got: connect ECONNREFUSED 127\.0\.0\.1:1\. Run: npm start$/,
      );
      return true;
    });
  });

  it("waits no longer than two seconds for a server that accepts and says nothing", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const began = Date.now();
    await assert.rejects(look({ kubeconfig: server.kubeconfig().replace(server.url, url) }));
    assert.ok(Date.now() - began < 4_000);
    silent.closeAllConnections();
    silent.close();
  });
});

describe("identityProblem", () => {
  const live = { server: "https://127.0.0.1:6443", uid: "b" };

  it("is nothing for the recorded cluster", () => {
    assert.equal(identityProblem(live, "b"), undefined);
  });

  it("holds the one line that accepts another cluster", () => {
    assert.equal(
      identityProblem(live, "a"),
      "the cluster must be the one recorded for this stack (kube-system a), got kube-system b at " +
        "https://127.0.0.1:6443. If it replaces the recorded one, run: " +
        "FLUX_BOOTSTRAP_ACCEPT_CLUSTER=b pulumi up --refresh --run-program",
    );
  });
});
