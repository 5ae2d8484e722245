import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { correct, readAks, refuses, remove, set } from "../../../support/aks.ts";

describe("the nodes of an AKS cluster", () => {
  refuses([
    [
      "more zones than there are",
      { nodes: { zones: ["4"] } },
      `cluster.aks.nodes.zones must be a list of zones: "1", "2" and "3", got ["4"]. ${correct}`,
    ],
    [
      "a pool where AKS makes nodes",
      { nodes: { mode: "auto", pools: [{ name: "apps" }] } },
      `cluster.aks.nodes.pools must be absent when mode is "auto": AKS chooses the nodes, got [{"name":"apps"}]. ${remove("nodes.pools")}`,
    ],
    [
      "an autoscaled system pool where AKS makes nodes",
      { nodes: { mode: "auto", system: { max: 5 } } },
      `cluster.aks.nodes.system.max must be absent when mode is "auto": the number of its nodes is fixed, got 5. ${remove("nodes.system.max")}`,
    ],
    [
      "no pool on which Flux could run",
      { nodes: { pools: [{ name: "batch", taints: ["dedicated=batch:NoSchedule"] }] } },
      'cluster.aks.nodes.pools must hold a pool without taints, got [{"name":"batch","taints":["dedicated=batch:NoSchedule"]}]. Flux has to run somewhere.',
    ],
    [
      "a pool named as the system pool",
      { nodes: { pools: [{ name: "system" }] } },
      'cluster.aks.nodes.pools[0].name must be another name than the system pool\'s, got "system". Choose another one.',
    ],
    [
      "a name of a pool that Azure refuses",
      { nodes: { pools: [{ name: "app-nodes" }] } },
      `cluster.aks.nodes.pools[0].name must be at most 12 lower-case letters and digits, a letter first, got "app-nodes". Run: pulumi config set --path 'cluster.aks.nodes.pools[0].name' apps`,
    ],
    [
      "a pool that shrinks below its smallest size",
      { nodes: { pools: [{ name: "apps", min: 5, max: 3 }] } },
      "cluster.aks.nodes.pools[0].max must be at least min (5), got 3. Correct one of them.",
    ],
    [
      "a taint without its effect",
      { nodes: { pools: [{ name: "apps" }, { name: "gpu", taints: ["gpu"] }] } },
      `cluster.aks.nodes.pools[1].taints must be a list of taints such as dedicated=batch:NoSchedule, got ["gpu"]. ${correct}`,
    ],
    [
      "a system pool without a node",
      { nodes: { system: { min: 0 } } },
      `cluster.aks.nodes.system.min must be a whole number from 1 to 1000, got 0. ${set("nodes.system.min", "1")}`,
    ],
  ]);

  it("are in three zones, with a pool for Flux, unless it is told otherwise", async () => {
    const { nodes } = await readAks({});
    assert.deepEqual(nodes, {
      mode: "managed",
      zones: ["1", "2", "3"],
      encryptionAtHost: true,
      system: { vmSize: "Standard_D4ds_v5", min: 3, max: 5, diskGiB: 100 },
      pools: [
        {
          ...{ name: "apps", vmSize: "Standard_D4ds_v5", min: 2, max: 10, diskGiB: 100 },
          ...{ labels: {}, taints: [] },
        },
      ],
    });
  });

  it("have no pools but a fixed one for the system where AKS makes nodes", async () => {
    const { nodes } = await readAks({ nodes: { mode: "auto", system: { min: 2 } } });
    assert.deepEqual(nodes.pools, []);
    assert.deepEqual([nodes.system.min, nodes.system.max], [2, 2]);
  });

  it("may be more at least than at most by default", async () => {
    const { nodes } = await readAks({ nodes: { pools: [{ name: "apps", min: 20 }] } });
    assert.deepEqual([nodes.pools[0]?.min, nodes.pools[0]?.max], [20, 20]);
  });
});
