import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";

import { LoginRefused, UnreachableCluster } from "../../../components/preflight/preflight.ts";
import {
  CustomResourceDefinition,
  Deployment,
  Namespace,
  Node,
  type Resource,
  Secret,
} from "../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../support/api-server.ts";
import {
  adoptsNothing,
  held,
  of,
  partOfFlux,
  PreflightScene,
  stack,
} from "../../support/preflight.ts";

const scene = new PreflightScene();
const fix = "To take it over, run: pulumi config set adopt true";
const rule = "the cluster must hold no Flux that this stack did not make, got";

describe("preflight", () => {
  it("says which cluster it is and writes nothing", async () => {
    const found = await scene.look();
    assert.deepEqual(found, {
      ...{
        server: scene.server.url,
        uid: FakeApiServer.uid,
        holder: undefined,
        adopts: adoptsNothing,
      },
    });
    assert.deepEqual(scene.server.writes, []);
  });

  it("goes on where this stack made what is there", async () => {
    scene.put(of(stack), held);
    scene.putFlux();
    const { holder, adopts } = await scene.look();
    assert.deepEqual(adopts, adoptsNothing);
    assert.equal(holder?.owner?.by, "ada@laptop");
  });

  it("names every object of a Flux that nobody labelled, its kinds too", async () => {
    scene.put();
    scene.putFlux();
    scene.server.put(CustomResourceDefinition, {
      metadata: { name: "helmreleases.helm.toolkit.fluxcd.io", labels: partOfFlux },
    });
    scene.server.put(Secret, { metadata: { name: "sops-age", namespace: "flux-system" } });
    await assert.rejects(scene.look(), {
      message: `${rule} Namespace/flux-system, FluxInstance/flux-system/flux, Deployment/flux-system/flux-operator, Deployment/flux-system/helm-controller, CustomResourceDefinition/helmreleases.helm.toolkit.fluxcd.io, Secret/flux-system/sops-age. ${fix}`,
    });
  });

  it("names kinds of Flux that somebody left without a Flux", async () => {
    const name = "helmreleases.helm.toolkit.fluxcd.io";
    scene.server.put(CustomResourceDefinition, { metadata: { name, labels: partOfFlux } });
    await assert.rejects(scene.look(), {
      message: `${rule} CustomResourceDefinition/${name}. ${fix}`,
    });
  });

  it("leaves alone what calls itself a part of Flux and is no controller of it", async () => {
    const metadata = { name: "dashboard", namespace: "tools", labels: partOfFlux };
    scene.server.put(Deployment, { metadata });
    await scene.look();
  });

  it("names the stack of a namespace that records no owner", async () => {
    scene.put(of("organization.flux-bootstrap.prod"));
    await assert.rejects(scene.look(), {
      message: `${rule} Namespace/flux-system of stack organization.flux-bootstrap.prod. ${fix}`,
    });
  });

  it("stops at a namespace that is being deleted, adopted or not", async () => {
    const deletionTimestamp = "2026-01-01T00:00:00Z";
    const finalizers = ["kubernetes"];
    scene.server.put(Namespace, {
      metadata: { name: "flux-system", deletionTimestamp, finalizers },
    });
    await assert.rejects(scene.look({ adopt: true }), {
      message:
        "Namespace/flux-system must be there or gone, got one that is being deleted. " +
        "See what holds it: kubectl get namespace flux-system -o yaml",
    });
  });

  it("stops at a Flux in another namespace, adopted or not", async () => {
    scene.putFlux("gitops");
    await assert.rejects(scene.look({ adopt: true }), {
      message:
        "the cluster must hold one Flux, in namespace flux-system, got FluxInstance/gitops/flux, Deployment/gitops/flux-operator, Deployment/gitops/helm-controller. " +
        "It cannot be taken over: remove it first, or leave this cluster to it",
    });
  });

  it("says everything that is wrong at once", async () => {
    scene.server.gitVersion = "v1.30.2";
    scene.server.remove({ resource: Node, name: "node-1" });
    scene.put();
    const end = scene.server.faults.forbid("create", Secret);
    const message = await scene.look().catch((error: unknown) => (error as Error).message);
    end();
    scene.server.addNode();
    assert.equal(
      message,
      `the cluster at ${scene.server.url} has 4 problems:\n` +
        "  - the login must have the rights of a run, got no right to: create secrets in flux-system. Grant them, and ask with: kubectl auth can-i create secrets --namespace flux-system\n" +
        "  - Kubernetes must be 1.33 or newer for Flux 2.9.4, got v1.30.2. Upgrade the cluster, or set flux.version to a Flux that supports it\n" +
        "  - the cluster must have a node, got none. Flux runs in pods: add a node and look with: kubectl get nodes\n" +
        `  - ${rule} Namespace/flux-system. ${fix}`,
    );
  });

  it("takes a cluster without nodes that makes them when pods need them", async () => {
    scene.server.remove({ resource: Node, name: "node-1" });
    const NodePool: Resource = {
      ...{ apiVersion: "karpenter.sh", kind: "NodePool", plural: "nodepools", namespaced: false },
    };
    scene.server.put(NodePool, { metadata: { name: "default" } });
    await scene.look();
    scene.server.resources.delete(NodePool);
    scene.server.addNode();
  });

  it("names the rights that are missing, the verbs of a kind together", async () => {
    const ends = [
      scene.server.faults.forbid("create", Secret),
      scene.server.faults.forbid("patch", Secret),
      scene.server.faults.forbid("create", Deployment),
    ];
    await assert.rejects(scene.look(), {
      message:
        "the login must have the rights of a run, got no right to: create, patch secrets in flux-system; create deployments.apps in flux-system. " +
        "Grant them, and ask with: kubectl auth can-i create secrets --namespace flux-system",
    });
    for (const end of ends) end();
    assert.deepEqual(scene.server.writes, []);
  });

  it("needs no right to make the namespace of Flux where an administrator made it", async () => {
    const end = scene.server.faults.forbid("create", Namespace);
    await assert.rejects(scene.look(), /no right to: create namespaces\. Grant them/);
    scene.put(of(stack));
    await scene.look();
    end();
  });

  it("asks for no right where none is needed", async () => {
    const end = scene.server.faults.forbid("create", Secret);
    await scene.look({ rights: [] });
    end();
  });
});

describe("a cluster that cannot be asked", () => {
  it("names the endpoint and one command when nothing answers", async () => {
    const kubeconfig = scene.server
      .kubeconfig("planted-token")
      .replace(scene.server.url, "https://127.0.0.1:1");
    await assert.rejects(scene.look({ kubeconfig }), (error: Error) => {
      assert.ok(error instanceof UnreachableCluster);
      assert.equal(
        error.message,
        "the API server at https://127.0.0.1:1 must answer within 2s, got: connect ECONNREFUSED 127.0.0.1:1. Run: npm start",
      );
      return true;
    });
  });

  it("waits no longer than two seconds for a server that accepts and says nothing", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const began = Date.now();
    const kubeconfig = scene.server.kubeconfig().replace(scene.server.url, address);
    await assert.rejects(scene.look({ kubeconfig }), UnreachableCluster);
    assert.ok(Date.now() - began < 4_000);
    silent.closeAllConnections();
    silent.close();
  });

  it("tells a login that is not accepted from a server that is not there", async () => {
    const end = scene.server.faults.refuse(/^GET/, { code: 401, reason: "Unauthorized" });
    await assert.rejects(scene.look(), (error: Error) => {
      assert.ok(error instanceof LoginRefused);
      assert.equal(
        error.message,
        `the login of context fake must be accepted by ${scene.server.url}, got 401 Unauthorized: ` +
          "it has expired, was revoked or belongs to another cluster. Log in again.",
      );
      return true;
    });
    end();
  });
});
