import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { readAccount } from "../../embedded/clouds/account.ts";
import { writeSettings } from "../../embedded/clouds/settings.ts";
import { clusterWith, name, openStack, resourceUid } from "../support/clouds/aks-stack.ts";
import { type CloudGround, requireBootstrapped } from "../support/clouds/cloud-ground.ts";
import type { CloudStack } from "../support/clouds/cloud-stack.ts";

let ground: CloudGround;
let stack: CloudStack;

before(async () => {
  ({ ground, stack } = await openStack());
});

after(async () => {
  await stack.close();
  await ground.close();
});

describe("an AKS stack of the whole program", () => {
  it("is previewed within ten seconds before anything is there", async () => {
    const began = Date.now();
    const { code, output } = await stack.preview();
    assert.equal(code, 0, output);
    assert.match(output, /azure-native:containerservice:ManagedCluster \S+ create/);
    assert.match(output, /FluxInstance \S+ create/);
    assert.ok(Date.now() - began <= 10_000, `${Date.now() - began} ms`);
    assert.deepEqual(readAccount("azure").all(), []);
  });

  it("comes up although role assignments take their time and calls are throttled", async () => {
    writeSettings("azure", { propagation: 3_000, throttleEvery: 7 });
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    await requireBootstrapped(name);
  });

  it("is left alone by a second up", async () => {
    writeSettings("azure", {});
    const before = readAccount("azure").save();
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /created|updated|replaced|deleted/);
    assert.deepEqual(readAccount("azure").save(), before);
  });

  it("changes in place what may", async () => {
    const uid = resourceUid();
    stack.set({ cluster: clusterWith({ tags: { Team: "platform" } }) });
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    assert.match(output, /azure-native:containerservice:ManagedCluster \S+ updated/);
    assert.doesNotMatch(output, /replaced|deleted/);
    assert.equal(resourceUid(), uid);
  });

  it("leaves nothing when it is destroyed, what the cluster made neither", async () => {
    const { code, output } = await stack.destroy();
    assert.equal(code, 0, output);
    assert.deepEqual(readAccount("azure").all(), []);
  });

  it("comes up again under the same names", async () => {
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    await requireBootstrapped(name);
  });
});
