import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { AuditedRequest } from "../../../../scripts/lib/role/audited-request.ts";
import { handedOn } from "../../../../scripts/lib/role/handed-on.ts";
import { type Permission, permissionsOf } from "../../../../scripts/lib/role/permission.ts";
import { request } from "../../support/audit.ts";

const rbac = "rbac.authorization.k8s.io";

/** `verb group/resource namespace name`, with a dash for what is not said. */
const words = (permissions: readonly Permission[]) =>
  permissions.map(({ verb, group, resource, namespace = "-", name = "-" }) =>
    [verb, `${group}/${resource}`, namespace, name].join(" "),
  );

const cases: readonly (readonly [what: string, AuditedRequest, readonly string[]])[] = [
  [
    "the verb on the object",
    request("get", { resource: "secrets", namespace: "shop", name: "key" }),
    ["get /secrets shop key"],
  ],
  [
    "the subresource, where one is asked for",
    request("get", { resource: "pods", subresource: "log", namespace: "shop", name: "a" }),
    ["get /pods/log shop a"],
  ],
  [
    "nothing of the name of a new object, which the authorizer does not see",
    request("create", { resource: "secrets", namespace: "shop", name: "key" }),
    ["create /secrets shop -"],
  ],
  [
    "the name of an object of which a subresource is created",
    request("create", {
      resource: "serviceaccounts",
      subresource: "token",
      namespace: "shop",
      name: "a",
    }),
    ["create /serviceaccounts/token shop a"],
  ],
  [
    "nothing of a name for a whole collection",
    request("deletecollection", { resource: "pods", namespace: "shop" }),
    ["deletecollection /pods shop -"],
  ],
  [
    "both rights of a server-side apply that made its object",
    request("patch", { resource: "configmaps", namespace: "shop", name: "a" }, { code: 201 }),
    ["patch /configmaps shop a", "create /configmaps shop a"],
  ],
  [
    "only one of an apply that found its object",
    request("patch", { resource: "configmaps", namespace: "shop", name: "a" }),
    ["patch /configmaps shop a"],
  ],
  [
    "a Namespace as an object without a namespace",
    request("get", { resource: "namespaces", namespace: "shop", name: "shop" }),
    ["get /namespaces - shop"],
  ],
  ["nothing for discovery", request("get", undefined, { uri: "/apis" }), []],
  [
    "nothing for what every user may ask about itself",
    request("create", { apiGroup: "authorization.k8s.io", resource: "selfsubjectaccessreviews" }),
    [],
  ],
  [
    "nothing for a dry run",
    request(
      "patch",
      { resource: "configmaps", namespace: "shop", name: "a" },
      { uri: "/api?dryRun=All" },
    ),
    [],
  ],
];

const handed: readonly (readonly [what: string, AuditedRequest, readonly string[]])[] = [
  [
    "the right to bind what a binding binds",
    request(
      "create",
      { apiGroup: rbac, resource: "clusterrolebindings", name: "flux-operator" },
      { body: { roleRef: { kind: "ClusterRole", name: "cluster-admin" } } },
    ),
    [`bind ${rbac}/clusterroles - cluster-admin`],
  ],
  [
    "the right to bind a Role where it is",
    request(
      "create",
      { apiGroup: rbac, resource: "rolebindings", namespace: "shop", name: "b" },
      { body: { roleRef: { kind: "Role", name: "reader" } } },
    ),
    [`bind ${rbac}/roles shop reader`],
  ],
  [
    "each right that a new role hands on",
    request(
      "create",
      { apiGroup: rbac, resource: "clusterroles", name: "viewer" },
      { body: { rules: [{ apiGroups: ["a.io"], resources: ["as"], verbs: ["get", "list"] }] } },
    ),
    ["get a.io/as - -", "list a.io/as - -"],
  ],
  [
    "no right for a change of a role that leaves its rules alone",
    request(
      "patch",
      { apiGroup: rbac, resource: "clusterroles", name: "viewer" },
      { body: { metadata: { labels: {} } } },
    ),
    [],
  ],
  [
    "nothing for reading a role",
    request("get", { apiGroup: rbac, resource: "clusterroles", name: "viewer" }),
    [],
  ],
  [
    "nothing for a dry run",
    request("create", { apiGroup: rbac, resource: "clusterroles" }, { uri: "/apis?dryRun=All" }),
    [],
  ],
];

describe("the permissions of a request", () => {
  for (const [what, one, expected] of cases) {
    it(`are ${what}`, () => {
      assert.deepEqual(words(permissionsOf(one)), expected);
    });
  }
});

describe("what a request hands on", () => {
  for (const [what, one, expected] of handed) {
    it(`is ${what}`, () => {
      assert.deepEqual(words(handedOn(one)), expected);
    });
  }

  it("cannot be told of a binding whose body was not logged", () => {
    const one = request("create", {
      apiGroup: rbac,
      resource: "clusterrolebindings",
      name: "flux-operator",
    });
    assert.throws(() => handedOn(one), {
      message:
        `the audit log must hold the bodies of writes to ${rbac}, got none for create clusterrolebindings flux-operator. ` +
        "Give that group the level Request in the audit policy.",
    });
  });
});
