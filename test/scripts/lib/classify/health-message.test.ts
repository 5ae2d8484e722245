import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parseHealthCheckMessage } from "../../../../scripts/lib/classify/health-message.ts";

/** The message of seed 002, to the letter. */
const seed =
  "Health check failed after 9m30.012342358s, timeout waiting for: [HelmRelease/mhr-orthweb/postgres-ha status: 'InProgress': context deadline exceeded, Deployment/mhr-orthweb/postgres-ha-postgresql-ha-pgpool status: 'NotFound': context deadline exceeded]";

describe("parseHealthCheckMessage", () => {
  it("reads what is waited for, as in seed 002", () => {
    assert.deepEqual(parseHealthCheckMessage(seed), [
      {
        kind: "HelmRelease",
        namespace: "mhr-orthweb",
        name: "postgres-ha",
        status: "InProgress",
        detail: "context deadline exceeded",
      },
      {
        kind: "Deployment",
        namespace: "mhr-orthweb",
        name: "postgres-ha-postgresql-ha-pgpool",
        status: "NotFound",
        detail: "context deadline exceeded",
      },
    ]);
  });

  const table: [string, string, string[]][] = [
    [
      "what stalled early",
      "failed early due to stalled resources: [HelmRelease/apps/web status: 'Failed']",
      ["HelmRelease/apps/web Failed"],
    ],
    [
      "what is not namespaced, its name with colons and dots",
      "timeout waiting for: [ClusterRole/system:edit.v1 status: 'Unknown', Namespace/shop status: 'Terminating']",
      ["ClusterRole//system:edit.v1 Unknown", "Namespace//shop Terminating"],
    ],
    [
      "what has no status",
      "timeout waiting for: [can't determine status for Pod/apps/web, Pod/apps/db status: 'InProgress']",
      ["Pod/apps/web Unknown", "Pod/apps/db InProgress"],
    ],
    ["an empty list", "timeout waiting for: []", []],
    ["no list", "context deadline exceeded", []],
    ["nothing", "", []],
    [
      "as much as is there of a message cut in the middle",
      "timeout waiting for: [HelmRelease/apps/web status: 'InProgress', HelmRelease/apps/d...",
      ["HelmRelease/apps/web InProgress"],
    ],
  ];
  for (const [what, message, expected] of table) {
    it(`reads ${what}`, () => {
      const entries = parseHealthCheckMessage(message).map(
        ({ kind, namespace = "", name, status }) => `${kind}/${namespace}/${name} ${status}`,
      );
      assert.deepEqual(entries, expected);
    });
  }

  it("keeps a detail that has commas in it", () => {
    const message =
      "timeout waiting for: [Job/apps/a status: 'Failed': pods failed: 3, backoff limit, Job/apps/b status: 'InProgress']";
    assert.deepEqual(
      parseHealthCheckMessage(message).map(({ detail }) => detail),
      ["pods failed: 3, backoff limit", ""],
    );
  });

  it("reads 100 KiB in a moment", () => {
    const entries = Array.from({ length: 2000 }, (_, i) => `Pod/apps/p${i} status: 'InProgress'`);
    assert.equal(parseHealthCheckMessage(`timeout: [${entries.join(", ")}]`).length, 2000);
    assert.deepEqual(parseHealthCheckMessage(`timeout: [${"a/b".repeat(35_000)}]`), []);
  });
});
