import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { parse } from "yaml";

import { type MockEngine, optionsOf } from "../support/mocks.ts";
import { runProgram } from "../support/program.ts";
import { good, type Values } from "../support/settings.ts";

const environment = (stack: string) => {
  const file = new URL(`../../Pulumi.${stack}.yaml`, import.meta.url);
  const text = readFileSync(file, "utf8");
  const { config } = parse(text) as { readonly config: Values };
  const own = Object.entries(config).map(([key, value]) => [
    key.replace(/^flux-bootstrap:/, ""),
    typeof value === "boolean" ? String(value) : value,
  ]);
  return { text, config, settings: Object.fromEntries(own) as Values };
};

const previewed = async (stack: string): Promise<MockEngine> => {
  const config = environment(stack).settings;
  return (await runProgram({ config, stack, preview: true })).engine;
};

const examples: readonly (readonly [stack: string, nodes: readonly string[]])[] = [
  ["staging-aks", ["cluster-pools-apps", "cluster-pools-batch"]],
  ["prod-eks", ["cluster-nodes-spare-group", "cluster-nodes-system-group"]],
];

for (const [stack, nodes] of examples) {
  describe(`the example environment ${stack}`, () => {
    const { text, config, settings } = environment(stack);

    it("is configured without a mistake", async () => {
      const { cluster, postBootstrap } = await good(settings);
      assert.equal(`${cluster.name}-${cluster.kind}`, stack);
      assert.equal(postBootstrap.required, "infrastructure");
    });

    it("is a stack of which a preview shows everything, from the network to the last step", async () => {
      const engine = await previewed(stack);
      const pools = /^cluster-(pools-|nodes-.*-group$)/;
      const found = engine.names().filter((name) => pools.test(name));
      assert.deepEqual(found.toSorted(), nodes);
      for (const name of ["cluster-network", "flux-sync-patch", "post-bootstrap-script"]) {
        assert.ok(engine.names().includes(name), name);
      }
      const isProtected = optionsOf("cluster-control-plane-cluster")?.protect;
      assert.equal(isProtected, stack === "prod-eks");
    });

    it("holds only settings of this project, none of them secret", () => {
      assert.ok(Object.keys(config).every((key) => key.startsWith("flux-bootstrap:")));
      assert.doesNotMatch(text, /secure:|encryptionsalt/);
    });

    it("says something of each of its choices", () => {
      const comments = text.split("\n").filter((line) => /^\s*#/.test(line));
      assert.ok(comments.length > 12);
    });
  });
}
