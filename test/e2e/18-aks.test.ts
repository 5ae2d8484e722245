import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { readAccount } from "../../embedded/clouds/account.ts";
import { defaultLogins, writeSettings } from "../../embedded/clouds/settings.ts";
import { ConfigMap, FluxInstance } from "../../scripts/lib/kinds.ts";
import { administrator, CloudGround } from "../support/clouds/cloud-ground.ts";
import { CloudStack } from "../support/clouds/cloud-stack.ts";

const name = "cloud-aks";
const clusterType = "azure-native:containerservice:ManagedCluster";
const { principal } = defaultLogins.azure;
const aks = {
  subscriptionId: "11111111-2222-4333-8444-555555555555",
  location: "westeurope",
  version: "1.34",
  admins: { users: [principal] },
};
const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
const prices = { resource: ConfigMap, name: "prices", namespace: "shop" };

let ground: CloudGround;
let stack: CloudStack;

before(async () => {
  ground = await CloudGround.open();
  stack = await CloudStack.make(
    { cloud: "azure", stack: "aks", cluster: name },
    {
      cluster: { kind: "aks", name, aks },
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

const clusterOf = () => readAccount("azure").all(clusterType)[0] ?? assert.fail("no cluster");

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
    assert.ok(await administrator(name).get(prices));
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
    const { resourceUID } = clusterOf().properties;
    stack.set({ cluster: { kind: "aks", name, aks: { ...aks, tags: { Team: "platform" } } } });
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    assert.match(output, /azure-native:containerservice:ManagedCluster \S+ updated/);
    assert.doesNotMatch(output, /replaced|deleted/);
    assert.equal(clusterOf().properties["resourceUID"], resourceUID);
  });

  it("is bootstrapped anew when its cluster is replaced", async () => {
    const { resourceUID } = clusterOf().properties;
    const uid = await administrator(name).uid();
    const network = { podCidr: "10.240.0.0/14" };
    stack.set({ cluster: { kind: "aks", name, aks: { ...aks, network } } });
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    assert.notEqual(clusterOf().properties["resourceUID"], resourceUID);
    assert.notEqual(await administrator(name).uid(), uid);
    assert.ok(await administrator(name).get(prices));
    assert.ok(await administrator(name).get(flux), "the new cluster has no FluxInstance");
  });
});

describe("the destroy of an AKS stack", () => {
  it("leaves nothing, what the cluster made neither", async () => {
    const { code, output } = await stack.destroy();
    assert.equal(code, 0, output);
    assert.deepEqual(readAccount("azure").all(), []);
  });

  it("leaves room for the whole of it under the same names", async () => {
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    assert.ok(await administrator(name).get(prices));
  });
});
