import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import * as pulumi from "@pulumi/pulumi";

import { goingWith } from "../../../components/cluster/claim.ts";
import { inUseLabel } from "../../../components/names.ts";
import { MockEngine, optionsOf } from "../../support/mocks.ts";

class Group extends pulumi.ComponentResource {}

describe("what is in a cluster of this stack", () => {
  before(async () => {
    const engine = new MockEngine();
    await engine.start();
    const cluster = new pulumi.ComponentResource("test:Cluster", "the-cluster");
    const own = { resource: cluster, incarnation: pulumi.output("the second of its name") };
    const group = new Group("test:Group", "group", {}, { transformations: [goingWith(own)] });
    const metadata = (labels: Readonly<Record<string, string>>) => ({ metadata: { labels } });
    const opts = { parent: group };
    new ConfigMap("ordinary", metadata({ "flux-bootstrap.dev/purpose": "another" }), opts);
    new ConfigMap("mark", metadata(inUseLabel), opts);
    new Group("test:Group", "inner", {}, opts);
    new ConfigMap("elsewhere", metadata({}));
    await engine.idle();
  });

  it("goes with the cluster", () => {
    assert.equal(optionsOf("ordinary")?.deletedWith, "the-cluster");
  });

  it("keeps the mark of a sync out of that, which has to go before its Drain does", () => {
    assert.equal(optionsOf("mark")?.deletedWith, "");
  });

  it("is made anew in another cluster that takes its place, the mark too", () => {
    assert.equal(optionsOf("ordinary")?.replacementTrigger, "the second of its name");
    assert.equal(optionsOf("mark")?.replacementTrigger, "the second of its name");
  });

  it("is deleted before that, while the provider still works on the old one", () => {
    for (const name of ["ordinary", "mark"]) {
      assert.equal(optionsOf(name)?.deleteBeforeReplace, true, name);
    }
  });

  it("is no matter of components, nor of what is not in it", () => {
    for (const name of ["inner", "elsewhere"]) {
      assert.equal(optionsOf(name)?.deletedWith, "", name);
      assert.equal(optionsOf(name)?.replacementTrigger, undefined, name);
    }
  });
});
