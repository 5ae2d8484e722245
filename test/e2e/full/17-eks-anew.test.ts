import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { readAccount } from "../../../embedded/clouds/account.ts";
import { writeSettings } from "../../../embedded/clouds/settings.ts";
import {
  administrator,
  type CloudGround,
  requireBootstrapped,
} from "../../support/clouds/cloud-ground.ts";
import type { CloudStack } from "../../support/clouds/cloud-stack.ts";
import { clusterWith, left, name, openStack } from "../../support/clouds/eks-stack.ts";

let ground: CloudGround;
let stack: CloudStack;

before(async () => {
  ({ ground, stack } = await openStack());
});

after(async () => {
  await stack.close();
  await ground.close();
});

const networks = () =>
  readAccount("aws")
    .all("aws:ec2/vpc:Vpc")
    .map(({ properties }) => properties["cidrBlock"]);

async function up(): Promise<string> {
  const { code, output } = await stack.up();
  assert.equal(code, 0, output);
  await requireBootstrapped(name);
  return administrator(name).uid();
}

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
    const uid = await up();
    stack.set({ cluster: clusterWith({ network: { nat: "single", cidr: "10.8.0.0/16" } }) });
    assert.notEqual(await up(), uid);
    assert.deepEqual(networks(), ["10.8.0.0/16"]);
  });

  it("leaves nothing when it is destroyed there, and room for the whole of it", async () => {
    for (const time of ["the first", "the second"]) {
      const { code, output } = await stack.destroy();
      assert.equal(code, 0, output);
      assert.deepEqual(left(), [], time);
      if (time === "the first") await up();
    }
  });
});
