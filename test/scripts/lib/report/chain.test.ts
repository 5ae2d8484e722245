import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { chainOf } from "../../../../scripts/lib/report/chain.ts";
import { at, node, type Planned } from "./support/outcome.ts";

const root = "Kustomization/flux-system/flux-system";
const apps = "Kustomization/flux-system/apps";
const seconds = (time: number | undefined) =>
  time === undefined ? undefined : (time - Date.parse(at(0))) / 1000;

function chain(planned: readonly Planned[]) {
  const nodes = planned.map(node);
  return chainOf(new Map(nodes.map((entry) => [entry.key, entry]))).map(
    ({ key, from, to, until, why }) => [key, seconds(from), seconds(to), until, why],
  );
}

const source: Planned = { kind: "GitRepository", name: "flux-system", created: 0, ready: 2 };
const top: Planned = {
  kind: "Kustomization",
  name: "flux-system",
  created: 0,
  ready: 4,
  source: "GitRepository/flux-system",
};
const release = (name: string, more: Partial<Planned>): Planned => ({
  kind: "HelmRelease",
  namespace: "shop",
  name,
  created: 5,
  ready: 9,
  parent: apps,
  ...more,
});

describe("chainOf", () => {
  it("goes from the source over what made, what was depended on and what was waited for to the last", () => {
    const layer: Planned = {
      kind: "Kustomization",
      name: "apps",
      created: 4,
      ready: 31,
      parent: root,
      children: ["HelmRelease/shop/db", "HelmRelease/shop/cart", "HelmRelease/shop/quick"],
    };
    const releases = [
      release("db", { created: 6, ready: 20 }),
      release("cart", { created: 6, ready: 30, dependsOn: ["db"] }),
      release("quick", { created: 6, ready: 25 }),
    ];
    assert.deepEqual(chain([source, top, layer, ...releases]), [
      ["GitRepository/flux-system/flux-system", 0, 2, "ready", ""],
      [root, 2, 4, "applied", "reads GitRepository/flux-system/flux-system"],
      [apps, 4, 6, "applied", `made by ${root}`],
      ["HelmRelease/shop/db", 6, 20, "ready", `made by ${apps}`],
      ["HelmRelease/shop/cart", 20, 30, "ready", "depends on HelmRelease/shop/db"],
      [apps, 30, 31, "ready", "waits for HelmRelease/shop/cart"],
    ]);
  });

  it("does not blame what was there before the object was made", () => {
    const links = chain([
      release("db", { created: 1, ready: 3 }),
      release("cart", { created: 5, ready: 9, dependsOn: ["db"] }),
    ]);
    assert.deepEqual(links, [["HelmRelease/shop/cart", 5, 9, "ready", ""]]);
  });

  it("ends with what everything that is not Ready waits for", () => {
    const links = chain([
      release("cart", { ready: undefined, reason: "DependencyNotReady", dependsOn: ["db"] }),
      release("db", { ready: undefined, reason: "RetriesExceeded", stalled: true }),
      release("done", { ready: 100 }),
    ]);
    assert.deepEqual(links, [["HelmRelease/shop/db", 5, undefined, "ready", ""]]);
  });

  it("leaves suspended objects out", () => {
    const links = chain([
      release("db", { ready: undefined, suspended: true }),
      release("cart", { ready: 7 }),
    ]);
    assert.deepEqual(
      links.map(([key]) => key),
      ["HelmRelease/shop/cart"],
    );
  });

  it("comes to an end where objects wait for each other", () => {
    const links = chain([
      release("a", { ready: 9, dependsOn: ["b"], parent: "HelmRelease/shop/b" }),
      release("b", { ready: 9, dependsOn: ["a"], parent: "HelmRelease/shop/a" }),
    ]);
    assert.ok(links.length > 0 && links.length < 6);
  });

  it("is empty without an object that says when it was Ready", () => {
    const address = { ...node(release("x", {})), readyAt: "" };
    assert.deepEqual(chainOf(new Map([[address.key, address]])), []);
    assert.deepEqual(chainOf(new Map()), []);
  });
});
