import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { GitRepository, HelmRelease, Kustomization } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import { LatestRevision } from "../../../../scripts/lib/post-bootstrap/latest-revision.ts";
import { type Assessment, assess } from "../../../../scripts/lib/tree/assessment.ts";
import { Tree } from "../../../../scripts/lib/tree/tree.ts";
import { FakeApiServer } from "../../../support/api-server.ts";
import { namespace, recordingLog } from "../../support/flux.ts";
import { putKustomization, putRelease, putSync, ready, revision } from "../../support/gitops.ts";
import { fetchWrite, gaveUp, PostBootstrapStage } from "../../support/post-bootstrap.ts";

const apps = { resource: Kustomization, name: "apps", namespace };
const cart = { resource: HelmRelease, name: "cart", namespace: "shop" };
const source = { resource: GitRepository, name: "flux-system", namespace };
const root = { resource: Kustomization, name: "flux-system", namespace };

const remedy = "refs/heads/main@sha1:2";
const resetWrite = "PATCH /apis/helm.toolkit.fluxcd.io/v2/namespaces/shop/helmreleases/cart";

describe("postBootstrap with a release that gave up", { timeout: 60_000 }, () => {
  let stage: PostBootstrapStage;
  let server: FakeApiServer;

  beforeEach(async () => {
    stage = await PostBootstrapStage.set();
    server = stage.server;
    putSync(server, [apps]);
    putKustomization(server, "apps", { owner: "flux-system", applied: [cart] });
    const status = { ...gaveUp("install failed: no such image"), observedGeneration: 1 };
    putRelease(server, { name: "cart", namespace: "shop" }, { owner: "apps", status });
    stage.heals(cart);
  });
  afterEach(async () => {
    await stage.strike();
  });

  /** A Kustomization takes up what the source serves, and has applied it a moment later. */
  const applies = (name: string, then: () => void) => {
    const reference = { resource: Kustomization, name, namespace };
    const unknown = { type: "Ready", status: "Unknown", reason: "Progressing" };
    server.react(({ kind, status }) => {
      const { artifact } = (status ?? {}) as { artifact?: { revision?: string } };
      if (kind !== "GitRepository" || artifact?.revision !== remedy) return;
      server.merge(reference, { status: { conditions: [unknown], lastAttemptedRevision: remedy } });
    });
    server.react(({ kind, metadata, status }) => {
      const { conditions = [] } = (status ?? {}) as { conditions?: { status: string }[] };
      if (kind !== "Kustomization" || metadata.name !== name) return;
      if (conditions[0]?.status !== "Unknown") return;
      then();
      server.merge(reference, { status: ready });
    });
  };
  const mended = () => {
    server.merge(cart, { metadata: { generation: 2 } });
    server.merge(cart, { status: { ...ready, observedGeneration: 2 } });
  };

  it("takes what was pushed meanwhile for the remedy, and writes nothing to the release", async () => {
    stage.fetches(remedy);
    applies("flux-system", () => undefined);
    applies("apps", mended);
    const { failed } = await stage.run({ repair: true });
    assert.equal(failed, 0);
    assert.deepEqual(stage.patches, [fetchWrite]);
  });

  it("takes it for the remedy when its layer applies it long after the root did", async () => {
    stage.fetches(remedy);
    applies("flux-system", () => undefined);
    server.react(({ kind, metadata, status }) => {
      const { conditions = [] } = (status ?? {}) as { conditions?: { status: string }[] };
      if (kind !== "Kustomization" || metadata.name !== "flux-system") return;
      if (conditions[0]?.status !== "True" || server.get(apps) === undefined) return;
      setTimeout(() => {
        mended();
        server.merge(apps, { status: { lastAttemptedRevision: remedy } });
      }, 300).unref();
    });
    const { failed } = await stage.run({ repair: true });
    assert.equal(failed, 0);
    assert.deepEqual(stage.patches, [fetchWrite]);
  });

  it("waits no longer for the source when all is Ready by itself", async () => {
    server.react(({ kind, metadata }) => {
      const asked = metadata.annotations?.["reconcile.fluxcd.io/requestedAt"] !== undefined;
      if (kind === "GitRepository" && asked) mended();
    });
    const { failed } = await stage.run({ repair: true, timeoutMilliseconds: 5_000 });
    assert.equal(failed, 0);
  });

  it("resets the release when nothing newer was pushed", async () => {
    stage.fetches(revision);
    await stage.run({ repair: true });
    assert.deepEqual(stage.patches, [fetchWrite, resetWrite]);
  });

  it("resets the release when the source may not be asked", async () => {
    server.faults.forbid("patch", GitRepository);
    await stage.run({ repair: true });
    assert.deepEqual(stage.patches, [fetchWrite, resetWrite]);
  });

  it("resets it at once though another layer waits for the one in trouble", async () => {
    const conditions = [{ type: "Ready", status: "False", reason: "DependencyNotReady" }];
    const status = { conditions, lastAttemptedRevision: "" };
    putKustomization(server, "later", { owner: "flux-system", status });
    stage.fetches(revision);
    await stage.failed({ repair: true, timeoutMilliseconds: 5_000 });
    assert.deepEqual(stage.patches, [fetchWrite, resetWrite]);
  });

  it("asks nothing of a source that is suspended", async () => {
    server.merge(source, { spec: { suspend: true } });
    await stage.run({ repair: true });
    assert.deepEqual(stage.patches, [resetWrite]);
  });

  it("asks once, when the release is mended for a moment only", async () => {
    stage.fetches(revision);
    server.react(({ kind, status }) => {
      const { lastHandledResetAt } = (status ?? {}) as { lastHandledResetAt?: string };
      if (kind !== "HelmRelease" || lastHandledResetAt === undefined) return;
      server.merge(cart, { status: gaveUp("install failed again") });
    });
    await stage.failed({ repair: true, timeoutMilliseconds: 3_000 });
    assert.equal(stage.patches.filter((write) => write === fetchWrite).length, 1);
  });
});

describe("LatestRevision", () => {
  let server: FakeApiServer;
  let tree: Tree;
  let trouble: Assessment;
  const seeAll = () => {
    for (const resource of [GitRepository, Kustomization]) {
      for (const object of server.all(resource)) tree.seen(object);
    }
  };

  beforeEach(async () => {
    server = await FakeApiServer.start();
    putSync(server, []);
    tree = new Tree({ namespace, name: "flux-system" });
    seeAll();
    trouble = { ...fine, stalled: [...tree.nodes().values()] };
  });
  afterEach(async () => {
    await server.stop();
  });

  const { signal } = new AbortController();
  const fine = assess(new Map(), { nodes: new Set(), base: [], missing: [] });

  it("is open until its time is over when the source does not answer, and says so", async () => {
    const { log, lines } = recordingLog();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const changed = () => {
      if (!latest.open) resolve(undefined);
    };
    const cluster = new Cluster(server.kubeconfig(), "test");
    const context = { log, signal, changed, boundMilliseconds: 300 };
    const latest = new LatestRevision(cluster, tree, context);
    latest.consider(fine);
    assert.equal(latest.open, false);
    latest.consider(trouble);
    assert.equal(latest.open, true);
    await promise;
    assert.deepEqual(lines, [
      "► fetching GitRepository/flux-system/flux-system, which may hold the remedy",
      "GitRepository/flux-system/flux-system: neither fetched nor applied in 0.3s; judging what is there",
    ]);
  });

  it("is open as long as the root Kustomization applies what is new", async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { log } = recordingLog();
    const changed = () => {
      resolve(undefined);
    };
    const cluster = new Cluster(server.kubeconfig(), "test");
    const latest = new LatestRevision(cluster, tree, { log, signal, changed });
    latest.consider(trouble);
    await promise;
    const { annotations } = server.get(source)?.metadata ?? {};
    const token = annotations?.["reconcile.fluxcd.io/requestedAt"];
    const openAfter = (reference: Reference, status: object) => {
      server.merge(reference, { status });
      seeAll();
      latest.consider(trouble);
      return latest.open;
    };
    const fetched = { lastHandledReconcileAt: token, artifact: { revision: remedy } };
    const unknown = [{ type: "Ready", status: "Unknown", reason: "Progressing" }];
    const conditions = [{ type: "Ready", status: "False", reason: "ArtifactFailed" }];
    const courses = [
      openAfter(source, fetched),
      openAfter(root, { conditions: unknown }),
      openAfter(root, { lastAttemptedRevision: remedy }),
      openAfter(root, { conditions }),
    ];
    assert.deepEqual(courses, [true, true, true, false]);
  });
});
