import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";

import { cachePaths } from "../../../embedded/toolchain/cache.ts";
import { buildFlags, planGroups } from "../../../embedded/toolchain/group-build.ts";
import type { Group } from "../../../embedded/toolchain/groups.ts";
import { alpha, beta, fakeGo } from "./support/fake-go.ts";

const go = { version: "1.26.8", platform: "linux/amd64", fetching: {} };

test("the key of a group changes with everything that goes into it, and with nothing else", async (t) => {
  const fake = await fakeGo(t);
  const places = { definitions: fake.definition.directory, paths: cachePaths("/cache") };
  const keyOf = (group: Group, changed: { go?: Partial<typeof go>; onPath?: string[] } = {}) => {
    const onPath = new Set(changed.onPath);
    const [plan] = planGroups([group], onPath, { ...go, ...changed.go }, places);
    return basename(plan?.directory ?? "");
  };
  const original = keyOf(alpha);
  assert.match(original, /^alpha-[0-9a-f]{16}$/);
  assert.equal(keyOf({ ...alpha, cost: beta.cost }), original, "not with the estimate");
  const keys = [
    keyOf(alpha, { go: { version: "1.26.9" } }),
    keyOf(alpha, { go: { platform: "linux/arm64" } }),
    keyOf(alpha, { onPath: ["one"] }),
    keyOf({ ...alpha, stamps: { "main.version": "1" } }),
    keyOf({ ...alpha, tags: ["netgo"] }),
    keyOf({ ...alpha, extras: [] }),
  ];
  for (const file of ["go.mod", "go.sum", "main.go"]) {
    await writeFile(join(fake.definition.directory, "alpha", file), "changed");
    keys.push(keyOf(alpha));
  }
  assert.equal(new Set([original, ...keys]).size, keys.length + 1);
});

test("leaves out a group that PATH has whole, unless files of its modules are needed", async (t) => {
  const fake = await fakeGo(t);
  const places = { definitions: fake.definition.directory, paths: cachePaths("/cache") };
  const plans = planGroups([alpha, beta], new Set(["one", "two", "three"]), go, places);
  assert.deepEqual(
    plans.map(({ group, tools }) => [group.name, tools]),
    [["alpha", []]],
  );
});

test("stamps versions and builds without debug information", () => {
  const stamps = { "main.version": "1.2.3", "main.commit": "none" };
  assert.deepEqual(buildFlags({ ...alpha, stamps, tags: ["a", "b"] }), [
    "-mod=readonly",
    "-trimpath",
    "-pgo=off",
    "-gcflags=all=-dwarf=false",
    "-ldflags=-s -w -X main.version=1.2.3 -X main.commit=none",
    "-tags=a,b",
  ]);
});
