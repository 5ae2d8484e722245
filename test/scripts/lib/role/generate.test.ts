import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { allows } from "../../../../scripts/lib/role/rule.ts";
import type { AuditedRequest } from "../../../../scripts/lib/role/audited-request.ts";
import {
  type GeneratedRole,
  generateRole,
  type RoleOptions,
} from "../../../../scripts/lib/role/generate.ts";
import { type Permission, permissionsOf } from "../../../../scripts/lib/role/permission.ts";
import { request } from "../../support/audit.ts";

const options: RoleOptions = {
  name: "runner",
  namespaces: ["flux-system"],
  names: ["kube-system", "flux-system", "cluster-admin"],
  stated: [],
};

const generate = (requests: readonly AuditedRequest[], more: Partial<RoleOptions> = {}) =>
  generateRole(requests, { ...options, ...more });

const reading = ["get", "list", "watch"];

const secret = (verb: string, namespace?: string, name?: string) =>
  request(verb, {
    resource: "secrets",
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  });
const release = (verb: string, namespace: string, name: string) =>
  request(verb, { apiGroup: "helm.io", resource: "releases", namespace, name });
const namespace = (verb: string, name: string) =>
  request(verb, { resource: "namespaces", namespace: name, name });

const grants = ({ cluster, namespaced }: GeneratedRole, asked: Permission): boolean =>
  [...cluster, ...(namespaced[asked.namespace ?? ""] ?? [])].some((rule) => allows(rule, asked));

describe("a generated role", () => {
  it("joins the verbs of one resource in the order in which people write them", () => {
    const role = generate([
      release("patch", "a", "x"),
      release("delete", "a", "x"),
      release("get", "b", "y"),
    ]);
    assert.deepEqual(role.cluster, [
      { apiGroups: ["helm.io"], resources: ["releases"], verbs: ["get", "patch", "delete"] },
    ]);
  });

  it("joins the resources of a group that have the same verbs, and only those", () => {
    const role = generate([
      request("create", { resource: "pods" }),
      request("create", { resource: "events" }),
      request("create", { resource: "nodes" }),
      request("delete", { resource: "nodes", name: "n1" }),
    ]);
    assert.deepEqual(role.cluster, [
      { apiGroups: [""], resources: ["events", "pods"], verbs: ["create"] },
      { apiGroups: [""], resources: ["nodes"], verbs: ["create", "delete"] },
    ]);
  });

  it("lets whoever lists or watches read in every way", () => {
    for (const verb of ["list", "watch"]) {
      const { cluster } = generate([request(verb, { resource: "pods" })]);
      assert.deepEqual(cluster, [{ apiGroups: [""], resources: ["pods"], verbs: reading }]);
    }
  });

  it("does not grant again for one place or name what it grants for all", () => {
    const role = generate([
      secret("list"),
      secret("get", "flux-system", "a"),
      namespace("get", "kube-system"),
      request("list", { resource: "namespaces" }),
    ]);
    assert.deepEqual(role.namespaced, {});
    assert.deepEqual(role.cluster, [
      { apiGroups: [""], resources: ["namespaces", "secrets"], verbs: reading },
    ]);
  });

  it("grants in a namespace of every run alone what is used in it alone", () => {
    const role = generate([secret("get", "flux-system", "a"), secret("list", "flux-system")]);
    assert.deepEqual(role.cluster, []);
    assert.deepEqual(role.namespaced, {
      "flux-system": [{ apiGroups: [""], resources: ["secrets"], verbs: reading }],
    });
  });

  it("grants everywhere what is used in other namespaces, or in all at once", () => {
    const elsewhere = generate([secret("get", "flux-system", "a"), secret("get", "shop", "b")]);
    assert.deepEqual(elsewhere.namespaced, {});
    assert.deepEqual(
      elsewhere.cluster.map(({ verbs }) => verbs),
      [["get"]],
    );
    const all = generate([secret("list", "flux-system"), secret("list")]);
    assert.deepEqual(all.namespaced, {});
  });

  it("divides the verbs of one resource between the two", () => {
    const role = generate([secret("list"), secret("create", "flux-system", "a")]);
    assert.deepEqual(role, {
      name: "runner",
      cluster: [{ apiGroups: [""], resources: ["secrets"], verbs: reading }],
      namespaced: {
        "flux-system": [{ apiGroups: [""], resources: ["secrets"], verbs: ["create"] }],
      },
    });
  });

  it("names the objects without a namespace where every run has the same", () => {
    const role = generate([namespace("get", "kube-system"), namespace("get", "flux-system")]);
    assert.deepEqual(role.cluster, [
      {
        apiGroups: [""],
        resources: ["namespaces"],
        resourceNames: ["flux-system", "kube-system"],
        verbs: ["get"],
      },
    ]);
  });

  it("names none where one of them is another, or a collection", () => {
    for (const other of [namespace("get", "shop"), request("get", { resource: "namespaces" })]) {
      const role = generate([namespace("get", "kube-system"), other]);
      assert.deepEqual(role.cluster, [
        { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
      ]);
    }
  });

  it("leaves out what a stated rule grants, and says the rule before all else", () => {
    const stated = [{ apiGroups: ["*"], resources: ["*"], verbs: ["list"], why: "it reads all" }];
    const role = generate([secret("list"), release("patch", "a", "x")], { stated });
    assert.deepEqual(role.cluster, [
      ...stated,
      { apiGroups: ["helm.io"], resources: ["releases"], verbs: ["patch"] },
    ]);
  });

  it("says apart what has to be held to hand it on", () => {
    const group = "rbac.authorization.k8s.io";
    const rules = [{ apiGroups: ["helm.io"], resources: ["releases"], verbs: ["get", "patch"] }];
    const { cluster } = generate([
      release("patch", "a", "x"),
      request("create", { apiGroup: group, resource: "clusterroles" }, { body: { rules } }),
    ]);
    const why =
      "goes into the roles and bindings that it writes: nobody hands on what they do not hold";
    assert.deepEqual(cluster, [
      { apiGroups: ["helm.io"], resources: ["releases"], verbs: ["patch"] },
      { apiGroups: [group], resources: ["clusterroles"], verbs: ["create"] },
      { apiGroups: ["helm.io"], resources: ["releases"], verbs: ["get"], why },
    ]);
  });

  it("does not take a rule of one namespace for one of another", () => {
    const rule = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };
    const stated = [{ ...rule, namespace: "flux-system", why: "it reads its own" }];
    const role = generate([secret("get", "flux-system", "a"), secret("get", "shop", "b")], {
      stated,
    });
    assert.deepEqual(role.namespaced, { "flux-system": stated });
    assert.deepEqual(role.cluster, [rule]);
  });

  const busy = [
    secret("list"),
    secret("create", "flux-system", "a"),
    release("patch", "a", "x"),
    release("get", "b", "y"),
    namespace("get", "kube-system"),
    namespace("patch", "flux-system"),
    request(
      "patch",
      { resource: "configmaps", namespace: "flux-system", name: "c" },
      { code: 201 },
    ),
  ];

  it("is the same whatever the order and number of the requests", () => {
    assert.deepEqual(generate([...busy].reverse()), generate(busy));
    assert.deepEqual(generate([...busy, ...busy]), generate(busy));
  });

  it("grants every request, and without any one of its rules not all", () => {
    const role = generate(busy);
    const asked = busy.flatMap((one) => permissionsOf(one));
    assert.deepEqual(
      asked.filter((one) => !grants(role, one)),
      [],
    );
    for (const index of role.cluster.keys()) {
      const less = { ...role, cluster: role.cluster.toSpliced(index, 1) };
      assert.ok(asked.some((one) => !grants(less, one)));
    }
    assert.ok(asked.some((one) => !grants({ ...role, namespaced: {} }, one)));
  });
});
