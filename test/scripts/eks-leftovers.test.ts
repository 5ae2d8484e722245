import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, describe, it } from "node:test";

import { runScript } from "./support/run.ts";

const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-leftovers-"));
after(() => {
  rmSync(directory, { recursive: true, force: true });
});

const balancer = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/net/a1/1";

async function run(script: string) {
  const file = join(directory, "aws");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const PATH = [directory, process.env["PATH"] ?? ""].join(delimiter);
  return runScript("eks-leftovers.ts", {
    CLUSTER_NAME: "prod",
    CLOUD_REGION: "eu-central-1",
    PATH,
  });
}

describe("node scripts/eks-leftovers.ts", { timeout: 30_000 }, () => {
  it("names what the cluster left, and lets the destroy go on", async () => {
    const answer = JSON.stringify({ ResourceTagMappingList: [{ ResourceARN: balancer }] });
    const { code, stdout, stderr } = await run(`echo '${answer}'`);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), { left: [balancer] });
    assert.match(stderr, /✗ the cluster prod left in AWS: 1\n {2}arn:aws:elasticloadbalancing/);
  });

  it("says that nothing is left", async () => {
    const { code, stderr } = await run("echo '{}'");
    assert.equal(code, 0);
    assert.match(stderr, /✔ nothing is left in AWS that bears the name of prod/);
  });

  it("says why it does not know, and how to look", async () => {
    const { code, stdout, stderr } = await run("echo 'Token has expired' >&2; exit 255");
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), { unknown: true });
    assert.match(stderr, /is not known: .*Token has expired/s);
    assert.match(stderr, /Next: aws --region eu-central-1 resourcegroupstaggingapi get-resources/);
  });
});
