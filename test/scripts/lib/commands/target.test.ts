import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parseTarget, targetKinds } from "../../../../scripts/lib/commands/target.ts";
import { HelmRelease, Kustomization, Receiver } from "../../../../scripts/lib/kinds.ts";
import { fleetScene, runAnswering } from "./support/scene.ts";

const kindsOf = (text: string) => {
  const target = parseTarget(text, targetKinds);
  return typeof target === "string" ? target : target.kinds.map(({ kind }) => kind);
};

describe("a name", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["HelmRelease/shop/cart", "HelmRelease"],
    ["helmrelease/shop/cart", "HelmRelease"],
    ["helmreleases/shop/cart", "HelmRelease"],
    ["hr/shop/cart", "HelmRelease"],
    ["ks/flux-system/apps", "Kustomization"],
    ["gitrepositories/flux-system/flux-system", "GitRepository"],
    ["helmrepo/flux-system/charts", "HelmRepository"],
  ];
  for (const [text, kind] of cases) {
    it(`may be ${text}`, () => {
      assert.deepEqual(kindsOf(text), [kind]);
    });
  }

  it("may be of any kind without one", () => {
    assert.equal(kindsOf("shop/cart").length, targetKinds.length);
  });

  for (const text of [
    "",
    "cart",
    "a/b/c/d",
    "/a",
    "a/",
    "hr//x",
    "A/b",
    "a b/c",
    "node/x/y",
    "-a/b",
  ]) {
    it(`may not be "${text}"`, () => {
      assert.equal(typeof kindsOf(text), "string");
    });
  }
});

describe("finding an object", { timeout: 60_000, concurrency: true }, () => {
  it("does not mind a kind that may not be read when another has the name", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server);
    server.faults.forbid("get", Receiver);
    assert.equal((await fleet(["reconcile", "shop/cart", "--yes"])).code, 0);
    const { code, stderr } = await fleet(["reconcile", "shop/none", "--yes"]);
    assert.equal(code, 1);
    assert.match(stderr, /cannot get resource "receivers"/);
  });

  it("wants the kind of a name that two objects have", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.put(Kustomization, { metadata: { name: "cart", namespace: "shop" }, spec: {} });
    const { code, stderr } = await fleet(["suspend", "shop/cart", "--reason", "x", "--yes"]);
    assert.equal(code, 1);
    assert.match(stderr, /Kustomization\/shop\/cart and HelmRelease\/shop\/cart/);
    assert.equal(server.writes.length, 0);
    assert.equal(server.all(HelmRelease).length, 2);
  });
});
