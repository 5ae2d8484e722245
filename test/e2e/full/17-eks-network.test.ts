import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { readAccount } from "../../../embedded/clouds/account.ts";
import { defaultLogins, writeSettings } from "../../../embedded/clouds/settings.ts";
import { ConfigMap, FluxInstance } from "../../../scripts/lib/kinds.ts";
import { administrator, CloudGround } from "../../support/clouds/cloud-ground.ts";
import { CloudStack } from "../../support/clouds/cloud-stack.ts";

const name = "cloud-eks";
const eks = {
  region: "eu-central-1",
  version: "1.34",
  admins: [defaultLogins.aws.principal],
  network: { nat: "single" },
};

let ground: CloudGround;
let stack: CloudStack;

before(async () => {
  ground = await CloudGround.open();
  stack = await CloudStack.make(
    { cloud: "aws", stack: "eks", cluster: name },
    {
      cluster: { kind: "eks", name, eks },
      sync: { url: ground.url, path: "./cluster" },
      drain: { volumes: "delete" },
      postBootstrap: { required: "all" },
    },
  );
});

after(async () => {
  await stack.close();
  await ground.close();
});

/** What is in the account, by type; a key stays for the days of its window. */
function left(): string[] {
  const types = readAccount("aws")
    .all()
    .map(({ type }) => type);
  return types.filter((type) => type !== "kms:pending-deletion");
}

const networks = () =>
  readAccount("aws")
    .all("aws:ec2/vpc:Vpc")
    .map(({ properties }) => properties["cidrBlock"]);

describe("an EKS stack that moves to another network", () => {
  it("is told who is not logged in, before anything is made", async () => {
    writeSettings("aws", { login: undefined });
    const { code, output } = await stack.up();
    assert.notEqual(code, 0);
    assert.match(output, /No valid credential sources found/);
    assert.deepEqual(left(), []);
  });

  it("takes its cluster along, and leaves no part of the old network", async () => {
    writeSettings("aws", {});
    const first = await stack.up();
    assert.equal(first.code, 0, first.output);
    const uid = await administrator(name).uid();
    const network = { ...eks.network, cidr: "10.8.0.0/16" };
    stack.set({ cluster: { kind: "eks", name, eks: { ...eks, network } } });
    const moved = await stack.up();
    assert.equal(moved.code, 0, moved.output);
    assert.notEqual(await administrator(name).uid(), uid);
    assert.deepEqual(networks(), ["10.8.0.0/16"]);
    const prices = { resource: ConfigMap, name: "prices", namespace: "shop" };
    assert.ok(await administrator(name).get(prices));
    const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
    assert.ok(await administrator(name).get(flux), "the new cluster has no FluxInstance");
  });

  it("leaves nothing when it is destroyed there", async () => {
    const { code, output } = await stack.destroy();
    assert.equal(code, 0, output);
    assert.deepEqual(left(), []);
  });
});
