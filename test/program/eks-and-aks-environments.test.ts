import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { parse } from "yaml";

import type { AksClusterConfig } from "../../components/config/aks/types.ts";
import type { ClusterConfig } from "../../components/config/types.ts";
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

interface Example {
  readonly stack: string;
  readonly nodes: readonly string[];
  /** What it may use of the cloud, by the names that Git knows them by. */
  readonly identities: readonly string[];
  readonly drain: { readonly timeout: string; readonly volumes: string };
}

const examples: readonly Example[] = [
  {
    stack: "staging-aks",
    nodes: ["cluster-pools-apps", "cluster-pools-batch"],
    identities: ["external-secrets", "sops"],
    drain: { timeout: "30m", volumes: "keep" },
  },
  {
    stack: "prod-eks",
    nodes: ["cluster-nodes-spare-group", "cluster-nodes-system-group"],
    identities: ["eso", "cloudwatch", "sops"],
    drain: { timeout: "45m", volumes: "keep" },
  },
];

/** The names of what Flux runs that has an identity of its own in the cloud. */
function identitiesOf(cluster: ClusterConfig): string[] {
  const { identities } = cluster.kind === "eks" ? cluster.eks : (cluster as AksClusterConfig).aks;
  return identities.map(({ name }) => name);
}

for (const { stack, nodes, identities, drain: wanted } of examples) {
  describe(`the example environment ${stack}`, () => {
    const { text, config, settings } = environment(stack);

    it("is configured without a mistake", async () => {
      const { cluster, postBootstrap, drain } = await good(settings);
      assert.equal(`${cluster.name}-${cluster.kind}`, stack);
      assert.equal(postBootstrap.required, "infrastructure");
      const { timeout, volumes } = drain;
      assert.deepEqual({ timeout, volumes }, wanted);
      assert.deepEqual(identitiesOf(cluster), identities);
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
