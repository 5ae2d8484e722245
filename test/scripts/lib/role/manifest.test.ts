import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { difference } from "../../../../scripts/lib/role/difference.ts";
import type { GeneratedRole } from "../../../../scripts/lib/role/generate.ts";
import { manifestOf, parseManifest } from "../../../../scripts/lib/role/manifest.ts";

const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };
const stated = { ...rule, apiGroups: ["*"], resources: ["*"], why: "reads whatever there is" };
const named = { ...rule, resources: ["namespaces"], resourceNames: ["kube-system"] };
const long = {
  apiGroups: ["source.toolkit.fluxcd.io"],
  resources: [
    "buckets",
    "gitrepositories",
    "helmcharts",
    "helmrepositories",
    "ocirepositories",
  ].flatMap((plural) => [plural, `${plural}/status`]),
  verbs: ["patch"],
};

const plain = ({ apiGroups, resources, verbs }: typeof rule) => ({ apiGroups, resources, verbs });

describe("the manifest of a role", () => {
  it("is what a person would write", () => {
    const roles = [{ name: "runner", cluster: [stated, named], namespaced: { flux: [rule] } }];
    assert.equal(
      manifestOf(roles, ["Made by a test."]),
      `# Made by a test.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: runner
rules:
  # reads whatever there is
  - apiGroups: ["*"]
    resources: ["*"]
    verbs: [get, list]
  # seen in the audit log
  - apiGroups: [""]
    resources: [namespaces]
    resourceNames: [kube-system]
    verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: runner
  namespace: flux
rules:
  # seen in the audit log
  - apiGroups: [""]
    resources: [pods]
    verbs: [get, list]
`,
    );
  });

  it("is read as what it was written from", () => {
    const roles: GeneratedRole[] = [
      { name: "runner", cluster: [plain(stated), named, long], namespaced: { flux: [rule] } },
      { name: "other", cluster: [], namespaced: {} },
    ];
    assert.deepEqual(parseManifest(manifestOf(roles, ["Made by a test."])), roles);
  });

  it("has no line that is longer than those of the project", () => {
    const text = manifestOf([{ name: "runner", cluster: [long], namespaced: {} }], []);
    assert.ok(text.split("\n").every((line) => line.length <= 100));
    assert.match(text, /resources:\n {6}- buckets\n/);
  });
});

describe("the difference of two sets of roles", () => {
  const before = [{ name: "runner", cluster: [rule, named], namespaced: { flux: [rule] } }];

  it("is nothing where they grant the same in other rules", () => {
    const split = rule.verbs.map((verb) => ({ ...rule, verbs: [verb] }));
    const after = [{ name: "runner", cluster: [named, ...split], namespaced: { flux: split } }];
    assert.deepEqual(difference(before, after), []);
  });

  it("names each verb that one of them lacks", () => {
    const after = [{ name: "runner", cluster: [long, rule], namespaced: { flux: [] } }];
    assert.deepEqual(difference(before, after).slice(0, 5), [
      "- runner: get namespaces kube-system",
      "- runner: get pods in flux",
      "- runner: list namespaces kube-system",
      "- runner: list pods in flux",
      "+ runner: patch buckets.source.toolkit.fluxcd.io",
    ]);
  });
});
