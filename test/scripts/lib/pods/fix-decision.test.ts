import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  type PodFinding,
  type PodProblem,
  podProblems,
} from "../../../../scripts/lib/pods/finding.ts";
import { type FixMode, fixFor, fixModes } from "../../../../scripts/lib/pods/fix-decision.ts";
import { planPodFixes } from "../../../../scripts/lib/pods/fix-plan.ts";
import { managedNamespaces } from "../../../../scripts/lib/pods/managed-namespaces.ts";
import { ownedBy } from "../../support/gitops.ts";
import { finding } from "./support/findings.ts";
import { at, controller, deployment, object, snapshotOf } from "./support/pods.ts";

const owners = [
  "Deployment",
  "ReplicaSet",
  "DaemonSet",
  "StatefulSet",
  "Job",
  "CronJob",
  "Pod",
  "Cluster",
];
const ages = [0, 4, 6, 9, 11];

const everything = podProblems.flatMap((problem) =>
  owners.flatMap((kind) => ages.map((minutes) => [problem, kind, minutes] as const)),
);

/** Minutes from which on a new pod is tried; undefined when it never is. */
function expected(problem: PodProblem, mode: FixMode, owner: string): number | undefined {
  const replaced = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].includes(owner);
  if (mode === "off" || !replaced) return undefined;
  if (problem === "evicted" || problem === "failed") return 0;
  if (problem === "image-pull" || problem === "crash-loop") return 5;
  const inAll = ["probe-failing", "not-ready", "container-creating"].includes(problem);
  return inAll && mode === "all" ? 10 : undefined;
}

describe("fixFor", () => {
  for (const mode of fixModes) {
    it(`decides about every problem, owner and age in mode ${mode}`, () => {
      for (const [problem, kind, minutes] of everything) {
        const from = expected(problem, mode, kind);
        const wanted = from !== undefined && minutes >= from ? "delete-pod" : "none";
        const decision = fixFor(finding({ problem, kind, minutes }), mode, at);
        assert.equal(decision.fix, wanted, `${problem} of a ${kind} after ${minutes}m`);
        if (decision.fix === "none") assert.notEqual(decision.why, "");
      }
    });
  }

  const held: Readonly<Record<string, [Partial<PodFinding>, RegExp]>> = {
    "whose claim is not bound": [
      { unboundClaims: ["PersistentVolumeClaim/shop/data"] },
      /PersistentVolumeClaim\/shop\/data is not bound/,
    ],
    "for which something else is to blame": [
      { blames: "Node//node-1" },
      /Node\/\/node-1 has to be/,
    ],
    "that a person has suspended": [
      { flux: { ...finding({}).flux, suspended: true } },
      /a person has suspended/,
    ],
    "whose UID is not known": [{ uid: undefined }, /its UID is not known/],
  };
  for (const [name, [more, why]] of Object.entries(held)) {
    it(`leaves a pod alone ${name}`, () => {
      const one = finding({ kind: "StatefulSet", minutes: 60 });
      assert.equal(fixFor(one, "all", at).fix, "delete-pod");
      const decision = fixFor({ ...one, ...more }, "all", at);
      assert.match(decision.fix === "none" ? decision.why : "", why);
    });
  }

  it("says why not, and from when on", () => {
    const why = (problem: PodProblem, minutes: number, mode: FixMode = "safe") => {
      const decision = fixFor(finding({ problem, minutes }), mode, at);
      return decision.fix === "none" ? decision.why : decision.fix;
    };
    assert.equal(why("crash-loop", 2), "it lasts for 2m00s, and is tried after 5m00s");
    assert.equal(why("not-ready", 60), "only autoFixPods: all tries this");
    assert.equal(why("unschedulable", 60, "all"), "a new pod would find no node either");
    assert.equal(why("crash-loop", 60, "off"), "autoFixPods is off");
  });
});

describe("planPodFixes", () => {
  const limits = {
    mode: "safe",
    namespaces: ["shop"],
    fluxNamespace: "flux-system",
    most: 5,
  } as const;
  const chosen = (findings: readonly PodFinding[], more: object = {}) =>
    planPodFixes(findings, { ...limits, ...more }, at)
      .filter(({ decision }) => decision.fix === "delete-pod")
      .map((planned) => planned.finding.key);
  const whyNot = (findings: readonly PodFinding[], more: object = {}) =>
    planPodFixes(findings, { ...limits, ...more }, at).map(({ decision }) =>
      decision.fix === "none" ? decision.why : "",
    );

  it("takes the oldest first and stops at the limit", () => {
    const findings = [1, 2, 3, 4, 5, 6, 7].map((number) =>
      finding({ name: `web${number}`, minutes: 10 * number }),
    );
    assert.deepEqual(
      chosen(findings),
      ["web7", "web6", "web5", "web4", "web3"].map((name) => `Pod/shop/${name}-pod`),
    );
    assert.deepEqual(chosen(findings, { most: 1 }), ["Pod/shop/web7-pod"]);
    assert.deepEqual(chosen(findings, { most: 0 }), []);
    assert.equal(whyNot(findings, { most: 1 })[1], "1 pod a run is the limit");
  });

  it("takes one pod of a workload", () => {
    const findings = [finding({ minutes: 20 }), finding({ problem: "evicted", minutes: 10 })];
    assert.equal(chosen(findings).length, 1);
    assert.equal(whyNot(findings)[1], "another pod of its workload goes first");
  });

  it("does not let what it leaves alone use up the limit", () => {
    const findings = [finding({ problem: "unschedulable", minutes: 90 }), finding({ minutes: 10 })];
    assert.equal(chosen(findings, { most: 1 }).length, 1);
  });

  it("stays within the namespaces allowed, and never touches Flux's own", () => {
    const elsewhere = finding({ namespace: "other" });
    const ofFlux = finding({ namespace: "flux-system" });
    assert.deepEqual(chosen([elsewhere, ofFlux], { namespaces: ["shop", "flux-system"] }), []);
    assert.deepEqual(chosen([elsewhere], { namespaces: ["other"] }), [elsewhere.key]);
    assert.deepEqual(whyNot([elsewhere]), ["namespace other is not among those allowed"]);
  });

  it("plans nothing when it is off", () => {
    assert.deepEqual(whyNot([finding({}), finding({ namespace: "other" })], { mode: "off" }), [
      "autoFixPods is off",
      "autoFixPods is off",
    ]);
  });
});

describe("managedNamespaces", () => {
  it("are those with workloads that Flux applied, by label or inventory", () => {
    const entries = [
      "db_main_apps_StatefulSet",
      "web_web_apps_Deployment",
      "cm_c__ConfigMap",
      "odd",
    ];
    const release = object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "db", {
      status: { inventory: { entries: entries.map((id) => ({ id })) } },
    });
    const byHand = { ...controller("Deployment"), metadata: { name: "d", namespace: "by-hand" } };
    assert.deepEqual(managedNamespaces(snapshotOf([release, byHand, deployment])), [
      "db",
      "shop",
      "web",
    ]);
  });

  it("leave out Flux's own and those of Kubernetes", () => {
    const made = ["flux-system", "kube-system", "shop"].map((namespace) =>
      object("apps/v1", "DaemonSet", "agent", {
        namespace,
        metadata: { labels: ownedBy("kustomize", "infrastructure") },
      }),
    );
    assert.deepEqual(managedNamespaces(snapshotOf(made)), ["shop"]);
  });
});
