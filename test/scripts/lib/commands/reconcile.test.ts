import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { requestedAt } from "../../../../scripts/lib/gate/canary.ts";
import { HelmChart, HelmRelease, HelmRepository } from "../../../../scripts/lib/kinds.ts";
import { putRelease } from "../../support/gitops.ts";
import {
  annotationsOf,
  apps,
  becomesReady,
  cache,
  cart,
  fleetScene,
  notReady,
  patched,
  readyNow,
  runAnswering,
  source,
} from "./support/scene.ts";

describe("fleet reconcile", { timeout: 60_000, concurrency: true }, () => {
  it("asks the source first, then the object, and waits until both are Ready", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server);
    const { code, stdout, stderr } = await fleet(["reconcile", "flux-system/apps", "--yes"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(patched(server), ["gitrepositories/flux-system", "kustomizations/apps"]);
    assert.match(stdout, /^Kustomization\/flux-system\/apps +ready/m);
    assert.match(stderr, /on context fake at http:\/\/127\.0\.0\.1/);
  });

  it("does not ask the object when its source fails", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server, (object) =>
      object.kind === "GitRepository" ? notReady("GitOperationFailed", "no route") : undefined,
    );
    const { code, stdout } = await fleet(["reconcile", "flux-system/apps", "--yes"]);
    assert.equal(code, 1);
    assert.deepEqual(patched(server), ["gitrepositories/flux-system"]);
    assert.match(stdout, /apps +skipped .*GitRepository\/flux-system\/flux-system did not become/);
    assert.match(stdout, /Next: npm run fleet -- doctor/);
  });

  it("asks repository, chart and release in turn, and leaves out a repository that is only an address", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server);
    const chart = { name: "shop-cart", namespace: "shop" };
    const sourceRef = { kind: "HelmRepository", name: "charts" };
    const at = { name: "charts", namespace: "shop" };
    server.put(HelmRepository, { metadata: at, spec: {}, status: readyNow(1) });
    server.put(HelmChart, { metadata: chart, spec: { sourceRef }, status: readyNow(1) });
    putRelease(
      server,
      { name: "cart", namespace: "shop" },
      {
        spec: { chartRef: null, chart: { spec: { sourceRef } } },
        status: { ...readyNow(1), helmChart: "shop/shop-cart" },
      },
    );
    server.merge(cart, { spec: { chartRef: null } });
    assert.equal((await fleet(["reconcile", "hr/shop/cart", "--yes"])).code, 0);
    const all = ["helmrepositories/charts", "helmcharts/shop-cart", "helmreleases/cart"];
    assert.deepEqual(patched(server), all);
    server.merge({ resource: HelmRepository, ...at }, { spec: { type: "oci" } });
    server.writes.length = 0;
    assert.equal((await fleet(["reconcile", "hr/shop/cart", "--yes"])).code, 0);
    assert.deepEqual(patched(server), all.slice(1));
  });

  it("goes on to what is below in the order of dependencies, past what is suspended", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server);
    server.merge(cache, { spec: { dependsOn: [{ name: "cart" }] } });
    const third = { name: "old", namespace: "shop" };
    putRelease(server, third, { owner: "apps", spec: { suspend: true } });
    server.merge(apps, {
      status: {
        inventory: {
          entries: ["cache", "cart", "old", "deleted"].map((name) => ({
            id: `shop_${name}_helm.toolkit.fluxcd.io_HelmRelease`,
            v: "v2",
          })),
        },
      },
    });
    const { code, stdout } = await fleet([
      "reconcile",
      "ks/flux-system/flux-system",
      "--all-below",
      "--yes",
    ]);
    assert.equal(code, 0, stdout);
    assert.deepEqual(patched(server), [
      "gitrepositories/flux-system",
      "kustomizations/flux-system",
      "kustomizations/apps",
      "helmreleases/cart",
      "helmreleases/cache",
    ]);
    assert.match(stdout, /HelmRelease\/shop\/old +suspended/);
  });

  it("skips what depends on a release that failed, and a cycle", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server, (object) =>
      object.metadata.name === "cart" ? notReady("InstallFailed", "boom") : becomesReady(object),
    );
    server.merge(cache, { spec: { dependsOn: [{ name: "cart" }] } });
    for (const [name, needed] of [
      ["one", "two"],
      ["two", "one"],
    ] as const) {
      putRelease(server, { name, namespace: "shop" }, { spec: { dependsOn: [{ name: needed }] } });
    }
    const names = ["hr/shop/cart", "hr/shop/cache", "hr/shop/one", "hr/shop/two"];
    const { code, stdout } = await fleet(["reconcile", ...names, "--yes", "-o", "json"]);
    assert.equal(code, 1);
    const { objects } = JSON.parse(stdout) as { objects: { object: string; text: string }[] };
    const texts = new Map(objects.map(({ object, text }) => [object, text]));
    assert.equal(texts.get("HelmRelease/shop/cache"), "HelmRelease/shop/cart did not become Ready");
    assert.equal(texts.get("HelmRelease/shop/one"), "its dependencies form a cycle");
  });

  it("refuses what is suspended, with who and why, and writes nothing", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const annotations = {
      "flux-bootstrap.dev/suspended-by": "ann@laptop",
      "flux-bootstrap.dev/suspended-reason": "INC-42",
    };
    server.merge(cart, { spec: { suspend: true }, metadata: { annotations } });
    const { code, stderr } = await fleet(["reconcile", "shop/cart", "--yes"]);
    assert.equal(code, 1);
    assert.match(stderr, /HelmRelease\/shop\/cart is suspended \(by ann@laptop: INC-42\)/);
    assert.match(stderr, /Next: npm run fleet -- resume HelmRelease\/shop\/cart/);
    assert.deepEqual(server.writes, []);
  });

  it("names the right that is missing before it writes", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.faults.forbid("patch", HelmRelease);
    const { code, stderr } = await fleet(["reconcile", "hr/shop/cart", "--yes"]);
    assert.equal(code, 1);
    assert.match(stderr, /patch helmreleases\.helm\.toolkit\.fluxcd\.io in namespace shop/);
    assert.deepEqual(server.writes, []);
  });

  it("says that an object was deleted while it was waited for", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server, (object) => {
      if (object.kind !== "HelmRelease") return becomesReady(object);
      server.merge(cart, { metadata: { finalizers: null } });
      server.remove(cart);
      return undefined;
    });
    const { code, stdout } = await fleet(["reconcile", "hr/shop/cart", "--yes"]);
    assert.equal(code, 1);
    assert.match(stdout, /HelmRelease\/shop\/cart +gone .*deleted meanwhile/);
  });

  it("ends at the time-out with what it saw last", async (test) => {
    const { fleet } = await fleetScene(test);
    const argv = ["reconcile", "gitrepo/flux-system/flux-system", "--yes", "--timeout", "200ms"];
    const { code, stdout } = await fleet(argv);
    assert.equal(code, 1);
    assert.match(stdout, /timed-out .*not taken up; Ready=True Succeeded/);
  });

  it("writes no more after the person answered no, and the token after yes", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server);
    const no = await fleet(["reconcile", "flux-system/apps"], { answer: "n" });
    assert.deepEqual([no.code, server.writes], [1, []]);
    assert.match(no.stderr, /nothing was written/);
    assert.equal((await fleet(["reconcile", "flux-system/apps"], { answer: "y" })).code, 0);
    assert.match(annotationsOf(server, source)[requestedAt] ?? "", /^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it("asks nobody and writes nothing without a terminal", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const alone = await fleet(["reconcile", "flux-system/apps"]);
    const told = await fleet(["reconcile", "flux-system/apps", "--non-interactive"], {
      answer: "y",
    });
    for (const { code, stderr } of [alone, told]) {
      assert.equal(code, 2);
      assert.match(stderr, /must be confirmed, got no terminal to ask on\. Add --yes/);
    }
    assert.deepEqual(server.writes, []);
  });
});
