import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { correct, readEks, refuses, type Refused, remove } from "../../../support/eks.ts";

const refused: Refused = [
  [
    "pools where AWS chooses the nodes",
    { nodes: { mode: "auto", pools: [{ name: "more" }] } },
    `cluster.eks.nodes.pools must be absent when mode is "auto": AWS chooses the nodes, got [{"name":"more"}]. ${remove("cluster.eks.nodes.pools")}`,
  ],
  [
    "a pool of two architectures",
    { nodes: { pools: [{ name: "mixed", instanceTypes: ["m7i.large", "m7g.large"] }] } },
    'cluster.eks.nodes.pools[0].instanceTypes must be instance types of one architecture, got ["m7i.large","m7g.large"]. Make a pool of each architecture.',
  ],
  [
    "a pool that ends before it begins",
    { nodes: { pools: [{ name: "small", min: 5, max: 2 }] } },
    "cluster.eks.nodes.pools[0].max must be at least min (5), got 2. Correct one of them.",
  ],
  [
    "no pool that takes what has no toleration",
    { nodes: { pools: [{ name: "gpu", taints: [{ key: "gpu", effect: "NoSchedule" }] }] } },
    'cluster.eks.nodes.pools must hold a pool without taints that always has a node, got [{"name":"gpu","taints":[{"key":"gpu","effect":"NoSchedule"}]}]. Flux and coredns have to run somewhere.',
  ],
  [
    "a taint of no effect",
    { nodes: { pools: [{ name: "gpu", taints: [{ key: "gpu", effect: "Never" }] }] } },
    `cluster.eks.nodes.pools[0].taints must be a list of taints {key, value, effect}, the effect one of NoSchedule, NoExecute, PreferNoSchedule, got [{"key":"gpu","effect":"Never"}]. ${correct}`,
  ],
  [
    "a pool that is empty without an autoscaler",
    { nodes: { pools: [{ name: "default", min: 0 }] } },
    'cluster.eks.nodes.pools must hold a pool without taints that always has a node, got [{"name":"default","min":0}]. Flux and coredns have to run somewhere.',
  ],
  [
    "a pool whose name cannot be completed",
    { nodes: { pools: [{ name: "a-name-of-thirty-seven-characters-abc" }] } },
    `cluster.eks.nodes.pools[0].name must be a name of at most 36 lower-case letters, digits and dashes, got "a-name-of-thirty-seven-characters-abc". Run: pulumi config set --path 'cluster.eks.nodes.pools[0].name' default`,
  ],
  [
    "versions of add-ons where AWS runs them",
    { nodes: { mode: "auto" }, addonVersions: { coredns: "v1.20.4-eksbuild.1" } },
    `cluster.eks.addonVersions must be absent when nodes.mode is "auto": AWS runs what they would be, got {"coredns":"v1.20.4-eksbuild.1"}. ${remove("cluster.eks.addonVersions")}`,
  ],
];

describe("the nodes of a cluster in AWS must not hold", () => {
  refuses(refused);
});

describe("a pool", () => {
  const architectures = [
    ["m7g.large", "arm64"],
    ["c7gn.xlarge", "arm64"],
    ["a1.large", "arm64"],
    ["m7i.large", "x86_64"],
    ["g5.xlarge", "x86_64"],
    ["g5g.xlarge", "arm64"],
  ] as const;
  for (const [type, architecture] of architectures) {
    it(`of ${type} is ${architecture}`, async () => {
      const { nodes } = await readEks({
        nodes: { pools: [{ name: "one", instanceTypes: [type] }] },
      });
      assert.ok(nodes.mode === "managed");
      assert.equal(nodes.pools[0]?.architecture, architecture);
    });
  }

  it("can grow beyond what is usual without more words", async () => {
    const { nodes } = await readEks({ nodes: { pools: [{ name: "large", min: 12 }] } });
    assert.ok(nodes.mode === "managed");
    assert.deepEqual([nodes.pools[0]?.min, nodes.pools[0]?.max], [12, 12]);
  });
});
