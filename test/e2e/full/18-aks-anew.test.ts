import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { readAccount } from "../../../embedded/clouds/account.ts";
import { clusterWith, name, openStack, resourceUid } from "../../support/clouds/aks-stack.ts";
import {
  administrator,
  type CloudGround,
  requireBootstrapped,
} from "../../support/clouds/cloud-ground.ts";
import type { CloudStack } from "../../support/clouds/cloud-stack.ts";

let ground: CloudGround;
let stack: CloudStack;

before(async () => {
  ({ ground, stack } = await openStack());
});

after(async () => {
  await stack.close();
  await ground.close();
});

async function up(): Promise<string> {
  const { code, output } = await stack.up();
  assert.equal(code, 0, output);
  await requireBootstrapped(name);
  return administrator(name).uid();
}

describe("an AKS stack", () => {
  it("is bootstrapped anew when its cluster is replaced", async () => {
    const before = [await up(), resourceUid()];
    stack.set({ cluster: clusterWith({ network: { podCidr: "10.240.0.0/14" } }) });
    const after = [await up(), resourceUid()];
    assert.ok(
      after.every((uid, index) => uid !== before[index]),
      after.join(),
    );
  });

  it("leaves nothing when it is destroyed, and room for the whole of it", async () => {
    for (const time of ["the first", "the second"]) {
      const { code, output } = await stack.destroy();
      assert.equal(code, 0, output);
      assert.deepEqual(readAccount("azure").all(), [], time);
      if (time === "the first") await up();
    }
  });
});
