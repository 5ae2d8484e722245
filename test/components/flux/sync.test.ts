import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../../../components/cluster/contract.ts";
import { FluxSync } from "../../../components/flux/sync.ts";
import { adoptsNothing } from "../../../components/preflight/adopts.ts";
import { MockEngine, optionsOf, type RegisteredOptions } from "../../support/mocks.ts";

const sync = {
  kind: "GitRepository",
  url: "https://example.com/fleet.git",
  ref: "refs/heads/main",
  path: "./clusters/prod",
  interval: "1m",
} as const;

/** The options of the mark, in a cluster with that incarnation. */
async function markIn(incarnation: string | undefined): Promise<RegisteredOptions | undefined> {
  const engine = new MockEngine();
  await engine.start();
  const cluster: Cluster = {
    name: "prod",
    kubeconfig: pulumi.secret("{}"),
    context: undefined,
    provider: new Provider("kubernetes"),
    identity: pulumi.output("uid"),
    access: "kubectl",
    claim: { owner: undefined, adopts: adoptsNothing, forced: false },
    incarnation: incarnation === undefined ? undefined : pulumi.output(incarnation),
    transformations: [],
    supplies: { runtimeInfo: {} },
  };
  const rest = { sourceFields: {}, source: undefined, deployKey: undefined };
  const drain = { id: pulumi.output("first") };
  new FluxSync("flux-sync", { cluster, namespace: "flux-system", sync, drain, ...rest }, {});
  await engine.registration("flux-sync-patch");
  return optionsOf("flux-sync-in-use");
}

describe("the mark of a sync that is in use", () => {
  it("goes before another Drain of a cluster of this stack's making, and comes back after it", async () => {
    const { replaceOnChanges, deleteBeforeReplace } = (await markIn("https://one")) ?? {};
    assert.deepEqual([replaceOnChanges, deleteBeforeReplace], [["data"], true]);
  });

  it("stays where the cluster was made elsewhere: a Drain of it is never another", async () => {
    const { replaceOnChanges, deleteBeforeReplace } = (await markIn(undefined)) ?? {};
    assert.deepEqual([replaceOnChanges, deleteBeforeReplace], [[], false]);
  });
});
