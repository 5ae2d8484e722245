import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { eksSource } from "../../../../components/cluster/eks/source.ts";
import { readEks } from "../../../support/eks.ts";
import { AwsCli } from "../../../support/aws-cli.ts";
import { MockEngine } from "../../../support/mocks.ts";

let cli: AwsCli;
before(() => {
  cli = new AwsCli();
});
after(() => {
  cli.remove();
});

async function source(awsArn?: string) {
  const engine = new MockEngine(awsArn === undefined ? {} : { clouds: { awsArn } });
  await engine.start();
  const eks = await readEks({});
  const made = eksSource({ kind: "eks", name: "prod", eks }, { protect: false });
  return { engine, made };
}

const resources = (engine: MockEngine) =>
  engine.registered.filter(({ type }) => type.startsWith("aws:"));

describe("an up with a cluster in AWS makes nothing", () => {
  it("without an AWS CLI whose tokens clients take", async () => {
    cli.become("2.6.9");
    try {
      const { engine, made } = await source();
      await assert.rejects(made, {
        message: /^the AWS CLI must be version 2\.7 or newer, got aws-cli\/2\.6\.9/,
      });
      assert.deepEqual(resources(engine), []);
    } finally {
      cli.become("2.31.4");
    }
  });

  it("by somebody who could not log in to the cluster afterwards", async () => {
    const { engine, made } = await source("arn:aws:sts::111122223333:assumed-role/other/ada");
    await assert.rejects(made, {
      message: /^cluster\.eks\.admins must hold the identity that runs this \(arn:aws:sts/,
    });
    assert.deepEqual(resources(engine), []);
  });

  it("and otherwise all", async () => {
    const { engine, made } = await source();
    await made;
    await engine.idle();
    assert.ok(resources(engine).length > 40);
  });
});
