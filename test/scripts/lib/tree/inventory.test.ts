import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parseId } from "../../../../scripts/lib/tree/inventory.ts";

describe("parseId", () => {
  const table: [string, ReturnType<typeof parseId>][] = [
    [
      "shop_web_apps_Deployment",
      { namespace: "shop", name: "web", group: "apps", kind: "Deployment" },
    ],
    ["_shop__Namespace", { namespace: undefined, name: "shop", group: "", kind: "Namespace" }],
    ["shop_web__Service", { namespace: "shop", name: "web", group: "", kind: "Service" }],
    [
      "_system__controller__x_rbac.authorization.k8s.io_ClusterRole",
      {
        namespace: undefined,
        name: "system:controller:x",
        group: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
      },
    ],
    ["nonsense", undefined],
  ];
  for (const [id, entry] of table) {
    it(`reads ${id}`, () => {
      assert.deepEqual(parseId(id), entry);
    });
  }
});
