import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { stateIds } from "../../../../scripts/lib/classify/states.ts";
import { controllers } from "./support/controllers.ts";
import { at, diagnose, kustomization, notReady, pod, release } from "./support/objects.ts";

const kinds: readonly (readonly [string, string])[] = [
  ["helm.toolkit.fluxcd.io/v2", "HelmRelease"],
  ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
  ["source.toolkit.fluxcd.io/v1", "GitRepository"],
  ["source.toolkit.fluxcd.io/v1", "HelmChart"],
  ["fluxcd.controlplane.io/v1", "ResourceSet"],
  ["fluxcd.controlplane.io/v1", "FluxInstance"],
  ["image.toolkit.fluxcd.io/v1", "ImagePolicy"],
  ["apps/v1", "Deployment"],
  ["v1", "Pod"],
  ["v1", "Namespace"],
  ["v1", "Event"],
  ["coordination.k8s.io/v1", "Lease"],
];
const name = { name: "helm-controller", namespace: "flux-system" };

/** Fields as no controller writes them. */
const oddities: Readonly<Record<string, object>> = {
  "no status and no spec": {},
  "a status that is null": { spec: null, status: null },
  "a status that is text": { spec: "text", status: "text" },
  "a status that is a list": { spec: [], status: [] },
  "conditions that are no list": { status: { conditions: { Ready: "True" } } },
  "conditions that are null": { status: { conditions: [null, 1, "Ready", {}, { type: 7 }] } },
  "conditions with wrong fields": {
    status: {
      observedGeneration: "2",
      conditions: [
        { type: "Ready", status: true, reason: 4, message: {}, lastTransitionTime: "yesterday" },
        { type: "Stalled", status: "Maybe" },
      ],
    },
  },
  "an inventory without ids": {
    status: { inventory: { entries: [null, { id: 4 }, { id: "x" }] } },
  },
  "an inventory that is a list": { status: { inventory: [], history: "none" } },
  "a history of nothing": { status: { history: [null, "deployed"] } },
  "metadata of other types": {
    metadata: {
      ...name,
      labels: ["a"],
      annotations: { a: 1, "kustomize.toolkit.fluxcd.io/reconcile": null },
      finalizers: "finalizers.fluxcd.io",
      ownerReferences: [null, { uid: 4 }],
      generation: "two",
      creationTimestamp: 5,
      deletionTimestamp: false,
    },
  },
  "references to nothing": {
    spec: {
      dependsOn: [null, "db", { name: 4 }, {}],
      sourceRef: "flux-system",
      chart: "web",
      chartRef: 4,
      suspend: "yes",
      healthChecks: "all",
      template: { spec: { containers: { args: 4 } } },
      replicas: "1",
      selector: "app=web",
    },
  },
};

describe("classify, of odd objects,", () => {
  for (const [what, fields] of Object.entries(oddities)) {
    for (const [apiVersion, kind] of kinds) {
      it(`judges a ${kind} with ${what}`, () => {
        const object = { apiVersion, kind, metadata: name, ...fields };
        const { verdicts } = diagnose([object, ...controllers.slice(0, 3)]);
        for (const { state, text, standing, evidence } of verdicts.values()) {
          assert.ok(stateIds.includes(state));
          assert.notEqual(text, "");
          if (standing !== "ready") assert.notDeepEqual(evidence, [], `${state} ${text}`);
        }
      });
    }
  }

  it("leaves out what has no kind or no name, and says so", () => {
    const { verdicts, limits } = diagnose([
      null,
      "text",
      {},
      { kind: "HelmRelease" },
      { kind: "HelmRelease", metadata: { name: "" } },
      { kind: 4, metadata: { name: "x" } },
    ]);
    assert.equal(verdicts.size, 0);
    assert.ok(limits.includes("6 objects without a kind or a name were left out"), limits.join());
  });

  it("does not take a kind of another group for Flux's", () => {
    const { verdicts } = diagnose([
      { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", metadata: name },
    ]);
    assert.equal(verdicts.size, 0);
  });

  it("cuts a message of 100 KiB to a line", () => {
    const long = release("web", { conditions: [notReady("InstallFailed", "x\n".repeat(51_200))] });
    const { verdicts, causes } = diagnose([long, ...controllers]);
    const { text, evidence } = verdicts.get("HelmRelease/apps/web") ?? { text: "", evidence: [] };
    for (const said of [text, ...evidence.map(({ value }) => value), causes[0]?.text ?? ""]) {
      assert.ok(said.length <= 400, String(said.length));
      assert.ok(!said.includes("\n"));
    }
  });

  it("takes a condition that is younger than the snapshot as new", () => {
    const future = new Date(at + 600_000).toISOString();
    const conditions = [
      {
        type: "Reconciling",
        status: "True" as const,
        reason: "Progressing",
        message: "Running 'install' action with timeout of 5m0s",
        lastTransitionTime: future,
      },
    ];
    const { verdicts } = diagnose([release("web", { conditions }), pod("x")]);
    assert.equal(verdicts.get("HelmRelease/apps/web")?.state, "H7");
  });

  it("does not change what it reads", () => {
    const objects = [kustomization("apps", { status: { conditions: null } }), ...controllers];
    const before = JSON.stringify(objects);
    diagnose(objects);
    assert.equal(JSON.stringify(objects), before);
  });
});
